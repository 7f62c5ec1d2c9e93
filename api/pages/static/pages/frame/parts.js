// Parts of more than one page: scores, contribution bars, reasons, answers.

import { link } from "./address.js";
import { h } from "./dom.js";
import { joined, money, score, signed, t, word } from "./texts.js";

const FAMILIES = {
  text: "text",
  lexical: "text",
  track: "industry",
  industry: "industry",
  local_industry: "industry",
  needs: "needs",
  needs_text: "needs",
  geography: "place",
  landing: "place",
  stage: "money",
  cheque: "money",
  technology_level: "quality",
  result: "quality",
};
const LEFT = 30; // points that fit left of the middle
const RIGHT = 50; // and right of it

export const family = (block) => FAMILIES[block] ?? "other";

let names = new Map();

/** Remember what blocks are called. */
export function learnBlocks(blocks) {
  names = new Map(blocks.map((block) => [block.name, block.description]));
}

export const blockName = (block) => (block === "baseline" ? t("baseline") : (names.get(block) ?? block));

const speaking = (contributions) =>
  contributions.filter((each) => each.block !== "baseline" && Math.abs(each.points) >= 0.05);

/** One bar: what speaks against to the left of the middle, what speaks for to the right, a piece for each block. */
export function contributionBar(contributions, total) {
  const parts = speaking(contributions).sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const sum = (sign) => parts.reduce((all, each) => all + Math.max(0, sign * each.points), 0);
  const scale = Math.min(1, RIGHT / Math.max(1, sum(1)), LEFT / Math.max(1, sum(-1)));
  const percent = (points) => `${(100 * points * scale) / (LEFT + RIGHT)}%`;
  const middle = (100 * LEFT) / (LEFT + RIGHT);
  const label = t("contributionLabel", {
    score: score(total),
    parts: joined(parts.slice(0, 6).map((each) => `${blockName(each.block)} ${signed(each.points)}`)),
  });
  let right = 0;
  let left = 0;
  const pieces = parts.map((each) => {
    const size = Math.abs(each.points);
    const from = each.points > 0 ? right : -left - size;
    if (each.points > 0) right += size;
    else left += size;
    return h("span", {
      class: `piece ${family(each.block)}${each.points < 0 ? " against" : ""}`,
      title: `${blockName(each.block)} ${signed(each.points)}`,
      style: { left: `calc(${middle}% + ${percent(from)})`, width: percent(size) },
    });
  });
  return h(
    "div",
    { class: "bar", role: "img", "aria-label": label },
    h("span", { class: "middle", style: { left: `${middle}%` } }),
    pieces,
  );
}

/** What the colours mean, for the blocks that occur. */
export function legend(edges) {
  const present = new Set(edges.flatMap((edge) => speaking(edge.contributions).map((each) => each.block)));
  const groups = new Map();
  for (const block of [...names.keys(), ...present]) {
    if (!present.has(block)) continue;
    const each = family(block);
    if (!groups.has(each)) groups.set(each, new Set());
    groups.get(each).add(blockName(block));
  }
  return h(
    "ul",
    { class: "legend", "aria-label": t("legend") },
    h("li", { class: "ends" }, `◂ ${t("left")} · ${t("right")} ▸`),
    [...groups].map(([each, blocks]) =>
      h("li", {}, h("span", { class: `swatch ${each}`, "aria-hidden": "true" }), joined([...blocks])),
    ),
  );
}

