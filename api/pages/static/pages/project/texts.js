// What the page of a project says of what is missing.

import { teach } from "../frame/texts.js";

teach({
  summaryField: ["A summary", "项目摘要"],
  technologyField: ["Its core technology", "核心技术"],
  askField: ["The amount it seeks", "融资需求"],
  stageField: ["Its funding stage", "融资阶段"],
  levelField: ["The appraised level of its technology", "技术水平评价"],
  originField: ["Where it comes from", "来源地"],
  trackField: ["Its track", "赛道"],
  industryField: ["Its industries", "产业"],
  settleField: ["Where it would settle", "意向落户地"],
  resultField: ["Its results in competitions", "获奖情况"],
  countsAs: ["counts as: {blocks}", "计入：{blocks}"],
  entered: ["Entered by the organisers of the competition.", "由赛事组织方录入。"],
  chooseOne: ["Not stated", "未说明"],
  saveProject: ["Save", "保存"],
  projectSaved: ["Saved. Places and investors can now find it by this.", "已保存。地区和投资人将据此发现该项目。"],
  nothingStated: ["Nothing filled in yet.", "尚未填写。"],
  projectChanged: [
    "Somebody else changed the project. Your entries are still here; save again to keep them.",
    "该项目已被他人更改。您填写的内容仍在，请再次保存。",
  ],
  find: ["Type to find", "输入以查找"],
  foundCount: ["{count} found", "找到 {count} 个"],
  nothingFound: ["Nothing found", "未找到"],
  remove: ["Remove {name}", "移除{name}"],
  least: ["From", "最低"],
  most: ["To", "最高"],
  currency: ["Currency", "货币"],
});
