// One project: what it is, who is behind it, whom it fits as far as the viewer may see, what would help.

import { ask, STAFF, currentViewer } from "../frame/api.js";
import { correctionLink, link } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { page, titled } from "../frame/frame.js";
import { loadPanel } from "../frame/panel.js";
import { assignments, card, facts, similar } from "./facts.js";
import { documents } from "./documents.js";
import { fitTitle, fits, heldBack, investors, yours } from "./fits.js";
import { helps, improveForm, missingOf } from "./improve.js";
import { setModel } from "../frame/bars.js";
import { joined, t, word } from "../frame/texts.js";

const id = decodeURIComponent(location.pathname.split("/").pop());

page(show);

async function show(root) {
  const viewer = await currentViewer();
  const counterpart = ["INVESTOR", "PLANNER"].includes(viewer.role) ? viewer.subject?.id : null;
  const owner = STAFF.has(viewer.role) || viewer.role === "TALENT";
  const data = await ask("project", { id, known: Boolean(counterpart) }, { partial: true });
  const { project } = data;
  if (!project) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  const mine = STAFF.has(viewer.role) || (viewer.role === "TALENT" && project.owner?.id === viewer.subject?.id);
  titled(project.name);
  setModel(data.capabilities);
  const improving = improve(project, mine, () => show(root));
  const panels = panelsOf(project, { viewer, counterpart, owner, improving, mine });
  fill(
    root,
    title(project),
    h(
      "div",
      { class: "two" },
      h(
        "div",
        {},
        counterpart && panels.fit.element,
        about(project),
        team(project),
        panels.documents.element,
        mine && improving,
        panels.places.element,
        panels.investors.element,
        !mine && improving,
      ),
      h("div", {}, facts(project), assignments(project), panels.similar.element),
    ),
  );
  await Promise.all(Object.values(panels).map((panel) => panel.load()));
}

/** The parts that take a ranking: each is asked for, fails and is tried again on its own. */
function panelsOf(project, { viewer, counterpart, owner, improving, mine }) {
  const panel = (heading, work, name = "") => {
    const element = h("section", { class: `card ${name}`.trim() });
    return { element, load: () => loadPanel(element, async () => fill(element, await work()), { title: heading }) };
  };
  const ofProject = async (operation, more) => (await ask(operation, { id }, more)).project;
  const nothing = { load: () => null };
  const files = panel(t("documents"), async () => {
    const shown = await documents(id, mine, () => files.load());
    files.element.hidden = shown === null;
    return shown ?? [];
  });
  return {
    documents: files,
    fit: counterpart
      ? panel(
          fitTitle(viewer),
          async () => {
            const { fit } = await ask("project-fit", { id, counterpart });
            if (!fit) throw Object.assign(new Error(), { code: "NOT_FOUND" });
            improving.append(heldBack(fit) ?? "");
            return yours(project, fit, viewer);
          },
          "own-fit",
        )
      : nothing,
    places: panel(t("fitPlaces"), async () =>
      fits(t("fitPlaces"), (await ofProject("project-places")).rankedPlaces, "places", t("fitPlacesEmpty")),
    ),
    investors: panel(t("fitInvestors"), async () =>
      investors(owner && (await ofProject("project-investors", { partial: true })).rankedInvestors),
    ),
    similar: panel(t("similar"), async () => similar((await ofProject("project-similar")).similar)),
  };
}

const title = (project) =>
  h(
    "div",
    { class: "title" },
    h("p", { class: "path" }, [
      word(project.kind),
      project.edition && [" · ", h("a", { href: link(`/editions/${project.edition.id}`) }, project.edition.name)],
    ]),
    h(
      "h1",
      {},
      project.name,
      project.status !== "PUBLISHED" && h("span", { class: "badge" }, word(project.status)),
      project.fictional && h("span", { class: "badge" }, t("demonstration")),
    ),
    project.summary && h("p", { class: "lead" }, project.summary),
    h("p", { class: "help" }, h("a", { href: correctionLink(project.id) }, t("suggestCorrection"))),
  );

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
            h(
              "th",
              { scope: "row" },
              each.talent ? h("a", { href: link(`/talents/${each.talent.id}`) }, each.talent.name ?? "–") : "–",
            ),
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

/** What gates and blocks look at and the record doesn't state; its owner and organisers may state it here. */
function improve(project, mine, again) {
  const missing = missingOf(project);
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
  );
}
