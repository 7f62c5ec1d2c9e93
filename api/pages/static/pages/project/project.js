// One project: what it is, who is behind it, whom it fits as far as the viewer may see, what would help.

import { ask, STAFF, whoAsks } from "../frame/api.js";
import { answerButtons } from "../frame/answers.js";
import { link } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { page, titled } from "../frame/frame.js";
import { helps, improveForm, missingOf } from "./improve.js";
import {
  allReasons,
  contributionBar,
  contributionTable,
  learnBlocks,
  littleText,
  reasons,
  scoreFigure,
} from "../frame/parts.js";
import { investorType, joined, money, score, t, word } from "../frame/texts.js";

const id = decodeURIComponent(location.pathname.split("/").pop());

page(show);

async function show(root) {
  const viewer = await whoAsks();
  const counterpart = ["INVESTOR", "PLANNER"].includes(viewer.role) ? viewer.subject?.id : null;
  const owner = STAFF.has(viewer.role) || viewer.role === "TALENT";
  const data = await ask(
    "project",
    { id, known: Boolean(counterpart), counterpart: counterpart ?? "", owner },
    { partial: true },
  );
  const { project, fit } = data;
  const mine = STAFF.has(viewer.role) || (viewer.role === "TALENT" && project?.owner?.id === viewer.subject?.id);
  const again = () => show(root);
  if (!project) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  titled(project.name);
  learnBlocks(data.capabilities.model?.blocks ?? []);
  fill(
    root,
    h(
      "div",
      { class: "title" },
      h("p", { class: "path" }, joined([word(project.kind), project.edition?.name])),
      h(
        "h1",
        {},
        project.name,
        project.status !== "PUBLISHED" && h("span", { class: "badge" }, word(project.status)),
        project.fictional && h("span", { class: "badge" }, t("demonstration")),
      ),
      project.summary && h("p", { class: "lead" }, project.summary),
    ),
    h(
      "div",
      { class: "two" },
      h(
        "div",
        {},
        fit && yours(project, fit, viewer),
        about(project),
        team(project),
        mine && improve(project, fit, mine, again),
        fits(t("fitPlaces"), project.rankedPlaces, "places", t("fitPlacesEmpty")),
        investors(project, owner),
        !mine && improve(project, fit, mine, again),
      ),
      h("div", {}, facts(project), assignments(project), similar(project)),
    ),
  );
}

const card = (title, ...content) => h("section", { class: "card" }, h("h2", {}, title), content);

function yours(project, fit, viewer) {
  const stopped = fit.gates.filter((gate) => !gate.passed);
  const title = viewer.role === "INVESTOR" ? t("yourFit") : t("fitFor", { name: viewer.subject.name });
  return card(
    title,
    scoreFigure(fit.score, fit.band),
    littleText(fit),
    contributionBar(fit.contributions, fit.score),
    stopped.length > 0 &&
      h(
        "div",
        {},
        h("p", { class: "name bad" }, t("heldBack")),
        h(
          "ul",
          {},
          stopped.map((gate) => h("li", {}, gate.reason)),
        ),
      ),
    contributionTable(fit.contributions, fit.score),
    fit.standing &&
      h(
        "p",
        { class: "standing" },
        h("strong", {}, `${t("theirSide")}: `),
        t(viewer.role === "INVESTOR" ? "standing" : "standingPlace", fit.standing),
        " ",
        h("span", { class: "help" }, t("standingHelp")),
      ),
    fit.counterfactual &&
      h("p", { class: "standing" }, h("strong", {}, `${t("wouldBring")}: `), fit.counterfactual.reason),
    answerButtons(project, viewer.subject.id, project.interests?.edges[0]?.node ?? null),
  );
}

