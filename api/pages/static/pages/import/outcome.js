// What became of an import, and how to take it back.

import { change } from "../frame/api.js";
import { link } from "../frame/address.js";
import { announce, dialog, fill, h } from "../frame/dom.js";
import { showProblem } from "../frame/frame.js";
import { number, t } from "../frame/texts.js";
import { save } from "../work/files.js";
import { ended } from "../work/follow.js";
import { kindName } from "./choosing.js";

const LISTS = new Set(["projects", "investors", "talents", "organisations", "events", "needs"]);

/** The card of an import that has ended. */
export function outcome(job, { shown, other }) {
  const { result, file } = job;
  const counts = Object.entries(result.counts);
  const back = h("div", {});
  const take = h(
    "button",
    {
      type: "button",
      async onclick() {
        take.disabled = true;
        try {
          await ask();
        } catch (problem) {
          showProblem(problem);
        } finally {
          take.disabled = false;
        }
      },
    },
    t("takeBack"),
  );

  const taken = (checkOnly) =>
    shown(t(checkOnly ? "takeBackChecking" : "takeBackRunning"), async (told) => {
      const { job: asked } = await change("job-take-back", { job: job.id, checkOnly });
      return (await ended(asked.id, told)).result;
    });

  /** Say what would be taken back, and ask whether it shall be. */
  async function ask() {
    const found = await taken(true);
    const box = dialog(
      t("takeBackTitle"),
      t("cancel"),
      said(found, "takeBackWould"),
      h(
        "p",
        { class: "actions" },
        sum(found.archived) + sum(found.restored) > 0 &&
          h(
            "button",
            {
              type: "button",
              class: "primary",
              async onclick() {
                box.close();
                try {
                  fill(back, said(await taken(false), "takeBackDone"));
                  take.remove();
                  announce(t("takeBackTitle"));
                } catch (problem) {
                  showProblem(problem);
                }
              },
            },
            t("takeBackSure"),
          ),
      ),
    );
  }

  return h(
    "section",
    { class: "card", "aria-labelledby": "import-done" },
    h("h2", { id: "import-done", tabindex: "-1" }, t(result.written ? "importDone" : "importOnlyChecked")),
    counts.map(([kind, each]) =>
      h(
        "p",
        {},
        t("importDoneRows", {
          kind: kindName(kind),
          fresh: number(each.new),
          changed: number(each.changed),
          unchanged: number(each.unchanged),
        }),
        LISTS.has(kind) && [" ", h("a", { href: link(`/${kind}`) }, t("importShowList"))],
      ),
    ),
    result.badRows > 0 && h("p", { class: "bad" }, t("importRefusedRows", { count: number(result.badRows) })),
    result.badCells > 0 && h("p", {}, t("importLeftCells", { count: number(result.badCells) })),
    result.keptCount > 0 && [
      h("p", {}, t("importKept", { count: number(result.keptCount) })),
      h(
        "ul",
        { class: "import-kept", lang: "en" },
        result.kept.map((each) => h("li", {}, each)),
      ),
    ],
    back,
    h(
      "p",
      { class: "actions" },
      file && h("button", { type: "button", onclick: () => save(file).catch(showProblem) }, t("importBadRowsFile")),
      result.changes && take,
      h("button", { type: "button", onclick: other }, t("importOther")),
    ),
  );
}

const sum = (counts) => Object.values(counts).reduce((total, each) => total + each, 0);

/** What is or would be taken back, and what stays. */
function said(found, text) {
  return h(
    "div",
    {},
    h("p", {}, t(text, { archived: number(sum(found.archived)), restored: number(sum(found.restored)) })),
    sum(found.shared) > 0 && h("p", { class: "help" }, t("takeBackShared", { count: number(sum(found.shared)) })),
    found.keptCount > 0 && [
      h("p", {}, t("takeBackKept", { count: number(found.keptCount) })),
      h(
        "ul",
        { class: "import-kept", lang: "en" },
        found.kept.map((each) => h("li", {}, h("code", {}, each.id), ` ${each.reason}`)),
      ),
    ],
  );
}
