// The lines of an investor's list, and the list as a file.

import { ask } from "../frame/api.js";
import { answerButtons } from "../frame/answers.js";
import { link } from "../frame/address.js";
import { contributionBar } from "../frame/bars.js";
import { csv, download, fill, h } from "../frame/dom.js";
import { showProblem } from "../frame/frame.js";
import { gist, littleText, metaLine, projectName, scoreFigure } from "../frame/parts.js";
import { allReasons, reasons } from "../frame/reasons.js";
import { joined, money, score, t, word } from "../frame/texts.js";

const REASONS = 3;

/**
 * Lines for `edges`, numbered as they stand there; those for which `left(id)` holds are left out. `answered(node,
 * answer)` is told of an answer.
 */
export function lines(edges, subject, left, answered) {
  const told = new Map();
  return edges.map((edge, at) => (left(edge.node.id) ? null : line(edge, at + 1, subject, told, answered)));
}

function line(edge, number, subject, told, answered) {
  const { node } = edge;
  return h(
    "li",
    { class: "row", data: { id: node.id } },
    h("div", { class: "rank" }, h("span", { class: "unseen" }, `${t("rank")} `), String(number)),
    h(
      "div",
      { class: "body" },
      h("h3", {}, projectName(node)),
      metaLine(node),
      gist(node),
      contributionBar(edge.contributions, edge.score),
      reasons(edge, REASONS, told),
      littleText(edge),
      detail(edge, subject),
      answerButtons(node, subject, null, (answer) => answered(node, answer)),
    ),
    scoreFigure(edge.score, edge.band),
  );
}

/** All reasons, how it looks from the project's side, and projects like it: asked for when they are wanted. */
function detail(edge, investor) {
  const more = h("div", { class: "similar" });
  const box = allReasons(edge, false, async (open) => {
    if (!open || more.childElementCount) return;
    box.append(more);
    try {
      const { project, fit } = await ask("list-detail", { id: edge.node.id, investor });
      fill(
        more,
        fit?.standing && h("p", { class: "name" }, t("theirSide")),
        fit?.standing && h("p", {}, t("standing", fit.standing), " ", h("span", { class: "help" }, t("standingHelp"))),
        h("p", { class: "name" }, t("similar")),
        h(
          "ul",
          { class: "plain" },
          project.similar.edges.map(({ node, score: likeness }) =>
            h("li", {}, h("a", { href: link(`/projects/${node.id}`) }, node.name), ` ${score(likeness)}`),
          ),
        ),
      );
    } catch (problem) {
      showProblem(problem);
    }
  });
  return box;
}

/** Keep what is on the list as CSV. */
export function saveList(name, edges) {
  const rows = [
    [t("rank"), t("score"), "id", word("PROJECT"), t("byTrack"), t("origin"), t("byStage"), t("asks"), t("why")],
  ];
  for (const { rank, score: points, reasons: why, node } of edges) {
    rows.push([
      rank,
      points,
      node.id,
      node.name,
      joined(node.tracks.map((each) => each.name)),
      node.origin?.name,
      word(node.fundingStage),
      money(node.ask),
      why.join(" "),
    ]);
  }
  download(`${name}.csv`, "text/csv;charset=utf-8", csv(rows));
}
