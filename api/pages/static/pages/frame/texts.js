// What the pages say, in English and Chinese. Names and reasons come from the API in the reader's language.

import { at, language } from "./language.js";

export { language } from "./language.js";
export {
  addWords,
  FUNDING_STAGES,
  investorType,
  PASS_REASONS,
  passReason,
  PROJECT_KINDS,
  roleName,
  TECHNOLOGY_LEVELS,
  word,
} from "./words.js";

const texts = {
  signIn: ["Sign in", "登录"],
  suggestCorrection: ["Suggest a correction", "申请更正"],
  signOut: ["Sign out", "退出登录"],
  signedInAs: ["Signed in: {name}", "已登录：{name}"],
  signInHelp: [
    "Paste your API key. It stays in this tab until you close it, and is sent to this server only.",
    "请粘贴您的 API 密钥。它只保存在本标签页中，关闭后即清除，且只发送给本服务器。",
  ],
  signInByMail: ["Sign in by e-mail instead", "改用电子邮件登录"],
  apiKey: ["API key", "API 密钥"],
  keyRefused: ["This key isn't valid: it is unknown, expired or revoked.", "密钥无效：未知、已过期或已被撤销。"],
  close: ["Close", "关闭"],
  cancel: ["Cancel", "取消"],
  theme: ["Theme", "主题"],
  themeAuto: ["Theme: system", "主题：跟随系统"],
  themeLight: ["Theme: light", "主题：浅色"],
  themeDark: ["Theme: dark", "主题：深色"],
  showQuery: ["Show the query behind this page", "查看本页面使用的查询"],
  queryHelp: [
    "This page's API queries with their current variables. Any client can run them.",
    "本页面的接口查询及当前变量，任何客户端均可使用。",
  ],
  copy: ["Copy", "复制"],
  copied: ["Copied", "已复制"],
  operation: ["Operation", "操作"],
  again: ["Try again", "重试"],
  backToList: ["Back to the list", "返回清单"],
  toThePlaces: ["All places", "全部地区"],
  oneMoment: ["One moment", "请稍候"],
  problem: ["That didn't work", "未能完成"],
  NETWORK: ["The server can't be reached. Check the connection and try again.", "无法连接服务器。请检查网络后重试。"],
  FORBIDDEN: [
    "You don't have access to this. Sign in as somebody who does.",
    "您当前的身份无权查看。请换用有权限的身份登录。",
  ],
  UNAUTHENTICATED: ["Your key is no longer valid. Sign in again.", "您的密钥已失效。请重新登录。"],
  NOT_FOUND: ["This record doesn't exist, or you may not see it.", "没有此记录，或您无权查看。"],
  OVERLOADED: ["The server is busy. Try again in a moment.", "服务器繁忙，请稍后重试。"],
  TIMEOUT: ["The request took too long. Narrow it down, or try again.", "请求超时。请缩小范围或重试。"],
  UNAVAILABLE: ["This server runs no recommender, so nothing can be ranked.", "本服务器未运行推荐引擎，无法排序。"],
  stillLoading: [
    "Rankings are still loading on the server. The page asks again by itself.",
    "服务器仍在加载排序数据，页面将自动重试。",
  ],
  INTERNAL: ["Something went wrong on the server's side.", "服务器出现问题。"],
  placesTitle: ["Places and their priorities", "各地区及其重点产业"],
  placesLead: [
    "Choose a place to see which of {count} projects fit its priorities, and why.",
    "选择一个地区，查看 {count} 个项目中哪些符合其重点产业，以及原因。",
  ],
  priorityCount: ["{count} priorities", "{count} 项重点产业"],
  noPlaces: ["No place has declared priorities yet.", "尚无地区公布重点产业。"],
  noPlacesHelp: [
    "Import a city's priorities with roadshow import, or load the demo data with roadshow demo.",
    "可用 roadshow import 导入城市重点产业，或用 roadshow demo 载入演示数据。",
  ],
  demonstration: ["demonstration", "演示"],
  source: ["Source", "来源"],
  fields: ["Industries and tracks", "产业与赛道"],
  open: ["open", "未定"],
  more: ["Source and meaning", "来源与含义"],
  needs: ["Open needs", "需求"],
  projects: ["Projects, best fit first", "项目（按匹配度排序）"],
  count: ["{total} projects pass the conditions", "{total} 个项目符合条件"],
  filters: ["Filters", "筛选"],
  search: ["Search in the pool", "在项目中搜索"],
  edition: ["Edition", "届次"],
  anyEdition: ["All editions", "全部届次"],
  byTrack: ["Track", "赛道"],
  byIndustry: ["Industry", "产业"],
  byStage: ["Stage", "融资阶段"],
  byStation: ["Station", "推荐单位"],
  byLevel: ["Technology level", "技术水平"],
  nothingFits: ["No project meets these filters.", "没有符合筛选条件的项目。"],
  nothingFitsHelp: ["Remove a filter, or search for fewer words.", "请减少筛选条件或搜索词。"],
  weightOf: ["Weight of {name}", "{name}的权重"],
  moreRows: ["and {count} more", "另有 {count} 项"],
  showMore: ["Show more", "显示更多"],
  score: ["Score", "得分"],
  scoreHelp: [
    "Of a hundred projects with the same score, about as many would be called a match.",
    "得分即契合的可能性：得分相同的一百个项目中，大约有这么多会被认为契合。",
  ],
  bandSTRONG: ["strong match", "高度契合"],
  bandFAIR: ["fair match", "较为契合"],
  bandWEAK: ["weak match", "关联较弱"],
  bandNO_MATCH: ["no match", "不契合"],
  noStrongMatch: [
    "No strong match: no available project clearly fits. The list shows the closest ones.",
    "暂无高度契合的项目：现有项目均无明显对应，以下为最接近的项目。",
  ],
  declaresNothing: [
    "Nothing to rank by yet. Add a thesis, industries or stages to get a list.",
    "尚未填写可供匹配的内容。填写投资方向、关注领域或阶段后即可生成推荐。",
  ],
  tooLittleText: [
    "Its description is too short to judge. A few sentences on what it does would help.",
    "项目描述过短，难以判断。补充几句项目内容会有帮助。",
  ],
  rank: ["Rank", "名次"],
  why: ["Why", "依据"],
  block: ["What counts", "依据"],
  points: ["Points", "分值"],
  contrastBlock: ["In common with every field", "各领域共有的内容"],
  severalBlock: ["Shared by several priorities", "多项重点共有"],
  baseline: ["Starting point", "起点"],
  details: ["All reasons", "全部依据"],
  contributionLabel: ["{score} points: {parts}", "{score} 分：{parts}"],
  speaksFor: ["speaks for it", "支持"],
  speaksAgainst: ["speaks against it", "不支持"],
  from: ["from {place}", "来自{place}"],
  legend: ["How to read the bars", "图例"],
  left: ["against", "不利"],
  right: ["in favour", "有利"],
  save: ["Save", "保存"],
  rises: ["rises by {by}", "上升 {by} 名"],
  falls: ["falls by {by}", "下降 {by} 名"],
  comesIn: ["comes in", "进入"],
  unchanged: ["as today", "不变"],
  dropped: ["Dropped out of the first {size}", "退出前 {size} 名"],
  LIKE: ["Interested", "感兴趣"],
  PASS: ["Pass", "暂不考虑"],
  BOOKMARK: ["Later", "稍后"],
  undo: ["Undo", "撤销"],
  passWhy: ["Why do you pass?", "暂不考虑的原因"],
  answered: ["{answer}: {project}", "{answer}：{project}"],
  undone: ["Undone: {project}", "已撤销：{project}"],
  listSignInHelp: [
    "A list reveals what an investor looks for, so only that investor and organisers see it.",
    "清单反映投资人的需求，仅该投资人和主办方可见。",
  ],
  mandate: ["Mandate and thesis", "投资要求与理念"],
  theirSide: ["From the project's side", "从项目方看"],
  standing: ["You rank {rank} of {total} investors for it.", "在 {total} 位投资人中，您排第 {rank} 位。"],
  standingHelp: ["By what investors declare, as the owner sees them.", "依据投资人公开的要求，与项目方所见一致。"],
  thesis: ["Thesis", "投资理念"],
  cheque: ["Cheque", "单笔金额"],
  stages: ["Stages", "阶段"],
  similar: ["Similar projects", "相似项目"],
  what: ["What it is", "项目简介"],
  facts: ["Facts", "基本信息"],
  founder: ["founder", "创始人"],
  member: ["Name", "姓名"],
  heldBack: ["Held back from the list", "未进入清单"],
  origin: ["Comes from", "来源地"],
  organisation: ["Organisation", "机构"],
  asks: ["Looks for", "融资需求"],
  heatTitle: ["Heat map", "热力图"],
};

