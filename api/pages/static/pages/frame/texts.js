// What the pages say, in English and Chinese. Names and reasons come from the API in the reader's language.

export const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

const texts = {
  signIn: ["Sign in", "登录"],
  signOut: ["Sign out", "退出登录"],
  signedInAs: ["Signed in: {name}", "已登录：{name}"],
  signInHelp: [
    "Paste your API key. It stays in this tab until you close it, and is sent to this server only.",
    "请粘贴您的 API 密钥。它只保存在本标签页中，关闭后即清除，且只发送给本服务器。",
  ],
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
  variables: ["Variables", "变量"],
  again: ["Try again", "重试"],
  toThePlaces: ["All places", "全部地区"],

  problem: ["That didn't work", "未能完成"],
  NETWORK: ["The server can't be reached. Check the connection and try again.", "无法连接服务器。请检查网络后重试。"],
  FORBIDDEN: [
    "Your key doesn't give access to this. Sign in with another one.",
    "当前密钥无权查看。请使用其他密钥登录。",
  ],
  UNAUTHENTICATED: ["Your key is no longer valid. Sign in again.", "您的密钥已失效。请重新登录。"],
  NOT_FOUND: ["This record doesn't exist, or you may not see it.", "没有此记录，或您无权查看。"],
  OVERLOADED: ["The server is busy. Try again in a moment.", "服务器繁忙，请稍后重试。"],
  TIMEOUT: ["The request took too long. Narrow it down, or try again.", "请求超时。请缩小范围或重试。"],
  UNAVAILABLE: ["This server runs no recommender, so nothing can be ranked.", "本服务器未运行推荐引擎，无法排序。"],
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

  wants: ["Priorities", "重点产业"],
  wantsHelp: [
    "Weights compare the priorities. Move one to see what would change.",
    "权重表示各项重点产业的相对重要性。移动滑块即可查看变化。",
  ],
  signals: ["What counts", "评分依据"],
  signalsHelp: [
    "How much each kind of evidence counts in the score; 0 excludes it.",
    "各类依据在评分中的权重。0 表示不计入。",
  ],
  stated: ["Declared: {weight}", "原定：{weight}"],
  noPriorities: [
    "This place has declared no priorities, so its projects are ranked by what else is known. Its planners and organisers declare them with setIndustryPriorities or import them with roadshow import.",
    "该地区尚未公布重点产业，项目按其他已知信息排序。招商/规划人员和主办方可通过 setIndustryPriorities 填写，或用 roadshow import 导入。",
  ],
  source: ["Source", "来源"],
  fields: ["Industries and tracks", "产业与赛道"],
  issuedBy: ["Issued by {name}", "发布单位：{name}"],
  valid: ["Valid {from} to {to}", "有效期 {from} 至 {to}"],
  open: ["open", "未定"],
  more: ["Source and meaning", "来源与含义"],
  needs: ["Open needs", "需求"],
  pool: ["The pool", "项目范围"],
  projects: ["Projects, best fit first", "项目（按匹配度排序）"],
  count: ["{total} projects pass the conditions", "{total} 个项目符合条件"],
  held: ["{gated} held back", "{gated} 个未入围"],
  search: ["Search in the pool", "在项目中搜索"],
  searchButton: ["Search", "搜索"],
  edition: ["Edition", "届次"],
  anyEdition: ["All editions", "全部届次"],
  byTrack: ["Track", "赛道"],
  byIndustry: ["Industry", "产业"],
  byOrigin: ["Country of origin", "来源国家"],
  byStage: ["Stage", "融资阶段"],
  byLevel: ["Technology level", "技术水平"],
  wholePool: ["Show the whole pool", "查看全部项目"],
  clearAll: ["Clear all", "全部清除"],
  unstated: ["Not stated", "未说明"],
  filters: ["Filters", "筛选"],
  nothingFits: ["No project meets these filters.", "没有符合筛选条件的项目。"],
  nothingFitsHelp: ["Remove a filter, or search for fewer words.", "请减少筛选条件或搜索词。"],
  noProjects: ["There are no projects yet to compare it with.", "尚无可供比较的项目。"],
  noProjectsHelp: [
    "Import projects with roadshow import, or load the demo data with roadshow demo.",
    "可用 roadshow import 导入项目，或用 roadshow demo 载入演示数据。",
  ],
  showMore: ["Show more", "显示更多"],
  csv: ["Download CSV", "下载 CSV"],
  print: ["Print", "打印"],
  score: ["Score", "得分"],
  scoreHelp: [
    "About this many of a hundred projects with this score would be called a match. From 55: strong; from 30: fair; from 12: weak.",
    "分数表示一百个同分项目中约有多少个会被认为契合。55 分起为高度契合，30 分起为较为契合，12 分起为关联较弱。",
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
  asked: ["Priorities and needs", "重点与需求"],
  askedAll: ["All", "全部"],
  rank: ["Rank", "名次"],
  why: ["Why", "依据"],
  block: ["What counts", "依据"],
  points: ["Points", "分值"],
  pointsOf: ["{block} (points)", "{block}（分值）"],
  baseline: ["Starting point", "起点"],
  details: ["All reasons", "全部依据"],
  contributionLabel: ["{score} points: {parts}", "{score} 分：{parts}"],
  speaksFor: ["speaks for it", "支持"],
  speaksAgainst: ["speaks against it", "不支持"],
  landedHere: ["Settled in {place}", "已落户{place}"],
  from: ["from {place}", "来自{place}"],
  legend: ["How to read the bars", "图例"],
  left: ["against", "不利"],
  right: ["in favour", "有利"],

  whatIf: ["What if", "情景试算"],
  changedWeights: ["Weights changed: {count}.", "已更改 {count} 项权重。"],
  whatIfSummary: [
    "Among the first {size}: {up} rise, {down} fall, {new} come in, {out} drop out.",
    "前 {size} 名：{up} 个上升，{down} 个下降，{new} 个进入，{out} 个退出。",
  ],
  nothingMoves: ["The first {size} stay as they are today.", "前 {size} 名与目前相同。"],
  today: ["Today", "目前"],
  backToToday: ["Back to today's", "恢复目前权重"],
  copyLink: ["Copy link", "复制链接"],
  compare: ["Side by side", "并排比较"],
  oneList: ["One list", "单一列表"],
  makePriorities: ["Make these the city's priorities", "设为该市重点产业权重"],
  confirmPriorities: [
    "The weights of {count} priorities of {place} will be replaced for everybody. What counts (text, track and so on) isn't part of a city's priorities and stays as it is.",
    "{place}的 {count} 项重点产业权重将对所有人生效。“评分依据”不属于城市重点产业，保持不变。",
  ],
  save: ["Save", "保存"],
  saved: ["Saved: these are now the priorities of {place}.", "已保存：这些现为{place}的重点产业权重。"],
  wasRank: ["was {rank}", "原第 {rank} 名"],
  wasBeyond: ["was beyond {rank}", "原在 {rank} 名之后"],
  rises: ["rises by {by}", "上升 {by} 名"],
  falls: ["falls by {by}", "下降 {by} 名"],
  comesIn: ["comes in", "进入"],
  unchanged: ["as today", "不变"],
  because: ["{block} {points}", "{block} {points}"],
  weights: ["Priorities and weights", "重点产业与权重"],
  dropped: ["Dropped out of the first {size}", "退出前 {size} 名"],
  scenario: ["With these weights", "试算结果"],

  LIKE: ["Interested", "感兴趣"],
  PASS: ["Pass", "暂不考虑"],
  BOOKMARK: ["Later", "稍后"],
  undo: ["Undo", "撤销"],
  passWhy: ["Why do you pass?", "暂不考虑的原因"],
  answered: ["{answer}: {project}", "{answer}：{project}"],
  undone: ["Undone: {project}", "已撤销：{project}"],
  answersTitle: ["Your answers", "您的答复"],
  noAnswers: ["You haven't responded to any project yet.", "您尚未答复任何项目。"],

  listTitle: ["Your list", "我的清单"],
  listOf: ["List for {name}", "{name}的清单"],
  listLead: [
    "{shown} of {total} projects that fit your mandate, best first.",
    "符合您投资要求的 {total} 个项目中的前 {shown} 个。",
  ],
  listSignIn: ["Sign in as an investor to see your list", "请以投资人身份登录查看清单"],
  listSignInHelp: [
    "A list reveals what an investor looks for, so only that investor and organisers see it.",
    "清单反映投资人的需求，仅该投资人和主办方可见。",
  ],
  chooseInvestor: ["Whose list?", "查看哪位投资人的清单？"],
  chooseInvestorHelp: [
    "As an organiser you may see the list of every investor.",
    "作为主办方，您可以查看每位投资人的清单。",
  ],
  notAnInvestor: ["Your key doesn't act for an investor.", "您的密钥不代表任何投资人。"],
  nextList: ["Show the next list", "显示下一份清单"],
  mandate: ["Mandate and thesis", "投资要求与理念"],
  arrives: ["Receive it by e-mail, feed or webhook", "通过邮件、订阅源或 Webhook 接收"],
  changeMandate: ["Change and preview", "修改并预览"],
  theirSide: ["From the project's side", "从项目方看"],
  standing: ["You rank {rank} of {total} investors for it.", "在 {total} 位投资人中，您排第 {rank} 位。"],
  standingPlace: ["You rank {rank} of {total} places for it.", "在 {total} 个地区中，您排第 {rank} 位。"],
  wouldBring: ["To be among the first twenty", "进入前二十名需要"],
  standingHelp: ["By what investors declare, as the owner sees them.", "依据投资人公开的要求，与项目方所见一致。"],
  thesis: ["Thesis", "投资理念"],
  cheque: ["Cheque", "单笔金额"],
  stages: ["Stages", "阶段"],
  placesWanted: ["Places", "地区"],
  learned: ["What your answers changed", "您的答复带来的变化"],
  learntHelp: ["From your answers and investments, beyond your mandate.", "来自您的答复和投资记录，不含投资要求本身。"],
  learntPoints: ["points for a project of it alone", "对单一此类项目的分值"],
  learntNothing: [
    "Your answers show no clear pattern yet: no industry, track, stage or place is raised or lowered by them.",
    "您的答复尚无明显倾向：各产业、赛道、阶段和地区未因此增减。",
  ],
  notLearned: [
    "Respond to projects, and this shows what your answers change.",
    "答复项目后，这里会说明清单因此发生的变化。",
  ],
  listEmpty: ["Nothing is left on your list.", "清单中没有项目了。"],
  listEmptyHelp: ["Undo an answer below, or widen the mandate.", "可在下方撤销答复，或放宽投资要求。"],
  similar: ["Similar projects", "相似项目"],
  projectPage: ["Open the project's page", "打开项目页面"],

  what: ["What it is", "项目简介"],
  technology: ["Core technology", "核心技术"],
  facts: ["Facts", "基本信息"],
  team: ["Team", "团队"],
  founder: ["founder", "创始人"],
  fullTime: ["full time", "全职"],
  member: ["Name", "姓名"],
  role: ["What they do", "职务"],
  tracksAndIndustries: ["Tracks and industries", "赛道与产业"],
  fitPlaces: ["Places that fit it", "匹配的地区"],
  fitPlacesEmpty: ["No place has declared its priorities.", "尚无地区公布重点产业。"],
  fitInvestors: ["Investors that fit it", "匹配的投资人"],
  fitInvestorsEmpty: ["No investor fits it.", "尚无匹配的投资人。"],
  fitInvestorsClosed: [
    "Only the project's owner and organisers see which investors fit.",
    "匹配的投资人仅项目所有者和主办方可见。",
  ],
  yourFit: ["How it fits you", "与您的匹配"],
  fitFor: ["How it fits {name}", "与{name}的匹配"],
  heldBack: ["Held back from the list", "未进入清单"],
  improve: ["How to improve the fit", "如何提升匹配度"],
  improveHelp: [
    "Missing information counts neither for nor against. Adding it helps places and investors find the project:",
    "未填写的信息不计分。补充以下信息有助于地区和投资人发现该项目：",
  ],
  complete: ["All information used for ranking is filled in.", "评分所需的信息均已填写。"],
  origin: ["Comes from", "来源地"],
  organisation: ["Organisation", "机构"],
  founded: ["Founded", "成立时间"],
  raised: ["Raised", "已融资"],
  asks: ["Looks for", "融资需求"],
  readiness: ["Technology readiness", "技术成熟度"],
  wouldSettle: ["Would settle in", "意向落户地"],
  keywords: ["Keywords", "关键词"],
  awards: ["Results", "获奖情况"],
  broughtBy: ["Recommended by", "推荐单位"],
  website: ["Website", "网站"],
  of: ["{rank} of {size}", "第 {rank} 名（共 {size}）"],

  heatTitle: ["Heat map", "热力图"],
  printed: ["Roadshow, {date}", "Roadshow，{date}"],
};

const at = language === "zh" ? 1 : 0;

/** Texts of one page alone, `[English, Chinese]` by name: a page loads what it says and no more. */
export const teach = (more) => void Object.assign(texts, more);

/** Texts of further pages: name to [English, Chinese]. */
export const learnTexts = (more) => Object.assign(texts, more);

/** The text called `name`, with `{…}` replaced. */
export function t(name, values = {}) {
  const text = texts[name]?.[at] ?? String(name ?? "");
  return text.replaceAll(/\{(\w+)\}/g, (_, each) => String(values[each] ?? ""));
}

const enums = {
  PILLAR: ["pillar", "支柱"],
  EMERGING: ["emerging", "新兴"],
  FUTURE: ["future", "未来"],
  TRADITIONAL: ["traditional", "传统"],
  STRENGTHEN: ["strengthen", "强链"],
  COMPLEMENT: ["complement", "补链"],
  EXTEND: ["extend", "延链"],
  BUILD: ["build", "建链"],
  COUNTRY: ["country", "国家"],
  PROVINCE: ["province", "省"],
  PREFECTURE_CITY: ["city", "地级市"],
  COUNTY_LEVEL_CITY: ["county-level city", "县级市"],
  DISTRICT: ["district", "区"],
  DEVELOPMENT_ZONE: ["development zone", "开发区"],
  INFORMAL_REGION: ["region", "区域"],
  IDEA: ["Idea", "创意"],
  PRE_SEED: ["Pre-seed", "种子前"],
  SEED: ["Seed", "种子轮"],
  ANGEL: ["Angel", "天使轮"],
  PRE_A: ["Pre-A", "Pre-A 轮"],
  SERIES_A: ["Series A", "A 轮"],
  SERIES_B: ["Series B", "B 轮"],
  SERIES_C: ["Series C", "C 轮"],
  SERIES_D_PLUS: ["Series D or later", "D 轮及以后"],
  PRE_IPO: ["Pre-IPO", "上市前"],
  PUBLIC: ["Public", "已上市"],
  STRATEGIC: ["Strategic", "战略融资"],
  GRANT: ["Grant", "资助"],
  DEBT: ["Debt", "债权"],
  INTERNATIONAL_LEADING: ["Internationally leading", "国际领先"],
  INTERNATIONAL_ADVANCED: ["Internationally advanced", "国际先进"],
  DOMESTIC_LEADING: ["Nationally leading", "国内领先"],
  DOMESTIC_ADVANCED: ["Nationally advanced", "国内先进"],
  STARTUP: ["Start-up", "初创企业"],
  TECHNOLOGY_RND: ["Research and development", "技术研发"],
  PRODUCT: ["Product", "产品"],
  PLATFORM: ["Platform", "平台"],
  ACCELERATOR: ["Accelerator", "加速器"],
  FUND: ["Fund", "基金"],
  STRATEGIC_COOPERATION: ["Cooperation", "战略合作"],
  DRAFT: ["Draft", "草稿"],
  PUBLISHED: ["Published", "已发布"],
  LANDED: ["Settled", "已落户"],
  WITHDRAWN: ["Withdrawn", "已撤回"],
  DECLARED: ["declared", "申报"],
  SUGGESTED: ["suggested", "系统建议"],
  CONFIRMED: ["confirmed", "已确认"],
  TECHNOLOGY: ["Technology", "技术"],
  TALENT: ["Talent", "人才"],
  PROJECT: ["Project", "项目"],
  CAPITAL: ["Capital", "资金"],
  COOPERATION: ["Cooperation", "合作"],
  VENTURE_CAPITAL: ["Venture capital", "创业投资"],
  PRIVATE_EQUITY: ["Private equity", "私募股权"],
  CORPORATE_VENTURE: ["Corporate venture", "企业创投"],
  FAMILY_OFFICE: ["Family office", "家族办公室"],
  GOVERNMENT_GUIDANCE_FUND: ["Government guidance fund", "政府引导基金"],
  ANGEL_FUND: ["Angel fund", "天使基金"],
  INDUSTRY_FUND: ["Industry fund", "产业基金"],
  BANK: ["Bank", "银行"],
  OTHER: ["Other", "其他"],
};
const investorTypes = { ANGEL: ["Angel investor", "天使投资人"] };
const reasons = {
  OUT_OF_MANDATE: ["Outside the mandate", "不符合投资要求"],
  STAGE: ["Stage", "阶段"],
  GEOGRAPHY: ["Location", "地域"],
  CHEQUE_SIZE: ["Cheque size", "金额"],
  TERMS: ["Terms", "条款"],
  TEAM: ["Team", "团队"],
  MARKET: ["Market", "市场"],
  TECHNOLOGY: ["Technology", "技术"],
  TIMING: ["Timing", "时机"],
  PORTFOLIO_CONFLICT: ["Conflict with the portfolio", "与已投项目冲突"],
  ALREADY_KNOWN: ["Already known", "已了解"],
  OTHER: ["Other", "其他"],
};
const roles = {
  PUBLIC: ["the public", "公众"],
  TALENT: ["talent", "人才"],
  INVESTOR: ["investor", "投资人"],
  PLANNER: ["planner", "招商/规划人员"],
  REVIEWER: ["reviewer", "评审"],
  ORGANISER: ["organiser", "主办方"],
  ADMIN: ["administrator", "管理员"],
};

/** An enum's value in words; a value that these pages don't know yet, as it is. */
export const word = (value) => enums[value]?.[at] ?? value ?? "";
export const investorType = (value) => investorTypes[value]?.[at] ?? word(value);
export const passReason = (value) => reasons[value]?.[at] ?? value ?? "";
export const roleName = (value) => roles[value]?.[at] ?? value ?? "";
export const PASS_REASONS = Object.keys(reasons);

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

/** A range in Chinese: 300万–400万美元, the currency once and in words. */
function moneyInChinese(minimum, maximum) {
  const plain = new Intl.NumberFormat("zh-CN", { notation: "compact", maximumFractionDigits: 1 });
  const names = new Intl.DisplayNames("zh-CN", { type: "currency" });
  const named = ({ amount, currency }) =>
    plain.format(Number(amount)) + (currency === "CNY" ? "元" : names.of(currency));
  if (!minimum || !maximum) return minimum ? `${named(minimum)}以上` : maximum ? `不超过${named(maximum)}` : "";
  if (minimum.amount === maximum.amount) return named(minimum);
  return `${plain.format(Number(minimum.amount))}–${named(maximum)}`;
}

/** A range of money as people write it. */
export function money(range) {
  if (!range) return "";
  const one = (value) =>
    new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", {
      style: "currency",
      currency: value.currency,
      notation: "compact",
      maximumFractionDigits: 1,
    }).format(Number(value.amount));
  const { minimum, maximum } = range;
  if (language === "zh") return moneyInChinese(minimum, maximum);
  if (minimum && maximum && minimum.amount === maximum.amount) return one(minimum);
  return [minimum && one(minimum), maximum && one(maximum)].map((each) => each || "…").join(" – ");
}