function about(project) {
  const { description, coreTechnology, quote, source } = project;
  if (!description && !coreTechnology && !quote) return null;
  return card(
    t("what"),
    description && h("p", { class: "prose" }, description),
    coreTechnology && h("p", { class: "prose" }, h("strong", {}, `${t("technology")}: `), coreTechnology),
    quote && h("blockquote", {}, quote),
    source &&
      h(
        "p",
        { class: "help" },
        `${t("source")}: `,
        source.url ? h("a", { href: source.url, rel: "noreferrer" }, source.title) : source.title,
      ),
  );
}

function team(project) {
  if (!project.team.length) return null;
  return card(
    t("team"),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("member")), h("th", { scope: "col" }, t("role")))),
      h(
        "tbody",
        {},
        project.team.map((each) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, each.talent?.name ?? "–"),
            h(
              "td",
              {},
              joined([
                each.title,
                each.founder && !/founder|创始/i.test(each.title ?? "") && t("founder"),
                each.fullTime && t("fullTime"),
              ]),
            ),
          ),
        ),
      ),
    ),
  );
}

function fits(title, ranked, folder, nobody) {
  const edges =
    ranked?.edges.filter((edge) =>
      edge.contributions.some((each) => each.block !== "baseline" && Math.abs(each.points) >= 0.05),
    ) ?? [];
  if (!edges.length) return ranked ? card(title, h("p", { class: "help" }, nobody)) : null;
  // Where some that state nothing stand between them, ranks would begin at three or leave some out.
  const ranks = edges.every((edge, at) => edge.rank === at + 1);
  return card(
    title,
    h(
      "ol",
      { class: "ranked compact" },
      edges.map((edge) =>
        h(
          "li",
          { class: "row" },
          h("div", { class: "rank" }, ranks && String(edge.rank)),
          h(
            "div",
            { class: "body" },
            h(
              "h3",
              {},
              folder ? h("a", { href: link(`/${folder}/${edge.node.id}`) }, edge.node.name) : edge.node.name,
              edge.node.type && !folder && h("span", { class: "badge" }, investorType(edge.node.type)),
            ),
            contributionBar(edge.contributions, edge.score),
            reasons(edge, 2),
            allReasons(edge, false),
          ),
          scoreFigure(edge.score, edge.band),
        ),
      ),
    ),
  );
}

function investors(project, owner) {
  if (owner && project.rankedInvestors)
    return fits(t("fitInvestors"), project.rankedInvestors, null, t("fitInvestorsEmpty"));
  return card(t("fitInvestors"), h("p", { class: "help" }, t("fitInvestorsClosed")));
}

/** What gates and blocks look at and the record doesn't state; its owner and organisers may state it here. */
function improve(project, fit, mine, again) {
  const missing = missingOf(project);
  const held = fit?.gates.filter((gate) => !gate.passed) ?? [];
  return card(
    t("improve"),
    missing.length === 0 && h("p", {}, t("complete")),
    missing.length > 0 && h("p", { class: "help" }, t("improveHelp")),
    missing.length > 0 &&
      (mine
        ? improveForm(project, missing, again)
        : h(
            "ul",
            { class: "missing" },
            missing.map((each) => h("li", {}, each.title, helps(each))),
          )),
    held.length > 0 &&
      h(
        "ul",
        {},
        held.map((gate) => h("li", {}, gate.reason)),
      ),
  );
}

function facts(project) {
  const rows = [
    [t("organisation"), project.organisation?.name],
    [t("origin"), project.origin && joined(project.origin.path.map((each) => each.name))],
    [t("byStage"), word(project.fundingStage)],
    [t("asks"), money(project.ask)],
    [t("raised"), project.raised && money({ minimum: project.raised, maximum: project.raised })],
    [t("founded"), project.founded?.text],
    [t("byLevel"), word(project.technologyLevel)],
    [t("readiness"), project.technologyReadiness && `TRL ${project.technologyReadiness}`],
    [word("LANDED"), project.landedPlace && joined([project.landedPlace.name, project.landed?.text])],
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

function assignments(project) {
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

function similar(project) {
  const edges = project.similar?.edges ?? [];
  if (!edges.length) return null;
  return card(
    t("similar"),
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
  );
}
