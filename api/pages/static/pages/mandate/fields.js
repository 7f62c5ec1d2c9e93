// The fields of a mandate: thesis by language, what is wanted and what isn't, stages, kinds, cheque.

import { h } from "../frame/dom.js";
import { amountField, currencyField } from "../fields/amount.js";
import { findExcluded, findIndustries, findPlaces, findTracks } from "../fields/find.js";
import { picker } from "../fields/picker.js";
import { FUNDING_STAGES, language, PROJECT_KINDS, t, word } from "../frame/texts.js";

/** All fields for `mine`; `touched(wait)` is told of each change, `warm()` of a cursor in the thesis. */
export function fields(mine, { touched, warm }) {
  const touch = () => touched(300);
  return [
    h(
      "section",
      { class: "card" },
      h("h2", {}, t("thesis")),
      h("p", { class: "help", id: "thesis-help" }, t("thesisHelp")),
      languages(mine).map((tag) => thesis(mine, tag, touched, warm)),
    ),
    h(
      "section",
      { class: "card fields" },
      h("h2", {}, t("conditions")),
      picker({
        title: t("tracksWanted"),
        help: t("weightHelp"),
        find: findTracks,
        chosen: mine.tracks,
        weighted: true,
        changed: touch,
      }),
      picker({
        title: t("industriesWanted"),
        help: t("weightHelp"),
        find: findIndustries,
        chosen: mine.industries,
        weighted: true,
        changed: touch,
      }),
      picker({
        title: t("industriesExcluded"),
        find: findIndustries,
        chosen: mine.excludedIndustries,
        changed: touch,
      }),
      picker({
        title: t("placesWantedTitle"),
        help: t("placesHelp"),
        find: findPlaces,
        chosen: mine.places,
        changed: touch,
      }),
      picker({ title: t("placesExcluded"), find: findPlaces, chosen: mine.excludedPlaces, changed: touch }),
      picker({
        title: t("neverShown"),
        help: t("neverShownHelp"),
        find: findExcluded,
        chosen: mine.exclusions,
        changed: touch,
      }),
      choices(mine, touched, "stages", FUNDING_STAGES, t("stagesTitle"), t("stagesHelp")),
      choices(mine, touched, "projectKinds", PROJECT_KINDS, t("kindsTitle"), t("kindsHelp")),
      chequeFields(mine, touched),
    ),
  ];
}

/** Languages of the thesis: those that it has, and the pages' own. */
function languages(mine) {
  const found = new Set([language === "zh" ? "zh" : "en", ...Object.keys(mine.thesis), "en", "zh"]);
  return [...found];
}

function thesis(mine, tag, touched, warm) {
  const name = new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(tag) ?? tag;
  const area = h("textarea", {
    id: `thesis-${tag}`,
    rows: "4",
    lang: tag,
    maxlength: "10000",
    "aria-describedby": "thesis-help",
    onfocus: warm,
    oninput: () => {
      mine.thesis[tag] = area.value;
      touched(600);
    },
  });
  area.value = mine.thesis[tag] ?? "";
  return h("div", { class: "field" }, h("label", { for: `thesis-${tag}` }, t("thesisIn", { language: name })), area);
}

function choices(mine, touched, field, values, title, help) {
  const tick = (value) =>
    h(
      "label",
      { class: "tick" },
      h("input", {
        type: "checkbox",
        checked: mine[field].includes(value),
        onchange: (event) => {
          mine[field] = values.filter((each) => (each === value ? event.target.checked : mine[field].includes(each)));
          touched(150);
        },
      }),
      word(value),
    );
  return h(
    "fieldset",
    { class: "field ticks" },
    h("legend", {}, title),
    h("p", { class: "help" }, help),
    h("div", {}, values.map(tick)),
  );
}

function chequeFields(mine, touched) {
  const { cheque } = mine;
  const amount = (name, label) =>
    amountField(`cheque-${name}`, label, cheque[name], (text, valid) => {
      cheque[name] = text;
      if (valid) touched(500);
    });
  return h(
    "fieldset",
    { class: "field cheque" },
    h("legend", {}, t("chequeTitle")),
    h(
      "div",
      { class: "three" },
      amount("minimum", t("least")),
      amount("maximum", t("most")),
      currencyField("cheque-currency", cheque.currency, (chosen) => ((cheque.currency = chosen), touched(100))),
    ),
  );
}
