// Scores as bars, a piece for each block, and what colours and scores mean.

import { h } from "./dom.js";
import { joined, number, score, signed, t } from "./texts.js";

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
let bands = [];

/** Remember what the API's blocks and bands are called; `capabilities` as it gives them. */
export function setModel(capabilities) {
  names = new Map((capabilities.model?.blocks ?? []).map((block) => [block.name, block.description]));
  bands = capabilities.bands ?? bands;
}

const REST = { baseline: "baseline", contrast: "contrastBlock", several: "severalBlock" };
/** What is in a score beside its blocks. */
export const isRest = (block) => block in REST;
export const blockName = (block) => (REST[block] ? t(REST[block]) : (names.get(block) ?? block));

/** Contributions that say something: all but the starting point and what is next to nothing. */
export const speaking = (contributions) =>
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

/** What scores mean, in words and with their limits. */
export const scoreScale = () =>
  bands.length > 0 &&
  h(
    "p",
    { class: "scale" },
    h("span", {}, t("scoreHelp")),
    bands.map(({ band, leastScore, meaning }, at) =>
      h(
        "span",
        { class: `band ${band.toLowerCase()}`, title: meaning },
        leastScore > 0 ? `${number(leastScore)}+` : `< ${number(bands[at - 1]?.leastScore ?? 0)}`,
        ` ${t(`band${band}`)}`,
      ),
    ),
  );
