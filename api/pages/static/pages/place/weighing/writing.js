// What changes the record of a place: its priorities, and scenarios that are kept.

import { change } from "../../frame/api.js";
import { dialog, h } from "../../frame/dom.js";
import { showProblem, toast } from "../../frame/frame.js";
import { saveDialog } from "./save-dialog.js";
import { writeState, scenarioOf } from "../state.js";
import { language, number, t } from "../../frame/texts.js";

/** Keep the weights and the pool of now as a new scenario. */
export async function saveScenario(page) {
  const scenario = await saveDialog(page.place.id, scenarioOf(page.state), language);
  if (!scenario) return;
  page.state.scenario = scenario.id;
  writeState(page.state);
  toast(t("savedScenario", { name: scenario.name }));
  await page.rereadScenarios();
}

/** Put the weights and the pool of now into a scenario that is there. */
export async function updateScenario(page, scenario) {
  try {
    await change("update-scenario", { id: scenario.id, input: scenarioOf(page.state), ifVersion: scenario.version });
    toast(t("savedScenario", { name: scenario.name }));
    await page.rereadScenarios();
  } catch (problem) {
    showProblem(problem);
  }
}

/** Ask, then make a scenario's weights the city's own. */
export function applyScenario(page, scenario) {
  const box = dialog(
    t("applyScenario"),
    t("cancel"),
    h(
      "p",
      {},
      t("confirmApply", { count: scenario.priorityWeights.length, place: page.place.name, name: scenario.name }),
    ),
    h(
      "p",
      { class: "actions" },
      h(
        "button",
        {
          type: "button",
          class: "primary",
          onclick: () =>
            saved(page, box, () =>
              change("apply-scenario", { id: scenario.id, ifVersion: scenario.version }).then(
                ({ priorities }) => priorities,
              ),
            ),
        },
        t("applyScenario"),
      ),
    ),
  );
}

/** Ask, then make the tried weights the city's own. */
export function makePriorities(page) {
  const { place, state } = page;
  const box = dialog(
    t("makePriorities"),
    t("cancel"),
    h("p", {}, t("confirmPriorities", { count: state.priorities.size, place: place.name })),
    h(
      "ul",
      {},
      place.priorities
        .filter((each) => state.priorities.has(each.id))
        .map((each) => h("li", {}, `${each.name}: ${number(each.weight)} → ${number(state.priorities.get(each.id))}`)),
    ),
    h(
      "p",
      { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => save(page, box) }, t("makePriorities")),
    ),
  );
}

function save(page, box) {
  const { place, state } = page;
  const priorities = place.priorities.map((each) => ({
    id: each.id,
    weight: state.priorities.get(each.id) ?? each.weight,
  }));
  return saved(page, box, () =>
    change("set-priorities", { place: place.id, priorities }).then((payload) => payload.priorities),
  );
}

/** Write the city's priorities by `work`, then show the list by them. */
async function saved(page, box, work) {
  const { place, state } = page;
  let priorities;
  try {
    priorities = await work();
  } catch (problem) {
    return showProblem(problem);
  } finally {
    box.close();
  }
  toast(t("saved", { place: place.name }));
  const weights = new Map(priorities.map((each) => [each.id, each.weight]));
  for (const each of place.priorities) each.weight = weights.get(each.id) ?? each.weight;
  state.priorities.clear();
  page.panel.replaceChildren();
  // The recommender looks for changes twice a second.
  await new Promise((done) => setTimeout(done, 700));
  await page.refilter();
}
