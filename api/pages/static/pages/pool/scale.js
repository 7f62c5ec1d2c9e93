// What the colours of scores mean.

import { h } from "../frame/dom.js";
import { rgb, scheme, scoreColour } from "../plan/colours.js";
import { t } from "../frame/texts.js";

/** The scale as a bar; `points`: that of points on the page's own colour. */
export function scoreLegend(points = false) {
  const steps = Array.from({ length: 25 }, (_, step) =>
    h("span", { style: { background: rgb(scoreColour(20 + (60 * step) / 24, scheme(), points)) } }),
  );
  return h(
    "div",
    { class: "score-legend" },
    h("span", {}, `≤ 20 ${t("low")}`),
    h("span", { class: "ramp", "aria-hidden": "true" }, steps),
    h("span", {}, `≥ 80 ${t("high")}`),
  );
}
