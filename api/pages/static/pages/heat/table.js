// The heat map as a table: to read, and to keep.

import { fill, h } from "../frame/dom.js";
import { projectName } from "../frame/parts.js";
import { score, t } from "../frame/texts.js";

const SHOWN = 50;
const lineTitle = (matrix) => t(matrix.ofTracks ? "track" : "project");

/** All fields as rows, titles first. */
export const rowsOf = (matrix) => [
  [lineTitle(matrix), "id", ...matrix.columns.map((each) => each.name)],
  ...matrix.rows.map((row, at) => [
    row.name,
    row.id,
    ...matrix.columns.map((_, column) => matrix.value(at, column) ?? ""),
  ]),
];

/** Fill `box`, which can be opened, with the first rows; `choose(row, column)` is told of a field. */
export function fillTable(box, matrix, choose) {
  const { rows, columns } = matrix;
  const shown = Math.min(rows.length, SHOWN);
  fill(
    box,
    h("summary", {}, t("asTable")),
    shown < rows.length && h("p", { class: "help" }, t("tableFirst", { count: shown })),
    h(
      "div",
      { class: "scrolled", tabindex: "0", role: "region", "aria-label": t("asTable") },
      h(
        "table",
        { class: "numbers" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, lineTitle(matrix)),
            columns.map((each) => h("th", { scope: "col" }, each.name)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.slice(0, shown).map((row, at) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, matrix.ofTracks ? row.name : projectName(row)),
              columns.map((_, column) => h("td", { class: "figure" }, fieldButton(matrix, at, column, choose))),
            ),
          ),
        ),
      ),
    ),
  );
}

function fieldButton(matrix, row, column, choose) {
  const value = matrix.value(row, column);
  if (value === null) return "–";
  return h(
    "button",
    { type: "button", class: "quiet", "aria-label": matrix.says(row, column), onclick: () => choose(row, column) },
    score(value),
  );
}
