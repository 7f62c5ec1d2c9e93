// An investor's list: twenty projects, why, and what to say of each.

import { ask, STAFF, whoAsks } from "../frame/api.js";
import { answerButtons } from "../frame/answers.js";
import { link, parameters } from "../frame/address.js";
import { csv, download, fill, h } from "../frame/dom.js";
import { emptyState, page, signIn, tell, titled } from "../frame/frame.js";
import { lessons } from "./learned.js";
import {
  allReasons,
  contributionBar,
  learnBlocks,
  legend,
  listNotice,
  littleText,
  metaLine,
  projectName,
  reasons,
  scoreFigure,
} from "../frame/parts.js";
import { investorType, joined, money, number, score, t, word } from "../frame/texts.js";

const SIZE = 20;
const OPTIONS = { excludePassed: true, excludePortfolio: true };

page(async (root) => {
  const viewer = await whoAsks();
  const chosen = parameters().get("investor");
  if (viewer.role === "INVESTOR" && viewer.subject) return show(root, viewer.subject.id, false);
  if (STAFF.has(viewer.role)) return chosen ? show(root, chosen, true) : choose(root);
  const help = viewer.role === "PUBLIC" ? t("listSignInHelp") : `${t("notAnInvestor")} ${t("listSignInHelp")}`;
  fill(
    root,
    h("h1", {}, t("listTitle")),
    emptyState(t("listSignIn"), help, h("button", { type: "button", class: "primary", onclick: signIn }, t("signIn"))),
  );
});

async function choose(root) {
  const found = [];
  let after = null;
  do {
    const { investors } = await ask("investors", { after });
    found.push(...investors.edges.map((edge) => edge.node));
    after = investors.pageInfo.hasNextPage ? investors.pageInfo.endCursor : null;
  } while (after);
  found.sort((a, b) => (a.name ?? "").localeCompare(b.name ?? ""));
  const address = (id) => {
    const there = new URLSearchParams(location.search);
    there.set("investor", id);
    return `?${there}`;
  };
  fill(
    root,
    h("h1", {}, t("chooseInvestor")),
    h("p", { class: "lead" }, t("chooseInvestorHelp")),
    h(
      "ul",
      { class: "tiles" },
      found.map((each) =>
        h(
          "li",
          { class: "tile" },
          h("h2", {}, h("a", { href: address(each.id) }, each.name)),
          h("p", { class: "meta" }, investorType(each.type)),
        ),
      ),
    ),
  );
}

async function show(root, id, byStaff) {
  const data = await ask("investor-list", { id, first: SIZE, options: OPTIONS });
  const { investor } = data;
  const arrives =
    (await whoAsks()).role !== "ORGANISER" &&
    data.capabilities.plugins.some(
      ({ name, state }) => name === "digest" && ["ACTIVE", "DEGRADED", "RESTING"].includes(state),
    );
  if (!investor) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  learnBlocks(data.capabilities.model?.blocks ?? []);
  const ranked = investor.rankedProjects;
  const title = byStaff ? t("listOf", { name: investor.name }) : t("listTitle");
  titled(title);
  const answers = new Map(investor.interests.edges.map(({ node }) => [node.project?.id, node]));
  const learned = h(
    "section",
    { class: "card learned" },
    h("h2", {}, t("learned")),
    lessons(ranked, investor.interests.totalCount),
  );
  const again = () => show(root, id, byStaff).then(() => document.getElementById("main").focus());
  fill(
    root,
    h(
      "div",
      { class: "title" },
      byStaff ? null : h("p", { class: "path" }, investor.name),
      h("h1", {}, title),
      h("p", { class: "lead" }, t("listLead", { shown: ranked.edges.length, total: number(ranked.totalCount) })),
      listNotice(ranked),
    ),
    h(
      "div",
      { class: "two" },
      h(
        "section",
        { class: "middle-column", "aria-labelledby": "projects" },
        h("h2", { id: "projects", class: "unseen" }, t("projects")),
        h(
          "p",
          { class: "actions" },
          arrives && h("a", { class: "quiet", href: `/list/digests${location.search}` }, t("arrives")),
          h("button", { type: "button", class: "quiet", onclick: () => save(investor, ranked) }, t("csv")),
          h("button", { type: "button", class: "quiet", onclick: () => print() }, t("print")),
        ),
        ranked.edges.length
          ? [
              h("div", { class: "legend-box" }, legend(ranked.edges)),
              h(
                "ol",
                { class: "ranked" },
                ranked.edges.map((edge) => row(edge, id, answers)),
              ),
              h(
                "p",
                { class: "actions next" },
                h("button", { type: "button", class: "primary", onclick: () => again().catch(tell) }, t("nextList")),
              ),
            ]
          : emptyState(t("listEmpty"), t("listEmptyHelp")),
      ),
      h("div", {}, learned, mandate(investor, byStaff), answersSoFar(investor, id)),
    ),
  );
}

