// One card of the page of gaps: asked for, drawn and tried again on its own; and what its tables share.

import { ask } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { loadPanel } from "../frame/panel.js";
import { poolFilter } from "../pool/pool.js";
import { number, t } from "../frame/texts.js";

const SHOWN = 12;

/**
 * A card. `operation` with `variables()` gives what `draw(found, panel)` draws; `draw` is called again by
 * `panel.draw()`, and everything is asked for anew by `panel.load()`.
 */
export function gapPanel(view, { title, wide = false, operation, variables = (_panel) => ({}), draw }) {
  const panel = {
    element: h("section", { class: wide ? "card whole" : "card" }),
    whole: false,
    found: null,
    /** Ask the API, without drawing. */
    ask: async () => (await ask(operation, { filter: poolFilter(view.pool), ...variables(panel) })).poolGaps,
    draw: () => panel.found && draw(panel.found, panel),
    load: () =>
      loadPanel(
        panel.element,
        async () => {
          panel.found = await panel.ask();
          panel.draw();
        },
        { title, lines: 8 },
      ),
  };
  return panel;
}

/** A table of the first rows, with a button for the rest: `more()` shows it. */
export function rows(panel, titles, items, row, { total = items.length, more = panel.draw } = {}) {
  const shown = panel.whole ? items : items.slice(0, SHOWN);
  const whole = async () => {
    panel.whole = true;
    await more();
    const next = panel.element.querySelectorAll("tbody tr")[shown.length];
    next?.querySelector("a")?.focus({ preventScroll: true });
  };
  return h(
    "div",
    { class: "gap-rows" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          titles.map((title) => h("th", { scope: "col" }, title)),
        ),
      ),
      h("tbody", {}, shown.map(row)),
    ),
    !panel.whole && shown.length < total && moreButton(total - shown.length, whole),
  );
}

/** The first of `items`, as many as a card shows. */
export const firstOf = (panel, items) => (panel.whole ? items : items.slice(0, SHOWN));

/** "and 137 more". */
export const moreButton = (count, onclick) =>
  h("p", {}, h("button", { type: "button", class: "quiet", onclick }, t("moreRows", { count: number(count) })));

/** A count as a figure and as a line whose full length is `most`. */
export const meter = (count, most) =>
  h(
    "div",
    { class: "meter" },
    h("span", { class: "figure" }, number(count)),
    h("span", { class: "line", "aria-hidden": "true" }, h("span", { style: { width: `${(100 * count) / most}%` } })),
  );
