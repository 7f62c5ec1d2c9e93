// What an investor's answers and deals have taught its list.

import { h } from "../frame/dom.js";
import { signed, t } from "../frame/texts.js";

const MOST = 6;

/** Sentences on what there is more and fewer of, and why, the strongest first. */
export function lessons(ranked, answers) {
  if (!ranked.learnt.length) return h("p", { class: "help" }, t(answers ? "learntNothing" : "notLearned"));
  const line = (each) =>
    h(
      "li",
      { class: each.points < 0 ? "fewer" : "more" },
      h("span", { class: "sign", "aria-hidden": "true" }, each.points < 0 ? "▾" : "▴"),
      h("span", {}, each.reason),
      h(
        "span",
        { class: "figure", title: t("learntPoints") },
        h("span", { class: "unseen" }, `${t("learntPoints")} `),
        signed(each.points),
      ),
    );
  return [
    h("p", { class: "help" }, t("learntHelp")),
    h("ul", { class: "lessons" }, ranked.learnt.slice(0, MOST).map(line)),
    ranked.learnt.length > MOST &&
      h(
        "details",
        {},
        h("summary", {}, t("showMore")),
        h("ul", { class: "lessons" }, ranked.learnt.slice(MOST).map(line)),
      ),
  ];
}
