// What the check found, in numbers, and what was guessed of the whole file.

import { h } from "../frame/dom.js";
import { number, t } from "../frame/texts.js";
import { kindSelect, labelled } from "./choosing.js";

/** The card of numbers; `again` checks anew after another choice. */
export function summary(mending, again) {
  const { preview, given } = mending;
  const changed = () => {
    given.kind = kind.value;
    mending.mapping = { ...mending.mapping, columns: {} };
    again();
  };
  const kind = kindSelect("import-kind", given.kind, given.kind ? null : t("importChoose"), changed, preview.kinds);
  const figure = (name, count) =>
    h("div", { class: `import-count ${name}` }, h("dt", {}, t(`import_${name}`)), h("dd", {}, number(count)));
  return h(
    "section",
    { class: "card", "aria-labelledby": "import-summary" },
    h("h2", { id: "import-summary" }, given.name),
    h(
      "dl",
      { class: "import-counts" },
      ["new", "changed", "unchanged"].map((each) => figure(each, mending.count(each))),
      figure("refused", preview.badRows),
    ),
    h("p", { class: "help" }, t("importNothingYet")),
    h(
      "div",
      { class: "import-fields" },
      labelled("import-kind", t("importKind"), kind, preview.kindGuessed && t("importKindGuessed")),
      preview.sheets.length > 1 && sheets(mending, again),
    ),
    preview.notes.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, t("importNotes", { count: number(preview.notes.length) })),
        h(
          "ul",
          { lang: "en" },
          preview.notes.map((each) => h("li", {}, each)),
        ),
      ),
  );
}

function sheets(mending, again) {
  const { sheets: names } = mending.preview;
  const chosen = mending.mapping.sheet ?? names[0];
  const select = h(
    "select",
    {
      id: "import-sheet",
      onchange() {
        mending.set("sheet", select.value);
        again();
      },
    },
    names.map((each) => h("option", { value: each, selected: each === chosen }, each)),
  );
  return labelled("import-sheet", t("importSheet"), select);
}