/** The strongest reasons, each with its sign: mostly what speaks for it, and what speaks most against it. */
export function reasons(edge, count = 3) {
  const parts = speaking(edge.contributions).filter((each) => each.known && each.reason);
  const against = new Set(parts.filter((each) => each.points < 0).map((each) => each.reason));
  const good = (edge.reasons ?? []).filter((each) => !against.has(each));
  const [worst] = parts.filter((each) => each.points < 0).sort((a, b) => a.points - b.points);
  const bad = worst && count > 1 ? [worst.reason] : [];
  const chosen = [...good.slice(0, count - bad.length), ...bad];
  return h(
    "ul",
    { class: "reasons" },
    chosen.map((each) =>
      h(
        "li",
        { class: against.has(each) ? "against" : "for" },
        h("span", { class: "sign", "aria-hidden": "true" }, against.has(each) ? "−" : "+"),
        h("span", { class: "unseen" }, `${t(against.has(each) ? "speaksAgainst" : "speaksFor")}: `),
        h("span", {}, each),
      ),
    ),
  );
}

/** What a list has to say of itself: that its subject states nothing, or that nothing on offer matches well. */
export function listNotice(ranked) {
  const told = ranked.declaresNothing ? "declaresNothing" : ranked.noStrongMatch ? "noStrongMatch" : null;
  return told && h("p", { class: "note", role: "status" }, t(told));
}

/** That a project says too little for its texts to tell much. */
export const littleText = (edge) => edge.tooLittleText && h("p", { class: "help" }, t("tooLittleText"));

/** Every contribution as a line: what counts, its points, its reason. They add up to the score. */
export function contributionTable(contributions, total) {
  const base = contributions.filter((each) => each.block === "baseline");
  const rest = contributions
    .filter((each) => each.block !== "baseline")
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  return h(
    "table",
    { class: "contributions" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        [t("block"), t("points"), t("why")].map((title) => h("th", { scope: "col" }, title)),
      ),
    ),
    h(
      "tbody",
      {},
      [...base, ...rest].map((each) =>
        h(
          "tr",
          { class: each.known ? null : "unknown" },
          h(
            "th",
            { scope: "row" },
            h("span", {
              class: `swatch ${each.block === "baseline" ? "none" : family(each.block)}`,
              "aria-hidden": "true",
            }),
            blockName(each.block),
          ),
          h(
            "td",
            { class: "figure" },
            each.block === "baseline" ? score(each.points) : each.known ? signed(each.points) : "–",
          ),
          h("td", {}, each.reason),
        ),
      ),
    ),
    h(
      "tfoot",
      {},
      h("tr", {}, h("th", { scope: "row" }, t("score")), h("td", { class: "figure" }, score(total)), h("td")),
    ),
  );
}

/** Tracks, origin, stage, level on one line. */
export function metaLine(node, ...more) {
  return h(
    "p",
    { class: "meta" },
    [
      joined((node.tracks ?? []).map((each) => each.name)),
      node.origin && t("from", { place: node.origin.name }),
      word(node.fundingStage),
      word(node.technologyLevel),
      money(node.ask),
      ...more,
    ]
      .filter(Boolean)
      .map((each) => h("span", {}, each)),
  );
}

/** A project's name as a link, and whether it is a demonstration record. */
export const projectName = (node) => [
  h("a", { href: link(`/projects/${node.id}`) }, node.name ?? node.id),
  node.fictional && h("span", { class: "badge" }, t("demonstration")),
];

/** The score as figures and, where `band` is known, in words, with what it means for those who ask. */
export const scoreFigure = (value, band = null) =>
  h(
    "p",
    { class: "score", title: t("scoreHelp") },
    h("span", { class: "unseen" }, `${t("score")} `),
    score(value),
    band && h("span", { class: `band ${band.toLowerCase()}` }, t(`band${band}`)),
  );

/** "All reasons": a table made when it is opened. `open` is told of it. */
export function allReasons(edge, open, onToggle) {
  const box = h("details", {
    class: "all",
    open,
    ontoggle: () => {
      if (box.open && box.childElementCount === 1) box.append(contributionTable(edge.contributions, edge.score));
      onToggle?.(box.open);
    },
  });
  box.append(h("summary", {}, t("details")));
  if (open) box.append(contributionTable(edge.contributions, edge.score));
  return box;
}
