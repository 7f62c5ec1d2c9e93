// Somebody saved the mandate in between: what differs, and whose it shall be.

import { dialog, h } from "../frame/dom.js";
import { changed, inWords, same, titleOf } from "./state.js";
import { joined, t } from "../frame/texts.js";

/**
 * Brings `mine` (made from `base`) together with `theirs`: what only they changed is taken over; where both did, the
 * reader chooses. Gives the state to go on with.
 */
export function reconcile(base, mine, theirs) {
  const ours = new Set(changed(base, mine));
  const foreign = changed(base, theirs);
  const contested = foreign.filter((field) => ours.has(field) && !same(field, mine, theirs));
  const taken = foreign.filter((field) => !ours.has(field));
  const merged = structuredClone({ ...mine, ...Object.fromEntries(taken.map((field) => [field, theirs[field]])) });
  return new Promise((resolve) => {
    const choice = new Map(contested.map((field) => [field, "mine"]));
    const option = (field, whose, text) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: "radio",
          name: `conflict-${field}`,
          checked: whose === "mine",
          onchange: () => choice.set(field, whose),
        }),
        h("span", {}, text),
      );
    const finish = () => {
      for (const [field, whose] of choice) if (whose === "theirs") merged[field] = structuredClone(theirs[field]);
      resolve(merged);
    };
    const box = dialog(
      t("conflictTitle"),
      t("close"),
      h("p", {}, t("conflictHelp")),
      taken.length > 0 && h("p", { class: "help" }, t("takenOver", { parts: joined(taken.map(titleOf)) })),
      contested.map((field) =>
        h(
          "fieldset",
          { class: "conflict" },
          h("legend", {}, titleOf(field)),
          option(field, "mine", t("keepMine", { value: inWords(mine, field) })),
          option(field, "theirs", t("takeTheirs", { value: inWords(theirs, field) })),
        ),
      ),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", class: "primary", onclick: () => box.close() }, t("chooseAll")),
      ),
    );
    box.addEventListener("close", finish);
  });
}
