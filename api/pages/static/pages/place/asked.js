// What a place asks for, one by one: how many lines of the list each makes, and the list for it alone.

import { h } from "../frame/dom.js";
import { withoutMark } from "../frame/parts.js";
import { number, t } from "../frame/texts.js";

/** Buttons for `coverage` (of the list for all of it); `only` is the one that is shown alone, `show` takes its id. */
export function asked(coverage, only, show) {
  if (coverage.length < 2) return null;
  const button = (id, text) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "chip",
          "aria-pressed": String(id === only),
          onclick: () => show(id),
        },
        text,
      ),
    );
  return h(
    "ul",
    { class: "chips asked", "aria-label": t("asked") },
    button(null, t("askedAll")),
    coverage.map(({ aspect, name, count }) => button(aspect, `${withoutMark(name)} ${count ? number(count) : "–"}`)),
  );
}

/** Buttons for the order of the list: over all that is asked for, or by the scores alone. */
export function orderSwitch(page) {
  const button = (order, text) =>
    h(
      "button",
      {
        type: "button",
        data: { order: order ?? "spread" },
        "aria-pressed": String(page.state.order === order),
        onclick: () => page.orderBy(order),
      },
      text,
    );
  return h(
    "div",
    { class: "segmented", role: "group", "aria-label": t("listOrder") },
    button(null, t("spreadOrder")),
    button("score", t("scoreOrder")),
  );
}