/** Texts of further pages: name to [English, Chinese]. */
export const addTexts = (more) => Object.assign(texts, more);

/** The text called `name`, with `{…}` replaced. */
export function t(name, values = {}) {
  const text = texts[name]?.[at] ?? String(name ?? "");
  return text.replaceAll(/\{(\w+)\}/g, (_, each) => String(values[each] ?? ""));
}

const numbers = new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", { maximumFractionDigits: 2 });
const tenths = new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
export const number = (value) => numbers.format(value);
export const score = (value) => tenths.format(value);
/** Points with their sign: a true minus, as figures of equal width. */
export const signed = (value) => (value < 0 ? "\u2212" : "+") + tenths.format(Math.abs(value));
export const joined = (parts) => parts.filter(Boolean).join(language === "zh" ? "、" : ", ");

/** A range of money as people write it: "CN¥3M – CN¥4M", "300万–400万元". */
export function money(range) {
  if (!range) return "";
  const { minimum, maximum } = range;
  if (language === "zh") return chineseMoney(minimum, maximum);
  const one = (value) =>
    new Intl.NumberFormat("en", {
      style: "currency",
      currency: value.currency,
      notation: "compact",
      maximumFractionDigits: 1,
    }).format(Number(value.amount));
  if (minimum && maximum && minimum.amount === maximum.amount) return one(minimum);
  if (minimum && maximum) return `${one(minimum)} – ${one(maximum)}`;
  return minimum ? `from ${one(minimum)}` : `up to ${one(maximum)}`;
}

function chineseMoney(minimum, maximum) {
  const { currency } = minimum ?? maximum;
  const compact = new Intl.NumberFormat("zh-CN", { notation: "compact", maximumFractionDigits: 1 });
  const [low, high] = [minimum, maximum].map((value) => value && compact.format(Number(value.amount)));
  const unit = currency === "CNY" ? "元" : new Intl.DisplayNames(["zh-CN"], { type: "currency" }).of(currency);
  if (low && high) return `${low === high ? low : `${low}–${high}`}${unit}`;
  return low ? `${low}${unit}起` : `${high}${unit}以内`;
}
