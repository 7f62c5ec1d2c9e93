// The first step: the file, what it holds, and whose records they are.

import { h } from "../frame/dom.js";
import { showProblem } from "../frame/frame.js";
import { t } from "../frame/texts.js";
import { send } from "../work/files.js";
import { Mending } from "./mending.js";

/** Core's kinds of records; once a file has been checked, plugins' are offered too. */
const KINDS = [
  "projects",
  "talents",
  "investors",
  "organisations",
  "events",
  "needs",
  "priorities",
  "policies",
  "policy-supports",
  "investments",
  "concepts",
  "tracks",
];
const ACCEPT = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.json,.jsonl,.ndjson,.parquet";
const SOURCE = "roadshow.import-source";

export const labelled = (id, text, control, help) =>
  h(
    "div",
    { class: "field" },
    h("label", { for: id }, text),
    control,
    help && h("p", { class: "help", id: `${id}-help` }, help),
  );

/** The choice of a kind of record. */
export const kindSelect = (id, chosen, any, onchange, kinds = KINDS) =>
  h(
    "select",
    { id, onchange },
    any && h("option", { value: "" }, any),
    kinds.map((each) => h("option", { value: each, selected: each === chosen }, kindName(each))),
  );

/** A kind of record in words; plugins' by their names. */
export function kindName(kind) {
  const name = t(`holds_${kind}`);
  return name === `holds_${kind}` ? kind : name;
}

/** The form; `then` gets a `Mending` once the file has been sent. */
export function choosing(then) {
  const file = h("input", { id: "import-file", type: "file", accept: ACCEPT, required: true });
  const zone = h("div", { class: "drop" }, labelled("import-file", t("importFile"), file, t("importFileHelp")));
  const kind = kindSelect("import-kind", "", t("importAny"));
  const source = h("input", {
    id: "import-source",
    type: "text",
    required: true,
    pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]{0,79}",
    autocomplete: "off",
    "aria-describedby": "import-source-help",
    value: remembered(),
  });
  const mapping = h("input", { id: "import-mapping", type: "file", accept: ".yaml,.yml,.json" });
  const button = h("button", { type: "submit", class: "primary" }, t("importCheck"));

  // A file dropped anywhere on the page is meant for the zone; elsewhere the browser would open it.
  const over = (event) => {
    event.preventDefault();
    zone.classList.add("over");
  };
  const drop = (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
  };
  const whole = document.getElementById("main");
  whole.ondragover = over;
  whole.ondragleave = () => zone.classList.remove("over");
  whole.ondrop = drop;

  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    try {
      const [chosen] = file.files;
      const [map] = mapping.files;
      remember(source.value);
      const upload = await send(chosen);
      const given = { upload, name: chosen.name, namespace: source.value, kind: kind.value };
      await then(new Mending({ ...given, mappingText: map ? await map.text() : "{}" }));
    } catch (problem) {
      showProblem(problem);
    } finally {
      button.disabled = false;
    }
  }

  return h(
    "form",
    { class: "card import-form", onsubmit: submit },
    zone,
    h(
      "div",
      { class: "import-fields" },
      labelled("import-kind", t("importKind"), kind),
      labelled("import-source", t("importSource"), source, t("importSourceHelp")),
    ),
    h(
      "details",
      {},
      h("summary", {}, t("importMore")),
      labelled("import-mapping", t("importMappingFile"), mapping, t("importMappingHelp")),
    ),
    h("p", { class: "actions" }, button),
  );
}

/** The source named last in this browser, which may keep its storage closed. */
function remembered() {
  try {
    return localStorage.getItem(SOURCE) ?? "";
  } catch {
    return "";
  }
}

function remember(source) {
  try {
    localStorage.setItem(SOURCE, source);
  } catch {
    // Without storage it is written again next time.
  }
}
