// The pool that a place looks at: search, edition, and counts by category that narrow it.

import { h } from "../frame/dom.js";
import { number, t, word } from "../frame/texts.js";

const SHOWN = {
  track: ["byTrack", "byTrack"],
  industry: ["byIndustry", "byIndustry"],
  origin: ["byOrigin", "byOrigin"],
  station: ["byStation", "byStation"],
  stage: ["byStage", "byStage"],
  level: ["byTechnologyLevel", "byLevel"],
};

/** The filters. `facets` as the API gives them; `changed()` is called when `state` has another choice. */
export function filters(facets, editions, state, names, changed) {
  const field = h("input", { type: "search", id: "pool-search", value: state.q });
  const search = (event) => {
    event.preventDefault();
    state.q = field.value;
    changed();
  };
  const edition = h(
    "select",
    { id: "pool-edition", onchange: () => ((state.edition = edition.value || null), changed()) },
    h("option", { value: "" }, t("anyEdition")),
    editions.map((each) => h("option", { value: each.id }, each.name)),
  );
  edition.value = state.edition ?? "";
  return [
    h(
      "form",
      { class: "search", role: "search", onsubmit: search },
      h("label", { for: "pool-search" }, t("search")),
      h("div", { class: "together" }, field, h("button", {}, t("searchButton"))),
    ),
    editions.length > 0 && h("p", { class: "choose" }, h("label", { for: "pool-edition" }, t("edition")), edition),
    Object.entries(SHOWN).map(([name, [key, title]]) =>
      facet(name, t(title), facets[key].buckets, state, names, changed),
    ),
  ];
}

function facet(name, title, buckets, state, names, changed) {
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  const rows = buckets.filter((bucket) => bucket.kind !== "OTHER");
  const missing = state[name].filter((value) => !rows.some((bucket) => bucket.value === value));
  if (!rows.length && !missing.length) return null;
  for (const bucket of rows) if (bucket.value) names.set(bucket.value, bucket.label ?? word(bucket.value));
  return h(
    "fieldset",
    { class: "facet" },
    h("legend", {}, title),
    [...rows, ...missing.map((value) => ({ value, count: 0 }))].map((bucket) => {
      const share = h("span", {
        class: "share",
        style: { width: `${(100 * bucket.count) / most}%` },
        "aria-hidden": "true",
      });
      if (!bucket.value) {
        return h(
          "p",
          { class: "bucket none" },
          h("span", {}, t("unstated")),
          h("span", { class: "figure" }, number(bucket.count)),
          share,
        );
      }
      const box = h("input", {
        type: "checkbox",
        data: { facet: name, value: bucket.value },
        checked: state[name].includes(bucket.value),
        onchange: () => {
          state[name] = box.checked
            ? [...state[name], bucket.value]
            : state[name].filter((each) => each !== bucket.value);
          changed();
        },
      });
      return h(
        "label",
        { class: "bucket" },
        box,
        h("span", {}, names.get(bucket.value) ?? word(bucket.value)),
        h("span", { class: "figure" }, number(bucket.count)),
        share,
      );
    }),
  );
}
