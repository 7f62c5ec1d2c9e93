// What the page says beside what all pages say.

import { addTexts } from "../frame/texts.js";

addTexts({
  movedToShortlist: ["On your shortlist: {project}", "已移入短名单：{project}"],
  hints: ["Hints", "初步倾向"],
  hintsHelp: ["Fewer than three answers point this way.", "相关答复不足三次，仅供参考。"],
  csv: ["Download CSV", "下载 CSV"],
  print: ["Print", "打印"],
  answersTitle: ["Shortlist", "短名单"],
  noAnswers: ["You haven't responded to any project yet.", "您尚未答复任何项目。"],
  listTitle: ["Your list", "我的清单"],
  listOf: ["List for {name}", "{name}的清单"],
  listLead: [
    "{shown} of {total} projects that fit your mandate, best first.",
    "符合您投资要求的 {total} 个项目中的前 {shown} 个。",
  ],
  listSignIn: ["Sign in as an investor to see your list", "请以投资人身份登录查看清单"],
  chooseInvestor: ["Whose list?", "查看哪位投资人的清单？"],
  chooseInvestorHelp: [
    "As an organiser you may see the list of every investor.",
    "作为主办方，您可以查看每位投资人的清单。",
  ],
  notAnInvestor: ["You aren't signed in as an investor.", "您未以投资人身份登录。"],
  nextList: ["Show the next list", "显示下一份清单"],
  arrives: ["Receive it by e-mail, feed or webhook", "通过邮件、订阅源或 Webhook 接收"],
  changeMandate: ["Change and preview", "修改并预览"],
  placesWanted: ["Places", "地区"],
  learned: ["What your answers changed", "您的答复带来的变化"],
  learntHelp: ["From your answers and investments, beyond your mandate.", "来自您的答复和投资记录，不含投资要求本身。"],
  learntPoints: ["points that a project gains from this alone", "仅此一项对项目得分的影响"],
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
});
