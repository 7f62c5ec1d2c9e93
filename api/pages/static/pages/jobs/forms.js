// The form that starts an export of a list.

import { change } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { showProblem, toast } from "../frame/frame.js";
import { t } from "../frame/texts.js";

const LISTS = [
  "projects",
  "talents",
  "investors",
  "organisations",
  "places",
  "events",
  "needs",
  "interests",
  "matches",
];
const FORMATS = ["csv", "jsonl"];

const labelled = (id, text, control, help) =>
  h("div", { class: "field" }, h("label", { for: id }, text), help && h("p", { class: "help" }, help), control);
const select = (id, values, text) =>
  h(
    "select",
    { id },
    values.map((each) => h("option", { value: each }, text(each))),
  );

/** A form whose work is done once at a time; `again` shows what has come of it. */
function form(label, work, again, ...fields) {
  const button = h("button", { type: "submit", class: "primary" }, label);
  return h(
    "form",
    {
      class: "job-form",
      async onsubmit(event) {
        event.preventDefault();
        button.disabled = true;
        try {
          await work(event.target);
          toast(t("jobStarted"));
          await again();
        } catch (problem) {
          showProblem(problem);
        } finally {
          button.disabled = false;
        }
      },
    },
    fields,
    h("p", { class: "actions" }, button),
  );
}

/** The form of an export. */
export function exporting(again) {
  const list = select("export-list", LISTS, (each) => t(`export_${each}`));
  const format = select("export-format", FORMATS, (each) => t(`format_${each}`));
  return form(
    t("exportStart"),
    () => change("job-export", { connection: list.value, format: format.value }),
    again,
    labelled("export-list", t("exportWhat"), list),
    labelled("export-format", t("exportFormat"), format),
  );
}
