// A mandate as the form has it: what is stated, what is tried, and what differs.

import { joined, money, number, t, word } from "../frame/texts.js";

export const FIELDS = [
  "thesis",
  "tracks",
  "industries",
  "excludedIndustries",
  "places",
  "excludedPlaces",
  "exclusions",
  "stages",
  "projectKinds",
  "cheque",
];

const TITLES = {
  thesis: "thesis",
  tracks: "tracksWanted",
  industries: "industriesWanted",
  excludedIndustries: "industriesExcluded",
  places: "placesWantedTitle",
  excludedPlaces: "placesExcluded",
  exclusions: "neverShown",
  stages: "stagesTitle",
  projectKinds: "kindsTitle",
  cheque: "chequeTitle",
};
export const titleOf = (field) => t(TITLES[field]);

/** The form's state of what the API says of an investor. */
export function stateOf(investor) {
  const { mandate } = investor;
  const named = (each) => ({ id: each.id, name: each.name });
  return {
    thesis: Object.fromEntries(investor.theses.map(({ language, text }) => [language, text])),
    tracks: mandate.tracks.filter((each) => each.track).map((each) => ({ ...named(each.track), weight: each.weight })),
    industries: mandate.industries
      .filter((each) => each.industry)
      .map((each) => ({ ...named(each.industry), weight: each.weight })),
    excludedIndustries: mandate.excludedIndustries.filter((each) => each.industry).map((each) => named(each.industry)),
    places: mandate.places.map(named),
    excludedPlaces: mandate.excludedPlaces.map(named),
    exclusions: mandate.exclusions.flatMap(({ project, organisation }) =>
      [
        project && { ...named(project), kind: "project" },
        organisation && { ...named(organisation), kind: "organisation" },
      ].filter(Boolean),
    ),
    stages: [...mandate.stages],
    projectKinds: [...mandate.projectKinds],
    cheque: {
      minimum: mandate.cheque?.minimum?.amount ?? "",
      maximum: mandate.cheque?.maximum?.amount ?? "",
      currency: (mandate.cheque?.minimum ?? mandate.cheque?.maximum)?.currency ?? "CNY",
    },
  };
}

/** One field as the API takes it. */
function input(state, field) {
  const value = state[field];
  if (field === "thesis")
    return Object.entries(value)
      .filter(([, text]) => text.trim())
      .map(([language, text]) => ({ language, text }));
  if (field === "tracks" || field === "industries") return value.map(({ id, weight }) => ({ id, weight }));
  if (field === "exclusions") return value.map(({ id, kind }) => ({ [kind]: id }));
  if (field === "stages" || field === "projectKinds") return value;
  if (field === "cheque") {
    const end = (text) => (text === "" ? null : text);
    return value.minimum === "" && value.maximum === ""
      ? null
      : { minimum: end(value.minimum), maximum: end(value.maximum), currency: value.currency };
  }
  return value.map((each) => each.id);
}

const canonical = (state, field) => {
  const value = input(state, field);
  if (field === "cheque")
    return JSON.stringify(
      value && [value.minimum && Number(value.minimum), value.maximum && Number(value.maximum), value.currency],
    );
  if (!Array.isArray(value)) return JSON.stringify(value);
  return JSON.stringify(value.map((each) => JSON.stringify(each)).sort());
};

export const same = (field, one, other) => canonical(one, field) === canonical(other, field);
export const changed = (base, mine) => FIELDS.filter((field) => !same(field, base, mine));

/** What to send: the changed fields alone, so that what others change elsewhere stays theirs. */
export const mandateInput = (state, fields) => Object.fromEntries(fields.map((field) => [field, input(state, field)]));

/** One field in words, for choosing between two. */
export function inWords(state, field) {
  const value = state[field];
  const text = {
    thesis: () =>
      Object.values(value)
        .filter((each) => each.trim())
        .map((each) => `“${each}”`)
        .join(" "),
    cheque: () => {
      const end = (amount) => (amount === "" ? null : { amount, currency: value.currency });
      return value.minimum === "" && value.maximum === ""
        ? ""
        : money({ minimum: end(value.minimum), maximum: end(value.maximum) });
    },
    stages: () => joined(value.map(word)),
    projectKinds: () => joined(value.map(word)),
  }[field];
  return (
    (text
      ? text()
      : joined(
          value.map((each) => each.name + (each.weight && each.weight !== 1 ? ` × ${number(each.weight)}` : "")),
        )) || t("noneStated")
  );
}

// The draft outlives a reload of this tab, and is never in an address: a thesis is the investor's own affair.
const key = (id) => `roadshow.mandate.${id}`;

export function storeDraft(id, base, mine) {
  if (changed(base, mine).length) sessionStorage.setItem(key(id), JSON.stringify(mandateState(base, mine)));
  else sessionStorage.removeItem(key(id));
}

const mandateState = (base, mine) => Object.fromEntries(changed(base, mine).map((field) => [field, mine[field]]));

export function storedDraft(id, base) {
  try {
    return { ...structuredClone(base), ...JSON.parse(sessionStorage.getItem(key(id)) ?? "{}") };
  } catch {
    return structuredClone(base);
  }
}
