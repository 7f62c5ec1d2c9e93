// What a project doesn't state and rankings look at; and a form for those who may state it.

import { ask, change } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { showProblem, toast } from "../frame/frame.js";
import { amountField, currencyField } from "../fields/amount.js";
import { findIndustries, findPlaces, findTracks } from "../fields/find.js";
import { picker } from "../fields/picker.js";
import { blockName } from "../frame/bars.js";
import "./texts.js";
import { FUNDING_STAGES, joined, language, t, TECHNOLOGY_LEVELS, word } from "../frame/texts.js";

/** A field that isn't stated: whether it is missing, its text, the blocks that it feeds, and how it is entered. */
const FIELDS = [
  ["summary", "summaryField", ["text", "lexical"], (project) => !project.summary && !project.description, texts],
  ["coreTechnology", "technologyField", ["text", "lexical"], (project) => !project.coreTechnology, texts],
  ["tracks", "trackField", ["track"], (project) => !project.trackAssignments.length, many(findTracks)],
  ["industries", "industryField", ["industry"], (project) => !project.industryAssignments.length, many(findIndustries)],
  ["fundingStage", "stageField", ["stage"], (project) => !project.fundingStage, one(FUNDING_STAGES)],
  ["ask", "askField", ["cheque"], (project) => !project.ask, range],
  ["origin", "originField", ["geography"], (project) => !project.origin, place],
  [
    "technologyLevel",
    "levelField",
    ["technology_level"],
    (project) => !project.technologyLevel,
    one(TECHNOLOGY_LEVELS),
  ],
  ["settle", "settleField", ["landing"], (project) => !project.landingPreferences.length, many(findPlaces)],
  [
    "results",
    "resultField",
    ["result"],
    (project) => !project.awards.length,
    (title) => h("div", { class: "field" }, h("p", { class: "name" }, title), h("p", { class: "help" }, t("entered"))),
  ],
];

/** The fields that a project doesn't state. */
export const missingOf = (project) =>
  FIELDS.filter(([, , , absent]) => absent(project)).map(([name, text, blocks, , enter]) => ({
    name,
    title: t(text),
    blocks,
    enter,
  }));

/** Which parts of the score a field would count in. */
export const helps = ({ blocks }) =>
  h("span", { class: "help" }, ` ${t("countsAs", { blocks: joined(blocks.map(blockName)) })}`);

/** A form for the `missing` fields; `again()` shows the page anew once they are saved. */
export function improveForm(project, missing, again) {
  const stated = {};
  let { version } = project;
  const save = h("button", { class: "primary" }, t("saveProject"));
  const submit = async (event) => {
    event.preventDefault();
    const { settle, ...input } = Object.fromEntries(
      Object.entries(stated).filter(([, value]) => value !== null && value?.length !== 0),
    );
    if (!settle && !Object.keys(input).length) return toast(t("nothingStated"), "bad");
    save.disabled = true;
    try {
      if (Object.keys(input).length)
        ({ version } = (await change("update-project", { id: project.id, input, version })).project);
      if (settle)
        ({ version } = (
          await change("set-landing", {
            project: project.id,
            preferences: settle.map((id) => ({ place: id })),
            version,
          })
        ).project);
      toast(t("projectSaved"));
      await new Promise((resolve) => setTimeout(resolve, 700)); // the recommender looks for changes twice a second
      await again();
      document.getElementById("main").focus();
    } catch (problem) {
      if (problem.code === "CONFLICT") {
        ({ version } = (await ask("project-version", { id: project.id })).project);
        toast(t("projectChanged"), "bad");
      } else showProblem(problem);
      save.disabled = false;
    }
  };
  return h(
    "form",
    { class: "improve-form", onsubmit: submit },
    missing.map((each) =>
      h(
        "div",
        { class: "improve-field" },
        each.enter(each.title, (value) => (stated[each.name] = value), each.name),
        helps(each),
      ),
    ),
    h("p", { class: "actions" }, save),
  );
}

function texts(title, state, name) {
  const id = `improve-${name}`;
  const area = h("textarea", {
    id,
    rows: "3",
    lang: language,
    oninput: () => state(area.value.trim() ? [{ language, text: area.value }] : null),
  });
  return h("div", { class: "field" }, h("label", { for: id }, title), area);
}

function one(values) {
  return (title, state, name) => {
    const id = `improve-${name}`;
    const select = h(
      "select",
      { id, onchange: () => state(select.value || null) },
      h("option", { value: "" }, t("chooseOne")),
      values.map((each) => h("option", { value: each }, word(each))),
    );
    return h("div", { class: "field" }, h("label", { for: id }, title), select);
  };
}

function many(find) {
  return (title, state) => {
    const chosen = [];
    return picker({ title, find, chosen, changed: () => state(chosen.map((each) => each.id)) });
  };
}

/** One place: the last chosen stays. */
function place(title, state) {
  const chosen = [];
  return picker({ title, find: findPlaces, chosen, most: 1, changed: () => state(chosen[0]?.id ?? null) });
}

function range(title, state) {
  const value = { minimum: null, maximum: null, currency: "CNY" };
  const told = () => state(value.minimum || value.maximum ? { ...value } : null);
  const end = (name, label) =>
    amountField(`improve-${name}`, label, "", (text, valid) => {
      value[name] = valid && text ? text : null;
      told();
    });
  return h(
    "fieldset",
    { class: "field" },
    h("legend", {}, title),
    h(
      "div",
      { class: "three" },
      end("minimum", t("least")),
      end("maximum", t("most")),
      currencyField("improve-currency", value.currency, (chosen) => ((value.currency = chosen), told())),
    ),
  );
}
