// How each header was understood, and the choice of another meaning.

import { h } from "../frame/dom.js";
import { t } from "../frame/texts.js";
import { labelled } from "./choosing.js";

const LEAVE_OUT = "ignore";
const LISTS = ["LIST", "LOCALIZED_LIST", "CONCEPTS", "TRACKS", "PLACES", "PEOPLE", "ORGANISATIONS", "AWARDS"];
/** What can be said of a column beside its field, by the role of the field. */
const OPTIONS = {
  LOCALIZED: ["language"],
  DATE: ["day_first"],
  AMOUNT: ["currency", "unit"],
  LOCATION: ["country"],
  ...Object.fromEntries(LISTS.map((each) => [each, ["separator"]])),
  PLACES: ["country", "separator"],
};
const CHOICES = { day_first: ["true", "false"], language: ["en", "zh"] };

/** The table of headers. */
export function columns(mending) {
  const { columns: found, missing } = mending.preview;
  if (!found.length) return null;
  const doubtful = found.filter((each) => each.problem);
  return h(
    "section",
    { class: "card", "aria-labelledby": "import-headers" },
    h("h2", { id: "import-headers" }, t("importHeaders")),
    h("p", { class: "help" }, t(doubtful.length || missing.length ? "importHeadersOpen" : "importHeadersClear")),
    h(
      "ul",
      { class: "import-columns" },
      [...doubtful, ...found.filter((each) => !each.problem)].map((each) => row(mending, each)),
    ),
    missing.map((name) => constant(mending, name)),
  );
}

function row(mending, column) {
  const { header } = column;
  const said = h("span", { class: `import-how ${column.problem ? "open" : ""}` }, how(mending, column));
  const more = h("div", { class: "import-options" });
  const select = h(
    "select",
    {
      "aria-label": t("importMeaning", { header }),
      disabled: mending.isSplit(header),
      onchange() {
        mending.map(header, { field: select.value });
        said.textContent = t("how_MAPPING");
        said.classList.remove("open");
        options(mending, header, more);
      },
    },
    !column.field && column.problem && h("option", { value: "" }, t("importChoose")),
    h("option", { value: LEAVE_OUT, selected: !column.field && !column.problem }, t("importIgnore")),
    mending.preview.fields.map((each) =>
      h("option", { value: each.name, selected: each.name === column.field }, fieldName(mending, each)),
    ),
  );
  const accept =
    column.suggestion &&
    h(
      "button",
      {
        type: "button",
        onclick() {
          select.value = column.suggestion;
          select.dispatchEvent(new Event("change"));
          accept.remove();
          select.focus();
        },
      },
      t("importAccept", { field: mending.label(column.suggestion) }),
    );
  options(mending, header, more);
  return h(
    "li",
    { class: column.problem ? "open" : "" },
    h(
      "div",
      { class: "import-header" },
      h("strong", {}, header),
      h("span", { class: "help" }, example(mending, header)),
    ),
    h("div", {}, select, more),
    h("div", { class: "import-why" }, said, accept),
  );
}

const fieldName = (mending, { name, required }) =>
  required ? t("importRequired", { name: mending.label(name) }) : mending.label(name);

/** A value of the column, so that one sees what it holds. */
function example({ preview }, header) {
  const text = preview.rows.map((each) => each.cells[header]).find(Boolean);
  return text ? t("importExample", { text: text.length > 60 ? `${text.slice(0, 60)}…` : text }) : "";
}

function how(mending, { problem, recognition, suggestion, field, unit, language }) {
  if (suggestion) return t("how_guess", { field: mending.label(suggestion) });
  if (problem) return t(field ? "how_twice" : "how_unknown");
  if (!field) return t("how_ignored");
  const parts = [t(`how_${recognition}`), language];
  if (unit) parts.push([unit.currency, unit.multiplier > 1 ? `× ${unit.multiplier}` : ""].filter(Boolean).join(" "));
  return parts.filter(Boolean).join(" · ");
}

/** What else can be said of a column, for its field. */
function options(mending, header, box) {
  const { field } = mending.spec(header);
  const role = mending.preview.fields.find((each) => each.name === field)?.role;
  const names = mending.isSplit(header) ? [] : (OPTIONS[role] ?? []);
  box.replaceChildren();
  if (!names.length) return;
  box.append(
    h(
      "details",
      {},
      h("summary", { "aria-label": t("importOptionsOf", { header }) }, t("importOptions")),
      names.map((name) => option(mending, header, name)),
    ),
  );
}

function option(mending, header, name) {
  const value = String(mending.spec(header)[name] ?? "");
  const id = `option-${name}-${mending.preview.columns.findIndex((each) => each.header === header)}`;
  const onchange = () => mending.map(header, { [name]: control.value });
  const choices = CHOICES[name];
  const control = choices
    ? h(
        "select",
        { id, onchange },
        h("option", { value: "" }, t("importAutomatic")),
        choices.map((each) => h("option", { value: each, selected: each === value }, t(`option_${name}_${each}`))),
      )
    : h("input", { id, type: "text", value, autocomplete: "off", onchange });
  return labelled(id, t(`option_${name}`), control);
}

/** A required field that no column provides: the same value for all rows. */
function constant(mending, name) {
  const id = `constant-${name}`;
  const input = h("input", {
    id,
    type: "text",
    autocomplete: "off",
    value: String(mending.mapping.constants?.[name] ?? ""),
    onchange: () => mending.constant(name, input.value),
  });
  return labelled(id, t("importMissing", { name: mending.label(name) }), input, t("importMissingHelp"));
}
