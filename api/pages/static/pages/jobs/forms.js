// The forms that start a job: an export of a list, and an import of a file.

import { Problem, change } from "../frame/api.js";
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
const KINDS = ["", "projects", "talents", "investors", "organisations", "investments", "events", "priorities"];

const labelled = (id, text, control, help) =>
  h("div", { class: "field" }, h("label", { for: id }, text), help && h("p", { class: "help" }, help), control);
const select = (id, values, text) =>
  h(
    "select",
    { id },
    values.map((each) => h("option", { value: each }, text(each))),
  );
const tick = (name, text) => h("label", { class: "tick" }, h("input", { type: "checkbox", name }), text);

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

/** The form of an import: the file goes to an address of its own, then the job is asked for. */
export function importing(again) {
  const file = h("input", {
    id: "import-file",
    type: "file",
    accept: ".csv,.xlsx,.xls,.ods,.json,.jsonl,.parquet",
    required: true,
  });
  const kind = select("import-kind", KINDS, (each) => t(each ? `export_${each}` : "importAny"));
  const namespace = h("input", {
    id: "import-namespace",
    type: "text",
    required: true,
    pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]{0,79}",
    autocomplete: "off",
  });
  return form(
    t("importStart"),
    async (given) => {
      const [chosen] = file.files;
      const { upload } = await change("job-upload", { name: chosen.name });
      const answer = await fetch(upload.url, { method: "PUT", body: chosen });
      if (!answer.ok) throw new Problem(null, await answer.text());
      await change("job-import", {
        upload: upload.token,
        namespace: namespace.value,
        kind: kind.value || null,
        checkOnly: given.elements.checkOnly.checked,
        skipBadRows: given.elements.skipBadRows.checked,
      });
    },
    again,
    labelled("import-file", t("importFile"), file),
    labelled("import-kind", t("importKind"), kind),
    labelled("import-namespace", t("importNamespace"), namespace, t("importNamespaceHelp")),
    tick("checkOnly", t("importCheckOnly")),
    tick("skipBadRows", t("importSkip")),
  );
}
