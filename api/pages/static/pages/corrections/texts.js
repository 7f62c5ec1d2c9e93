// What the page of corrections says.

import { addTexts } from "../frame/texts.js";

addTexts({
  correctionsTitle: ["Corrections", "更正申请"],
  correctionsLead: [
    "Requests to correct records: your own, and those for records that you may change.",
    "您提交的更正申请，以及您有权修改的记录收到的更正申请。",
  ],
  correctionsSignIn: ["Sign in to suggest a correction", "请登录后提交更正申请"],
  correctionsSignInHelp: ["Then you can follow what becomes of it.", "登录后可以查看处理结果。"],
  requests: ["Requests", "申请"],
  noRequests: ["No requests.", "暂无申请。"],
  recordGone: ["A record that you can no longer see", "您已无法查看的记录"],
  correction_RECEIVED: ["Undecided", "待处理"],
  correction_ACCEPTED: ["Accepted", "已采纳"],
  correction_DECLINED: ["Declined", "未采纳"],
  correction_WITHDRAWN: ["Withdrawn", "已撤回"],
  correctionField: ["Field", "字段"],
  presentValue: ["Current value", "现有内容"],
  proposedValue: ["Proposed value", "建议改为"],
  proposedField: ["Proposed value; leave empty to remove it", "建议改为（留空表示删除）"],
  reason: ["Reason", "理由"],
  sourceAddress: ["Link to a source", "来源网址"],
  nothing: ["(empty)", "（空）"],
  answered: ["Answer: {answer}", "答复：{answer}"],
  dueBy: ["Due by {at}", "请于 {at} 前处理"],
  accept: ["Accept and change the record", "采纳并修改记录"],
  decline: ["Decline", "不采纳"],
  declineWhy: ["Reason for declining", "不采纳的原因"],
  withdraw: ["Withdraw", "撤回"],
  correctionDone: ["Done.", "已处理。"],
  correctionSent: ["Your request has been sent.", "更正申请已提交。"],
  correctionOf: ["Suggest a correction: {name}", "申请更正：{name}"],
  sendCorrection: ["Send request", "提交申请"],
  nothingToCorrect: ["Nothing here can be corrected.", "该记录没有可更正的内容。"],
});
