// What an investor's answers and deals have taught its list.

import { h } from "../frame/dom.js";
import { signed, t } from "../frame/texts.js";

const MOST = 6;
const FIRM = 3; // answers from which on it is more than a hint

/** Sentences on what there is more and fewer of, and why, the strongest first; what few answers say, as hints. */
export function preferenceSummary(ranked, answers) {
  if (!ranked.learnt.length) return h("p", { class: "help" }, t(answers ? "learntNothing" : "notLearned"));
  const firm = ranked.learnt.filter((each) => each.chosen + each.passed >= FIRM);
  const hints = ranked.learnt.filter((each) => each.chosen + each.passed < FIRM);
  return [
    firm.length > 0 && [h("p", { class: "help" }, t("learntHelp")), list(firm.slice(0, MOST))],
    firm.length > MOST && h("details", {}, h("summary", {}, t("showMore")), list(firm.slice(MOST))),
    hints.length > 0 &&
      h(
        "details",
        { class: "hints", open: firm.length === 0 },
        h("summary", {}, t("hints")),
        h("p", { class: "help" }, t("hintsHelp")),
        list(hints.slice(0, MOST)),
      ),
  ];
}

const list = (some) => h("ul", { class: "lessons" }, some.map(line));

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
