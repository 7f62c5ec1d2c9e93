// Why a score is what it is: the strongest reasons of a card, and all of them as a table that adds up.

import { blockName, family, isRest, speaking } from "./bars.js";
import { h } from "./dom.js";
import { score, signed, t } from "./texts.js";

const LEAST_AGAINST = 2; // points from which it is worth a line that something speaks against it

/**
 * The strongest reasons, each with its sign: what is matched, what else speaks for it, and what speaks most against
 * it. A list gives one `told` (reason to the number of cards that say it) for all its cards: what many say already
 * gives way to what fewer say.
 */
export function reasons(edge, count = 3, told = new Map()) {
  const parts = speaking(edge.contributions).filter((each) => each.known && each.reason && !isRest(each.block));
  const weight = ({ points, reason }) => Math.abs(points) / 2 ** (told.get(reason) ?? 0);
  const strongest = (some, most) => [...some].sort((a, b) => weight(b) - weight(a)).slice(0, Math.max(0, most));
  const lead = leadOf(edge, parts);
  const against = strongest(
    parts.filter((each) => each.points <= -LEAST_AGAINST),
    count > 1 ? 1 : 0,
  );
  const others = parts.filter((each) => each.points > 0 && !(lead && each.block === "text"));
  const more = strongest(unique(others), count - against.length - (lead ? 1 : 0)).sort((a, b) => b.points - a.points);
  const chosen = [...(lead ? [{ reason: lead, points: 1 }] : []), ...more, ...against];
  for (const { reason } of chosen) told.set(reason, (told.get(reason) ?? 0) + 1);
  return h(
    "ul",
    { class: "reasons" },
    chosen.map(({ reason, points }) =>
      h(
        "li",
        { class: points < 0 ? "against" : "for" },
        h("span", { class: "sign", "aria-hidden": "true" }, points < 0 ? "−" : "+"),
        h("span", { class: "unseen" }, `${t(points < 0 ? "speaksAgainst" : "speaksFor")}: `),
        h("span", {}, reason),
      ),
    ),
  );
}

/** What the match is made of, in one sentence: the first reason where it is more than a block's own. */
function leadOf({ reasons: sentences = [] }, parts) {
  return sentences.length && parts.every((each) => each.reason !== sentences[0]) ? sentences[0] : null;
}

/** Each reason once: two blocks may have the same. */
const unique = (parts) => [...new Map(parts.map((each) => [each.reason, each])).values()];

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
