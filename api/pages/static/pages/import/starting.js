// The last step: what becomes of rows with problems, and the import itself.

import { change } from "../frame/api.js";
import { download, h } from "../frame/dom.js";
import { showProblem } from "../frame/frame.js";
import { number, t } from "../frame/texts.js";
import { save } from "../work/files.js";
import { ended } from "../work/follow.js";

/** The bar at the foot; `changed` is to be called after each change, until everything is checked again. */
export function starting(mending, { again, start, other, shown }) {
  const { preview } = mending;
  const good = mending.count("new") + mending.count("changed");
  const cells = h("input", { type: "checkbox", name: "skipBadCells" });
  const whole = h("input", { type: "checkbox", name: "stop" });
  const check = h("button", { type: "button", onclick: again }, t("importCheckAgain"));
  const go = h(
    "button",
    {
      type: "button",
      class: "primary",
      disabled: mending.isBlocked,
      async onclick() {
        go.disabled = true;
        await start({ skipBadCells: cells.checked, skipBadRows: !whole.checked });
        go.disabled = false;
      },
    },
    t("importStartRows", { count: number(good) }),
  );
  const state = h("p", { class: "help", role: "status" }, mending.isBlocked && t("importBlocked"));
  const element = h(
    "section",
    { class: "card import-start", "aria-labelledby": "import-start" },
    h("h2", { id: "import-start" }, t("importStartTitle")),
    preview.problemCount > 0 &&
      !mending.isBlocked &&
      h(
        "div",
        {},
        h("p", {}, t("importGoodRows", { count: number(preview.badRows) })),
        h("label", { class: "tick" }, cells, t("importSkipCells")),
        h("label", { class: "tick" }, whole, t("importWhole")),
      ),
    state,
    h(
      "p",
      { class: "actions" },
      go,
      check,
      preview.badRows > 0 &&
        h("button", { type: "button", onclick: () => badRows(mending, shown) }, t("importBadRowsFile")),
      h("button", { type: "button", onclick: () => mappingFile(mending) }, t("importMappingSave")),
      h("button", { type: "button", class: "quiet", onclick: other }, t("importOther")),
    ),
  );
  const changed = () => {
    go.disabled = true;
    go.classList.remove("primary");
    check.classList.add("primary");
    state.textContent = t("importUnchecked", { count: number(mending.unchecked) });
  };
  return { element, changed };
}

/** Save the rows with problems, to be corrected in a spreadsheet program. */
async function badRows(mending, shown) {
  try {
    await shown(t("importChecking"), async (told) => {
      const { job } = await change("job-import", mending.asked({ checkOnly: true, file: "ROWS" }));
      const { file } = await ended(job.id, told);
      if (file) await save(file);
    });
  } catch (problem) {
    showProblem(problem);
  }
}

/** Save the mapping, for the next file of this kind or for `roadshow import`; JSON is YAML too. */
function mappingFile(mending) {
  const said = { namespace: mending.given.namespace, kind: mending.given.kind, ...mending.mapping };
  download("mapping.yaml", "application/yaml", `${JSON.stringify(said, null, 2)}\n`);
}