function row(edge, subject, answers) {
  const { node } = edge;
  const line = h(
    "li",
    { class: "row", data: { id: node.id } },
    h("div", { class: "rank" }, h("span", { class: "unseen" }, `${t("rank")} `), String(edge.rank)),
    h(
      "div",
      { class: "body" },
      h("h3", {}, projectName(node)),
      metaLine(node),
      node.summary && h("p", {}, node.summary),
      contributionBar(edge.contributions, edge.score),
      reasons(edge, 2),
      littleText(edge),
      detail(edge, subject),
      answerButtons(node, subject, answers.get(node.id) ?? null, (answer) =>
        line.classList.toggle("answered", Boolean(answer)),
      ),
    ),
    scoreFigure(edge.score, edge.band),
  );
  return line;
}

/** All reasons, how it looks from the project's side, and projects like it: asked for when they are wanted. */
function detail(edge, investor) {
  const more = h("div", { class: "similar" });
  const box = allReasons(edge, false, async (open) => {
    if (!open || more.childElementCount) return;
    box.append(more);
    try {
      const { project, fit } = await ask("list-detail", { id: edge.node.id, investor });
      fill(
        more,
        fit?.standing && h("p", { class: "name" }, t("theirSide")),
        fit?.standing && h("p", {}, t("standing", fit.standing), " ", h("span", { class: "help" }, t("standingHelp"))),
        h("p", { class: "name" }, t("similar")),
        h(
          "ul",
          { class: "plain" },
          project.similar.edges.map(({ node, score: likeness }) =>
            h("li", {}, h("a", { href: link(`/projects/${node.id}`) }, node.name), ` ${score(likeness)}`),
          ),
        ),
      );
    } catch (problem) {
      tell(problem);
    }
  });
  return box;
}

function mandate(investor, byStaff) {
  const { tracks, industries, places, stages, cheque } = investor.mandate;
  const there = new URLSearchParams(location.search);
  if (byStaff) there.set("investor", investor.id);
  const fact = (title, text) => (text ? [h("dt", {}, title), h("dd", {}, text)] : null);
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("mandate")),
    h(
      "p",
      { class: "name" },
      investor.name,
      h("span", { class: "badge" }, investorType(investor.type)),
      investor.fictional && h("span", { class: "badge" }, t("demonstration")),
    ),
    investor.thesis && h("blockquote", {}, investor.thesis),
    h(
      "dl",
      { class: "facts" },
      fact(t("byTrack"), joined(tracks.map((each) => each.track?.name))),
      fact(t("byIndustry"), joined(industries.map((each) => each.industry?.name))),
      fact(t("placesWanted"), joined(places.map((each) => each.name))),
      fact(t("stages"), joined((stages ?? []).map(word))),
      fact(t("cheque"), money(cheque)),
    ),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "button", href: `/list/mandate${there.size ? `?${there}` : ""}` }, t("changeMandate")),
    ),
  );
}

function answersSoFar(investor, subject) {
  const { edges } = investor.interests;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("answersTitle")),
    edges.length
      ? h(
          "ul",
          { class: "plain" },
          edges
            .filter(({ node }) => node.project)
            .map(({ node }) =>
              h(
                "li",
                {},
                h("a", { href: link(`/projects/${node.project.id}`) }, node.project.name),
                answerButtons(node.project, subject, node),
              ),
            ),
        )
      : h("p", { class: "help" }, t("noAnswers")),
  );
}

function save(investor, ranked) {
  const rows = [
    [t("rank"), t("score"), "id", word("PROJECT"), t("byTrack"), t("origin"), t("byStage"), t("asks"), t("why")],
  ];
  for (const { rank, score: points, reasons: why, node } of ranked.edges) {
    rows.push([
      rank,
      points,
      node.id,
      node.name,
      joined(node.tracks.map((each) => each.name)),
      node.origin?.name,
      word(node.fundingStage),
      money(node.ask),
      why.join(" "),
    ]);
  }
  download(`${investor.name}.csv`, "text/csv;charset=utf-8", csv(rows));
}
