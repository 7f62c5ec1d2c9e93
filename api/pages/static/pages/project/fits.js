// Whom a project fits: the one who looks, places, and investors as far as the reader may see them.

import { answerButtons } from "../frame/answers.js";
import { link } from "../frame/address.js";
import { h } from "../frame/dom.js";
import { contributionBar } from "../frame/bars.js";
import { littleText, scoreFigure } from "../frame/parts.js";
import { allReasons, contributionTable, reasons } from "../frame/reasons.js";
import { investorType, t } from "../frame/texts.js";

export const fitTitle = (viewer) =>
  viewer.role === "INVESTOR" ? t("yourFit") : t("fitFor", { name: viewer.subject.name });

/** The conditions that hold a project back; null where it meets all. */
export function heldBack(fit) {
  const stopped = fit.gates.filter((gate) => !gate.passed);
  if (!stopped.length) return null;
  return h(
    "ul",
    {},
    stopped.map((gate) => h("li", {}, gate.reason)),
  );
}

/** How it fits the one who looks, and what that one may answer. */
export function yours(project, fit, viewer) {
  const stopped = heldBack(fit);
  return [
    h("h2", {}, fitTitle(viewer)),
    scoreFigure(fit.score, fit.band),
    littleText(fit),
    contributionBar(fit.contributions, fit.score),
    stopped && h("div", {}, h("p", { class: "name bad" }, t("heldBack")), stopped),
    contributionTable(fit.contributions, fit.score),
    fit.standing &&
      h(
        "p",
        { class: "standing" },
        h("strong", {}, `${t("theirSide")}: `),
        t(viewer.role === "INVESTOR" ? "standing" : "standingPlace", fit.standing),
        " ",
        h("span", { class: "help" }, t("standingHelp")),
      ),
    fit.counterfactual &&
      h("p", { class: "standing" }, h("strong", {}, `${t("wouldBring")}: `), fit.counterfactual.reason),
    answerButtons(project, viewer.subject.id, project.interests?.edges[0]?.node ?? null),
  ];
}

/** A ranking of places or investors as a compact list; `folder` is where their pages are. */
export function fits(title, ranked, folder, nobody) {
  const edges =
    ranked?.edges.filter((edge) =>
      edge.contributions.some((each) => each.block !== "baseline" && Math.abs(each.points) >= 0.05),
    ) ?? [];
  if (!edges.length) return [h("h2", {}, title), h("p", { class: "help" }, nobody)];
  // Where some that state nothing stand between them, ranks would begin at three or leave some out.
  const ranks = edges.every((edge, at) => edge.rank === at + 1);
  return [
    h("h2", {}, title),
    h(
      "ol",
      { class: "ranked compact" },
      edges.map((edge) =>
        h(
          "li",
          { class: "row" },
          h("div", { class: "rank" }, ranks && String(edge.rank)),
          h(
            "div",
            { class: "body" },
            h(
              "h3",
              {},
              h("a", { href: link(`/${folder}/${edge.node.id}`) }, edge.node.name),
              edge.node.type && h("span", { class: "badge" }, investorType(edge.node.type)),
            ),
            contributionBar(edge.contributions, edge.score),
            reasons(edge, 2),
            allReasons(edge, false),
          ),
          scoreFigure(edge.score, edge.band),
        ),
      ),
    ),
  ];
}

/** Those who may not see its investors get null from the API. */
export const investors = (ranked) =>
  ranked
    ? fits(t("fitInvestors"), ranked, "investors", t("fitInvestorsEmpty"))
    : [h("h2", {}, t("fitInvestors")), h("p", { class: "help" }, t("fitInvestorsClosed"))];
