// What is known of a project, line by line: facts, tracks and industries, and projects like it.

import { link } from "../frame/address.js";
import { dateText } from "../frame/dates.js";
import { h } from "../frame/dom.js";
import { joined, money, score, t, word } from "../frame/texts.js";

/** A card with a title. */
export const card = (title, ...content) => h("section", { class: "card" }, h("h2", {}, title), content);

export function facts(project) {
  const rows = [
    [
      t("organisation"),
      project.organisation &&
        h("a", { href: link(`/organisations/${project.organisation.id}`) }, project.organisation.name),
    ],
    [t("origin"), project.origin && joined(project.origin.path.map((each) => each.name))],
    [t("byStage"), word(project.fundingStage)],
    [t("asks"), money(project.ask)],
    [t("raised"), project.raised && money({ minimum: project.raised, maximum: project.raised })],
    [t("founded"), dateText(project.founded)],
    [t("byLevel"), word(project.technologyLevel)],
    [t("readiness"), project.technologyReadiness && `TRL ${project.technologyReadiness}`],
    [word("LANDED"), project.landedPlace && joined([project.landedPlace.name, dateText(project.landed)])],
    [
      t("wouldSettle"),
      project.landingPreferences.length > 0 &&
        h(
          "ul",
          { class: "plain" },
          project.landingPreferences.map((each) =>
            h(
              "li",
              {},
              each.place && h("a", { href: link(`/places/${each.place.id}`) }, each.place.name),
              each.conditions ? `: ${each.conditions}` : "",
            ),
          ),
        ),
    ],
    [
      t("awards"),
      joined(
        project.awards.map((each) =>
          [
            each.title,
            each.event?.name,
            each.rank && each.fieldSize ? t("of", { rank: each.rank, size: each.fieldSize }) : null,
          ]
            .filter(Boolean)
            .join(", "),
        ),
      ),
    ],
    [t("broughtBy"), joined(project.recommendations.map((each) => each.organisation?.name))],
    [t("keywords"), joined(project.keywords)],
    [
      t("website"),
      /^https?:\/\//.test(project.website ?? "") &&
        h("a", { href: project.website, rel: "noreferrer" }, project.website),
    ],
  ].filter(([, value]) => value);
  return card(
    t("facts"),
    h(
      "dl",
      { class: "facts" },
      rows.map(([title, value]) => [h("dt", {}, title), h("dd", {}, value)]),
    ),
  );
}

export function assignments(project) {
  const line = (name, each) =>
    h(
      "li",
      {},
      name,
      h("span", { class: "badge" }, word(each.origin), each.confidence ? ` ${Math.round(100 * each.confidence)}%` : ""),
    );
  const all = [
    ...project.trackAssignments.map((each) => line(each.track?.name, each)),
    ...project.industryAssignments.map((each) => line(each.industry?.name, each)),
  ];
  return all.length ? card(t("tracksAndIndustries"), h("ul", { class: "plain" }, all)) : null;
}

/** Projects whose texts and facts are close. */
export const similar = ({ edges }) => [
  h("h2", {}, t("similar")),
  edges.length === 0 && h("p", { class: "help" }, t("similarEmpty")),
  h(
    "ul",
    { class: "plain" },
    edges.map((edge) =>
      h(
        "li",
        {},
        h("a", { href: link(`/projects/${edge.node.id}`) }, edge.node.name),
        h("span", { class: "badge" }, score(edge.score)),
        edge.node.summary && h("p", { class: "help" }, edge.node.summary),
      ),
    ),
  ),
];
