// What a place's page says beside what all pages say.

import { learnTexts, language } from "../frame/texts.js";

learnTexts({
  byStation: ["Station", "推荐单位"],
  industriesWeights: ["Industries", "产业"],
  industriesHelp: [
    "How much each industry counts within the priorities: 1 as declared, 0 not at all.",
    "各产业在重点产业中的权重：1 为原定，0 表示不计。",
  ],
  scenarios: ["Scenarios", "情景方案"],
  scenariosHelp: [
    "This place's saved weights and filters. Open one to continue from it; tick several to compare.",
    "已保存的权重与筛选。打开可继续调整，勾选多个可比较。",
  ],
  noScenarios: ["No scenario saved yet.", "尚无已保存的方案。"],
  saveScenario: ["Save as scenario", "另存为方案"],
  updateScenario: ["Save in “{name}”", "保存到“{name}”"],
  scenarioName: ["Name", "名称"],
  scenarioShared: ["Everybody may see it", "所有人可见"],
  sharedBadge: ["shared", "公开"],
  opened: ["open", "已打开"],
  openScenario: ["Open", "打开"],
  applyScenario: ["Make it the city's", "设为本市权重"],
  archiveScenario: ["Archive", "归档"],
  compareScenario: ["Compare “{name}”", "比较“{name}”"],
  savedScenario: ["Saved: {name}", "已保存：{name}"],
  archivedScenario: ["Archived: {name}", "已归档：{name}"],
  confirmArchive: [
    "“{name}” will leave the list. It can be restored through the API.",
    "“{name}”将从列表移除，可通过接口恢复。",
  ],
  confirmApply: [
    "The weights of {count} priorities of {place} become those of “{name}”, for everybody.",
    "{place}的 {count} 项重点产业权重将改为“{name}”的权重，对所有人生效。",
  ],
  CONFLICT: ["Somebody else changed it. Reload the page to see the latest.", "期间已被他人更改，请重新加载页面。"],
  talks: ["Talks", "洽谈状态"],
  noTalks: ["No talks", "尚未洽谈"],
  talksWith: ["Status of talks with {project}", "与{project}的洽谈状态"],
  talksWait: [
    "Stated: {stage}. It counts once the project or an organiser confirms it.",
    "已登记：{stage}。项目方或主办方确认后生效。",
  ],
  talksBack: [
    "The talks go back to “{stage}”. Why? Both sides can read this.",
    "洽谈将退回到“{stage}”，请说明原因（双方可见）。",
  ],
  talksSaved: ["Talks: {stage}", "洽谈状态：{stage}"],
  pictures: ["Picture", "图"],
  report: ["Print report", "打印报告"],
  pictureTitle: ["Projects that fit {place} best", "与{place}最匹配的项目"],
  seeHeat: ["Heat map of all places", "全部地区热力图"],
  seeMap: ["Map of the pool, by fit with {place}", "项目分布图（按与{place}的匹配度）"],
  seeGaps: ["Gaps", "供需缺口"],
});

const stages = {
  SUGGESTED: ["Suggested", "已推荐"],
  SHORTLISTED: ["On the short list", "列入短名单"],
  CONTACTED: ["Contacted", "已联系"],
  MUTUAL_INTEREST: ["Mutual interest", "双方有意"],
  MEETING_SCHEDULED: ["Meeting scheduled", "已约见面"],
  MET: ["Met", "已初步洽谈"],
  INTENT: ["Intent declared", "已表达意向"],
  NEGOTIATION: ["Negotiating", "洽谈中"],
  DUE_DILIGENCE: ["Due diligence", "尽职调查"],
  TERM_SHEET: ["Term sheet", "条款已拟定"],
  SIGNED: ["Signed", "已签约"],
  LANDED: ["Settled", "已落地"],
  FUNDED: ["Funded", "已出资"],
  TRACKING: ["Tracking", "跟踪中"],
  PASSED: ["Passed", "暂不考虑"],
  ON_HOLD: ["On hold", "暂停"],
  EXPIRED: ["Expired", "已过期"],
  TERMINATED: ["Terminated", "已终止"],
};

export const STAGES = Object.keys(stages);
/** A stage of talks in words. */
export const talkStage = (value) => stages[value]?.[language === "zh" ? 1 : 0] ?? value;
