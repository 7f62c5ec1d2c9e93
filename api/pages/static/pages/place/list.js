// The ranked projects of a place: rows with score, bar and reasons; rows that move; two lists side by side.

import { answerButtons } from "../frame/answers.js";
import { link } from "../frame/address.js";
import { h } from "../frame/dom.js";
import { talksControl } from "./talks.js";
import { byId, move } from "./weighing/moves.js";
import { blockName, contributionBar } from "../frame/bars.js";
import { gist, littleText, metaLine, projectName, scoreFigure } from "../frame/parts.js";
import { allReasons, reasons } from "../frame/reasons.js";
import { score, signed, t } from "../frame/texts.js";

/** A list that is drawn anew in place: rows that stay move to where they belong. */
export class RankedList {
  constructor() {
    this.element = h("ol", { class: "ranked" });
    this.opened = new Set();
  }

  /** Draw `edges`; `today` (edges) says what moved, null where nothing is weighed otherwise. */
  draw(edges, { today = null, answers = null, talks = null, subject = null, answered = null } = {}) {
    this.talks = talks;
    const before = new Map([...this.element.children].map((row) => [row.dataset.id, row.getBoundingClientRect().top]));
    const focused = this.element.contains(document.activeElement)
      ? document.activeElement.closest("li[data-id]")?.dataset.id
      : null;
    const known = today && byId(today);
    const told = new Map();
    const rows = edges.map((edge) => this.row(edge, told, known, answers, subject, answered));
    this.element.replaceChildren(...rows);
    if (focused) this.element.querySelector(`li[data-id="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
    if (!before.size || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const row of rows) {
      const was = before.get(row.dataset.id);
      const by = was === undefined ? null : was - row.getBoundingClientRect().top;
      if (by === null) row.animate([{ opacity: 0 }, { opacity: 1 }], 180);
      else if (Math.abs(by) > 1)
        row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], {
          duration: 180,
          easing: "ease-out",
        });
    }
  }

  row(edge, told, today, answers, subject, answered) {
    const { node } = edge;
    const moved = today && move(edge, today);
    return h(
      "li",
      { class: "row", data: { id: node.id } },
      h(
        "div",
        { class: "rank" },
        h("span", { class: "unseen" }, `${t("rank")} `),
        String(edge.rank),
        moved && chip(moved, today.size),
      ),
      h(
        "div",
        { class: "body" },
        h("h3", {}, projectName(node)),
        metaLine(node, node.landedPlace && t("landedHere", { place: node.landedPlace.name })),
        gist(node),
        contributionBar(edge.contributions, edge.score),
        moved &&
          moved.block &&
          moved.kind !== "same" &&
          h(
            "p",
            { class: `because ${moved.kind}` },
            `${words(moved)}: ${blockName(moved.block)} ${signed(moved.points)}`,
          ),
        reasons(edge, 3, told),
        littleText(edge),
        allReasons(edge, this.opened.has(node.id), (open) =>
          open ? this.opened.add(node.id) : this.opened.delete(node.id),
        ),
        this.talks && talksControl(node, subject, this.talks),
        answers && answerButtons(node, subject, answers.get(node.id) ?? null, (answer) => answered(node.id, answer)),
      ),
      scoreFigure(edge.score, edge.band),
    );
  }
}

function words(moved) {
  if (moved.kind === "up") return t("rises", { by: moved.by });
  if (moved.kind === "down") return t("falls", { by: -moved.by });
  return moved.kind === "new" ? t("comesIn") : t("unchanged");
}

/** `read`: how many lines of today's list are known. */
function chip(moved, read) {
  const text = { up: `▲ ${moved.by}`, down: `▼ ${-moved.by}`, same: "=", new: "★" }[moved.kind];
  const was = moved.was ? t("wasRank", { rank: moved.was }) : t("wasBeyond", { rank: read });
  return h(
    "span",
    { class: `chip move ${moved.kind}`, title: was },
    h("span", { "aria-hidden": "true" }, text),
    h("span", { class: "unseen" }, `${words(moved)}, ${was}`),
  );
}

/** Lists beside each other: today's, and others `{name, edges}`; each row says how it moved against today's. */
export function sideBySide(today, others, size) {
  const known = byId(today);
  const shownIn = others.map(({ edges }) => new Set(edges.slice(0, size).map((edge) => edge.node.id)));
  const line = (edge, moved) =>
    h(
      "li",
      { class: moved?.kind ?? null },
      h("span", { class: "rank" }, String(edge.rank)),
      h("a", { href: link(`/projects/${edge.node.id}`) }, edge.node.name),
      h("span", { class: "figure" }, score(edge.score)),
      moved &&
        moved.kind !== "out" &&
        h(
          "span",
          { class: "moved" },
          chip(moved, known.size),
          moved.block &&
            moved.kind !== "same" &&
            h("span", { class: `because ${moved.kind}` }, `${blockName(moved.block)} ${signed(moved.points)}`),
        ),
    );
  const gone = (edge) => shownIn.every((ids) => !ids.has(edge.node.id));
  return h(
    "div",
    {
      class: "beside many",
      style: { "--lists": String(others.length + 1) },
      tabindex: "0",
      role: "region",
      "aria-label": t("compare"),
    },
    h(
      "section",
      {},
      h("h3", {}, t("today")),
      h(
        "ol",
        {},
        today.slice(0, size).map((edge) => line(edge, gone(edge) ? { kind: "out" } : null)),
      ),
    ),
    others.map(({ name, edges }) =>
      h(
        "section",
        {},
        h("h3", {}, name),
        h(
          "ol",
          {},
          edges.slice(0, size).map((edge) => line(edge, move(edge, known))),
        ),
      ),
    ),
  );
}
