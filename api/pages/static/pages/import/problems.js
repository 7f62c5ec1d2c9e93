// Problems by what remedies them, and values to be replaced wherever they stand.

import { h } from "../frame/dom.js";
import { number, t } from "../frame/texts.js";

/** Roles of fields whose cells hold one value, so that a value can be mapped whole. */
const SINGLE = new Set(["COLUMN", "DATE", "AMOUNT", "LOCATION", "ORGANISATION", "REFERENCE"]);

/** The groups of problems, those of the whole file first. */
export function problems(mending) {
  const { groups, problemCount } = mending.preview;
  const open = groups.filter((each) => !(each.file && mending.preview.columns.some(isHeader(each))));
  const sorted = [...open].sort((one, other) => other.file - one.file || other.count - one.count);
  return h(
    "section",
    { class: "card", "aria-labelledby": "import-problems" },
    h("h2", { id: "import-problems" }, t("importProblems", { count: number(problemCount) })),
    sorted.length
      ? h(
          "ul",
          { class: "import-groups" },
          sorted.map((each) => group(mending, each)),
        )
      : h("p", {}, t(groups.length ? "importOnlyHeaders" : "importNoProblems")),
  );
}

/** Whether a problem is that of a header, which its row in the table of headers shows. */
const isHeader = (problem) => (column) => column.header === problem.column && column.problem;

function group(mending, each) {
  const role = mending.preview.fields.find(({ name }) => name === each.field)?.role;
  const column = mending.preview.columns.find(({ header }) => header === each.column);
  const values = column && SINGLE.has(role) && !mending.isSplit(each.column) ? each.values : [];
  return h(
    "li",
    {},
    h(
      "p",
      { class: "import-problem" },
      each.column && h("strong", {}, each.column),
      h("span", { lang: "en" }, each.problem),
      !each.file && h("span", { class: "badge" }, t("importTimes", { count: number(each.count) })),
    ),
    h("p", { class: "help", lang: "en" }, each.remedy),
    values.length > 0 &&
      h(
        "details",
        { open: values.length <= 5 },
        h("summary", {}, t("importReplace")),
        h(
          "ul",
          { class: "import-values" },
          values.map((value) => replacement(mending, each, value)),
        ),
      ),
  );
}

function replacement(mending, { column }, { value, count }) {
  const input = h("input", {
    type: "text",
    "aria-label": t("importReplaceBy", { value, header: column }),
    placeholder: t("importReplacePlaceholder"),
    autocomplete: "off",
    value: mending.spec(column).values?.[value] ?? "",
    onchange: () => mending.replace(column, value, input.value),
  });
  return h("li", {}, h("span", {}, value, h("span", { class: "help" }, ` × ${number(count)}`)), input);
}
