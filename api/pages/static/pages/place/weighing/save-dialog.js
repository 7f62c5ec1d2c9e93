// The dialog that saves the weights and filters of now as a scenario.

import { change } from "../../frame/api.js";
import { dialog, fill, h } from "../../frame/dom.js";
import { t } from "../../frame/texts.js";

/** Ask for a name, and save; resolves with the scenario, or null where the reader lets it be. */
export function saveDialog(place, input, language) {
  return new Promise((done) => {
    const name = h("input", {
      type: "text",
      id: "scenario-name",
      required: true,
      maxlength: "120",
      autocomplete: "off",
    });
    const shared = h("input", { type: "checkbox", id: "scenario-shared" });
    const said = h("p", { class: "bad", role: "alert" });
    let saved = null;
    const submit = async (event) => {
      event.preventDefault();
      try {
        const given = { ...input, name: [{ language, text: name.value.trim() }], shared: shared.checked };
        saved = (await change("create-scenario", { place, input: given })).scenario;
        box.close();
      } catch (problem) {
        fill(said, problem.code && t(problem.code) !== problem.code ? t(problem.code) : problem.message);
      }
    };
    const box = dialog(
      t("saveScenario"),
      t("cancel"),
      h(
        "form",
        { onsubmit: submit },
        h("label", { for: "scenario-name" }, t("scenarioName")),
        name,
        h("label", { class: "check" }, shared, t("scenarioShared")),
        said,
        h("button", { class: "primary" }, t("save")),
      ),
    );
    box.addEventListener("close", () => done(saved));
    name.focus();
  });
}
