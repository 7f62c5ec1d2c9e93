// Filters of a list of records, each value with its count.

import { h } from "../frame/dom.js";
import { number, t, word } from "../frame/texts.js";

/** `counts`: by `filter_VALUE`, as the API gives them; `change(choices, focus)` is told of another choice. */
export function filters(entity, view, counts, change) {
  const chosen = Object.values(view.chosen).some((values) => values?.length);
  const clear = () => change({ chosen: {} }, "#record-search");
  return [
    chosen &&
      h("p", { class: "actions" }, h("button", { type: "button", class: "quiet", onclick: clear }, t("recordClear"))),
    entity.filters.map((filter) => facet(filter, view, bucketsOf(filter, counts), change)),
  ];
}

const bucketsOf = ({ name }, counts) =>
  Object.entries(counts)
    .filter(([alias]) => alias.startsWith(`${name}_`))
    .map(([alias, { totalCount }]) => ({ value: alias.slice(name.length + 1), count: totalCount }));

function facet({ name, label = word }, view, buckets, change) {
  const chosen = view.chosen[name] ?? [];
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  const shown = buckets.filter(({ value, count }) => count > 0 || chosen.includes(value));
  if (!shown.length) return null;
  return h(
    "fieldset",
    { class: "facet" },
    h("legend", {}, t(`filter_${name}`)),
    shown
      .sort((a, b) => b.count - a.count)
      .map(({ value, count }) => {
        const box = h("input", {
          type: "checkbox",
          data: { filter: name, value },
          checked: chosen.includes(value),
          onchange: () => {
            const now = box.checked ? [...chosen, value] : chosen.filter((each) => each !== value);
            change({ chosen: { ...view.chosen, [name]: now } }, `[data-filter="${name}"][data-value="${value}"]`);
          },
        });
        return h(
          "label",
          { class: "bucket" },
          box,
          h("span", {}, label(value)),
          h("span", { class: "figure" }, number(count)),
          h("span", { class: "share", style: { width: `${(100 * count) / most}%` }, "aria-hidden": "true" }),
        );
      }),
  );
}
