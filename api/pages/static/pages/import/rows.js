// The table: problems at their cells, which can be corrected there.

import { fill, h } from "../frame/dom.js";
import { number, t } from "../frame/texts.js";

/** Rows shown at a time. */
const PAGE = 25;

/** The rows with problems, or the first ones of the file. */
export function rows(mending) {
  const { preview } = mending;
  if (!preview.rows.length) return null;
  const bad = preview.rows.filter((each) => each.problems.length || each.leftOut || mending.cells.has(each.row));
  const body = h("tbody", {});
  const more = h("p", { class: "actions" });
  let listed = bad.length ? bad : preview.rows.slice(0, 20);
  let shown = 0;
  const show = () => {
    body.classList.toggle("only-bad", listed === bad);
    body.append(...listed.slice(shown, shown + PAGE).map((each) => row(mending, each)));
    shown += PAGE;
    const left = listed.length - shown;
    fill(
      more,
      left > 0 && h("button", { type: "button", onclick: show }, t("importMoreRows", { count: number(left) })),
    );
  };
  const choice = (label, list) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(list === listed),
        onclick(event) {
          for (const each of event.target.parentElement.children) each.setAttribute("aria-pressed", "false");
          event.target.setAttribute("aria-pressed", "true");
          [listed, shown] = [list, 0];
          body.replaceChildren();
          show();
        },
      },
      label,
    );
  const headers = preview.columns.map((each) => each.header);
  show();
  return h(
    "section",
    { class: "card", "aria-labelledby": "import-rows" },
    h("h2", { id: "import-rows" }, t("importRows")),
    bad.length > 0 &&
      h(
        "p",
        { class: "segmented" },
        choice(t("importBadRows", { count: number(bad.length) }), listed),
        choice(t("importFirstRows"), preview.rows.slice(0, 20)),
      ),
    h(
      "div",
      { class: "import-table", tabindex: "0", role: "region", "aria-label": t("importTable") },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, t("importRow")),
            headers.map((each) => h("th", { scope: "col" }, each)),
          ),
        ),
        body,
      ),
    ),
    more,
  );
}

function row(mending, each) {
  const { row: at, problems } = each;
  const leave = h(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-pressed": String(mending.leftOut.has(at)),
      "aria-label": t("importLeaveOutRow", { row: number(at) }),
      onclick() {
        const out = !mending.leftOut.has(at);
        mending.leaveOut(at, out);
        leave.setAttribute("aria-pressed", String(out));
        line.classList.toggle("left-out", out);
      },
    },
    t("importLeaveOut"),
  );
  const whole = problems.filter((problem) => !(problem.column in each.cells));
  const line = h(
    "tr",
    { class: mending.leftOut.has(at) ? "left-out" : "" },
    h("th", { scope: "row" }, number(at), problems.length > 0 && leave, said(whole, `${at}-row`)),
    mending.preview.columns.map(({ header }, index) => cell(mending, each, header, `cell-${at}-${index}`)),
  );
  return line;
}

function cell(mending, each, header, id) {
  const wrong = each.problems.filter((problem) => problem.column === header);
  const corrected = mending.cells.get(each.row)?.get(header);
  const text = corrected ?? each.cells[header] ?? "";
  if (!wrong.length && corrected === undefined) return h("td", {}, text);
  if (each.long.includes(header)) return h("td", { class: "wrong", data: { header } }, text, said(wrong, id)); // shown in part alone
  const input = h("input", {
    type: "text",
    value: text,
    "aria-label": t("importCell", { header, row: number(each.row) }),
    "aria-invalid": wrong.length > 0 && "true",
    "aria-describedby": wrong.length > 0 && id,
    autocomplete: "off",
    onchange: () => mending.correct(each.row, header, input.value),
  });
  return h("td", { class: wrong.length ? "wrong" : "corrected", data: { header } }, input, said(wrong, id));
}

const said = (wrong, id) =>
  wrong.length > 0 &&
  h(
    "ul",
    { id, class: "import-said", lang: "en" },
    wrong.map(({ problem, remedy }) => h("li", {}, `${problem}; ${remedy}`)),
  );
