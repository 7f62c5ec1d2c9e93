// Values of enums in words, in English and Chinese; enums that forms offer are whole and in the schema's order.

import { at } from "./language.js";

const fundingStages = {
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
};
const technologyLevels = {
  INTERNATIONAL_LEADING: ["Internationally leading", "国际领先"],
  INTERNATIONAL_ADVANCED: ["Internationally advanced", "国际先进"],
  DOMESTIC_LEADING: ["Nationally leading", "国内领先"],
  DOMESTIC_ADVANCED: ["Nationally advanced", "国内先进"],
};
const projectKinds = {
  STARTUP: ["Start-up", "初创企业"],
  TECHNOLOGY_RND: ["Research and development", "技术研发"],
  PRODUCT: ["Product", "产品"],
  PLATFORM: ["Platform", "平台"],
  ACCELERATOR: ["Accelerator", "加速器"],
  FUND: ["Fund", "基金"],
  STRATEGIC_COOPERATION: ["Cooperation", "战略合作"],
};
const enums = {
  ...fundingStages,
  ...technologyLevels,
  ...projectKinds,
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
  TALENT_SUBSIDY: ["Talent subsidy", "人才补贴"],
  TAX: ["Tax relief", "税收优惠"],
  SPACE: ["Office or workshop", "场地"],
  HOUSING: ["Housing", "住房"],
  LOAN: ["Loan or guarantee", "贷款支持"],
  EQUITY: ["Public investment", "股权投资"],
  SERVICE: ["Service", "服务"],
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
const passReasons = {
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
  SCOPED_ORGANISER: ["organiser of a programme", "专项主办方"],
  ADMIN: ["administrator", "管理员"],
};

/** Words for more enums: value to [English, Chinese]. */
export const addWords = (more) => Object.assign(enums, more);

/** An enum's value in words; a value that these pages don't know yet, as it is. */
export const word = (value) => enums[value]?.[at] ?? value ?? "";
export const investorType = (value) => investorTypes[value]?.[at] ?? word(value);
export const passReason = (value) => passReasons[value]?.[at] ?? value ?? "";
export const roleName = (value) => roles[value]?.[at] ?? value ?? "";
export const FUNDING_STAGES = Object.keys(fundingStages);
export const TECHNOLOGY_LEVELS = Object.keys(technologyLevels);
export const PROJECT_KINDS = Object.keys(projectKinds);
export const PASS_REASONS = Object.keys(passReasons);
