// Saved scenarios of a place: opened, compared, kept, shared, made the city's own, archived.

import { ask, change } from "../../frame/api.js";
import { dialog, h } from "../../frame/dom.js";
import { showProblem, toast } from "../../frame/frame.js";
import { t } from "../../frame/texts.js";

/** Every scenario of a place that the reader may see, the latest first. */
export async function readScenarios(id) {
  const found = [];
  let after = null;
  do {
    const { place } = await ask("place-scenarios", { id, after });
    const connection = place?.scenarios;
    found.push(...(connection?.edges ?? []).map((edge) => edge.node).filter((each) => !each.archivedAt));
    after = connection?.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;
  } while (after);
  return found;
}

/** The weights of a scenario as the page keeps them: maps by priority, industry and block. */
export const weightsOf = (scenario) => ({
  priorities: new Map(
    scenario.priorityWeights.filter((each) => each.priority).map((each) => [each.priority.id, each.weight]),
  ),
  industries: new Map(
    scenario.industryWeights.filter((each) => each.industry).map((each) => [each.industry.id, each.weight]),
  ),
  blocks: new Map(scenario.blockWeights.map((each) => [each.block, each.weight])),
});

/**
 * The list of scenarios. `state.scenario` is the one that is open, `state.beside` (ids) those that are compared.
 * `open(scenario)`, `compare()` and `changed()` (read them anew) do what the buttons say.
 */
export function scenarioList({ scenarios, state, maySave, open, compare, apply, changed }) {
  const archive = (scenario) => {
    const box = dialog(
      t("archiveScenario"),
      t("cancel"),
      h("p", {}, t("confirmArchive", { name: scenario.name })),
      h(
        "p",
        { class: "actions" },
        h(
          "button",
          {
            type: "button",
            class: "primary",
            onclick: async () => {
              try {
                await change("archive-scenario", { id: scenario.id, ifVersion: scenario.version });
                toast(t("archivedScenario", { name: scenario.name }));
                box.close();
                await changed();
              } catch (problem) {
                box.close();
                showProblem(problem);
              }
            },
          },
          t("archiveScenario"),
        ),
      ),
    );
  };
  return h(
    "section",
    { class: "scenarios", "aria-label": t("scenarios") },
    h("h2", {}, t("scenarios")),
    h("p", { class: "help" }, scenarios.length ? t("scenariosHelp") : t("noScenarios")),
    scenarios.length > 0 &&
      h(
        "ul",
        { class: "scenario-list" },
        scenarios.map((scenario) => {
          const box = h("input", {
            type: "checkbox",
            checked: state.beside.includes(scenario.id),
            "aria-label": t("compareScenario", { name: scenario.name }),
            onchange: () => {
              state.beside = box.checked
                ? [...state.beside, scenario.id]
                : state.beside.filter((each) => each !== scenario.id);
              compare();
            },
          });
          const label = (text) => ({ type: "button", class: "quiet", "aria-label": `${text}: ${scenario.name}` });
          return h(
            "li",
            { data: { scenario: scenario.id } },
            box,
            h(
              "span",
              { class: "name" },
              scenario.name,
              scenario.shared && h("span", { class: "badge" }, t("sharedBadge")),
              state.scenario === scenario.id && h("span", { class: "badge tier" }, t("opened")),
            ),
            h(
              "p",
              { class: "actions" },
              h("button", { ...label(t("openScenario")), onclick: () => open(scenario) }, t("openScenario")),
              maySave &&
                scenario.priorityWeights.length > 0 &&
                h("button", { ...label(t("applyScenario")), onclick: () => apply(scenario) }, t("applyScenario")),
              maySave &&
                h("button", { ...label(t("archiveScenario")), onclick: () => archive(scenario) }, t("archiveScenario")),
            ),
          );
        }),
      ),
  );
}
