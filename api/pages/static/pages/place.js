// One place: what it wants, the projects that fit, and what would change with other weights.

import { ask, change, latest, STAFF, whoAsks } from "./api.js";
import { link } from "./address.js";
import { announce, dialog, fill, h } from "./dom.js";
import { copyButton, emptyState, page, problemState, tell, titled, toast } from "./frame.js";
import { learnBlocks, legend } from "./parts.js";
import { filters } from "./place-facets.js";
import { guessed } from "./place-guess.js";
import { RankedList, sideBySide } from "./place-list.js";
import { summary } from "./place-moves.js";
import { panel } from "./place-panel.js";
import { rankedSvg, rastered } from "./place-picture.js";
import { readScenarios, saveDialog, scenarioList, weightsOf } from "./place-scenarios.js";
import { FACETS, filterOf, inputOf, isWhatIf, keep, MOST_COMPARED, optionsOf, PAGE, read, scenarioOf, takePool } from "./place-state.js";
import { saveButtons, saveCsv, savePng, saveSvg, saveXlsx } from "./plan-files.js";
import { talkStage } from "./plan-texts.js";
import { joined, language, number, t, word } from "./texts.js";

const id = decodeURIComponent(location.pathname.split("/").pop());
const MOST_EXPORTED = 10_000;

page(async (root) => {
  const state = read();
  const viewer = await whoAsks();
  const maySave = STAFF.has(viewer.role) || (viewer.role === "PLANNER" && viewer.subject?.id === id);
  const [data, answers, talks, scenarios] = await Promise.all([
    ask("place", { id }), maySave ? readAll("place-talks", "interests") : null, maySave ? readAll("place-matches", "matches") : null, readScenarios(id),
  ]);
  const { place } = data;
  if (!place) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  titled(place.name);
  const blocks = data.capabilities.model?.blocks ?? [];
  learnBlocks(blocks);
  const editions = data.editions.edges.map((edge) => edge.node).filter((each) => each.projects.totalCount);
  await new PlacePage(root, { place, blocks, editions, viewer, maySave, answers, talks, scenarios, state }).show();
});

/** All nodes of one of the place's connections, by project. */
async function readAll(operation, connection) {
  const found = new Map();
  let after = null;
  do {
    const data = await ask(operation, { id, after }, { partial: true });
    const page_ = data.place?.[connection];
    for (const { node } of page_?.edges ?? []) if (node.project) found.set(node.project.id, node);
    after = page_?.pageInfo.hasNextPage ? page_.pageInfo.endCursor : null;
  } while (after);
  return found;
}

class PlacePage {
  constructor(root, given) {
    Object.assign(this, given);
    this.root = root;
    this.names = new Map();
    this.list = new RankedList();
    this.now = null;
    this.today = null;
    this.known = new Map();
    this.update = latest((moving) => this.ask(moving));
    // What the place wants belongs on paper too, also where the panel is closed on the screen.
    addEventListener("beforeprint", () => {
      this.wasOpen = this.panelBox.open;
      this.panelBox.open = true;
    });
    addEventListener("afterprint", () => (this.panelBox.open = this.wasOpen));
    addEventListener("popstate", () => {
      this.state = read();
      this.show();
    });
  }

  /** Lay the page out, then ask for the list and the facets. */
  async show() {
    const { place } = this;
    const wide = matchMedia("(min-width: 62rem)").matches;
    this.beside = h("details", { class: "side filters", open: wide && !this.state.compare }, h("summary", {}, t("filters")), (this.filters = h("div", { class: "inner" })));
    this.panel = h("div", { class: "inner" });
    this.whatIf = h("section", { class: "what-if", "aria-label": t("whatIf"), hidden: true });
    this.head = h("p", { class: "count", "aria-live": "polite" });
    this.legend = h("div", { class: "legend-box" });
    this.body = h("div", { class: "results" }, h("p", { class: "waiting" }, "…"));
    fill(
      this.root,
      h(
        "div",
        { class: "title" },
        h("p", { class: "path" }, joined(place.path.slice(0, -1).map((each) => each.name))),
        h("h1", {}, place.name, h("span", { class: "badge" }, word(place.type))),
        place.description && h("p", { class: "lead" }, place.description),
        h(
          "p",
          { class: "links" },
          h("a", { href: link("/heat") }, t("seeHeat")),
          h("a", { href: `${link("/map")}${link("/map").includes("?") ? "&" : "?"}place=${id}` }, t("seeMap", { place: place.name })),
          h("a", { href: link("/gaps") }, t("seeGaps")),
        ),
      ),
      (this.columns = h(
        "div",
        { class: this.state.compare ? "columns comparing" : "columns" },
        this.beside,
        h(
          "section",
          { class: "middle-column", "aria-labelledby": "projects" },
          h(
            "div",
            { class: "list-head" },
            h("h2", { id: "projects" }, t("projects")),
            saveButtons({
              downloadCsv: () => this.table().then((rows) => saveCsv(place.name, rows)),
              xlsx: () => this.table().then((rows) => saveXlsx(place.name, rows)),
              svg: () => saveSvg(place.name, this.svg()),
              downloadPng: async () => savePng(place.name, await rastered(this.svg())),
              report: () => print(),
            }),
          ),
          this.head,
          this.whatIf,
          this.legend,
          this.body,
        ),
        (this.panelBox = h("details", { class: "side panel", open: wide }, h("summary", {}, t("weights")), this.panel)),
      )),
    );
    await this.refilter();
  }

  /** Ask again what depends on the pool: facets, today's list, and the list. */
  async refilter(push = false) {
    keep(this.state, push);
    this.today = null;
    this.compared = new Map();
    const focused = document.activeElement?.dataset ?? {};
    const [{ projectFacets }] = await Promise.all([ask("place-facets", { filter: filterOf(this.state) }), this.ask()]);
    fill(
      this.filters,
      this.chosen(),
      filters(projectFacets, this.editions, this.state, this.names, () => this.refilter(true).catch((problem) => this.fail(problem))),
    );
    if (focused.facet) this.filters.querySelector(`[data-facet="${focused.facet}"][data-value="${CSS.escape(focused.value)}"]`)?.focus();
  }

  chosen() {
    const values = FACETS.flatMap((name) => this.state[name]);
    if (!values.length && !this.state.q && !this.state.edition) return null;
    const clear = () => {
      Object.assign(this.state, Object.fromEntries(FACETS.map((name) => [name, []])), { q: "", edition: null });
      this.refilter(true).catch((problem) => this.fail(problem));
    };
    return h("p", { class: "actions" }, h("button", { type: "button", class: "quiet", onclick: clear }, t("clearAll")));
  }

  /**
   * Ask for the list at the weights of now (and for today's, to compare with), and draw. While a slider is `moving`,
   * scores and points alone: the reasons of a project are those that it had, until the slider rests.
   */
  async ask(moving = false) {
    const { state } = this;
    const filter = filterOf(state);
    const options = optionsOf(state);
    try {
      const [now, today] = await Promise.all([
        ask(moving ? "place-moves" : "place-list", { id, filter, options, first: state.size }),
        (options || this.comparing().length) && !this.today ? ask("place-today", { id, filter, first: MOST_COMPARED }) : null,
      ]);
      if (today) this.today = today.place.rankedProjects.edges;
      this.now = now.place.rankedProjects;
      this.weighed = this.blockWeights();
      await this.readCompared(filter, today?.place.rankedProjects.edges);
      if (moving) this.complete(this.now.edges);
      else for (const edge of this.now.edges) this.known.set(edge.node.id, edge);
      this.draw();
    } catch (problem) {
      this.fail(problem);
    }
  }

  /** Weights of all blocks as they are chosen now. */
  blockWeights() {
    return new Map(this.blocks.map((block) => [block.name, this.state.blocks.get(block.name) ?? block.weight]));
  }

  /** The saved scenarios that stand beside today's list. */
  comparing() {
    return this.state.compare ? this.scenarios.filter((each) => this.state.beside.includes(each.id)) : [];
  }

  async readCompared(filter) {
    const missing = this.comparing().filter((each) => !this.compared.has(each.id));
    const found = await Promise.all(missing.map((each) => ask("place-moves", { id, filter, options: inputOf(weightsOf(each)), first: MOST_COMPARED })));
    missing.forEach((each, at) => this.compared.set(each.id, found[at].place.rankedProjects.edges));
  }

  /** Draw what the list will be, before the API has answered; it can be told for blocks alone. */
  foresee() {
    if (!this.now?.edges.length || !this.weighed || this.state.compare) return;
    const weights = this.blockWeights();
    const edges = guessed(this.now.edges, this.weighed, weights);
    if (!edges) return;
    this.now = { ...this.now, edges };
    this.weighed = weights;
    this.list.draw(edges, this.drawing(isWhatIf(this.state) && this.today));
  }

  /** Give edges what was told of their projects before: the record, and the reasons by block. */
  complete(edges) {
    for (const edge of edges) {
      const before = this.known.get(edge.node.id);
      if (!before) continue;
      edge.node = before.node;
      const reasons = new Map(before.contributions.map((each) => [each.block, each.reason]));
      for (const each of edge.contributions) each.reason = reasons.get(each.block);
    }
  }

  fail(problem) {
    if (problem.code === "UNAUTHENTICATED") return location.reload();
    fill(this.body, problemState(problem, () => this.ask()));
  }

  draw() {
    const { state, now } = this;
    const scenario = isWhatIf(state) && this.today;
    const compared = this.comparing();
    const comparing = Boolean(this.today && state.compare && (scenario || compared.length));
    if (comparing !== this.columns.classList.contains("comparing")) {
      this.columns.classList.toggle("comparing", comparing);
      this.beside.open = !comparing && matchMedia("(min-width: 62rem)").matches;
    }
    if (!this.panel.childElementCount) {
      const counting = new Set(now.edges.flatMap((edge) => edge.contributions.map((each) => each.block)));
      const counts = this.blocks.filter((block) => counting.has(block.name) || state.blocks.has(block.name));
      fill(this.panel, (this.scenarioBox = h("div")), panel(this.place, counts, state, () => this.moved()));
      this.drawScenarios();
    }
    fill(this.head, t("count", { total: number(now.totalCount) }), now.gatedCount ? ` · ${t("held", { gated: number(now.gatedCount) })}` : "");
    this.drawWhatIf(scenario);
    if (!now.edges.length) {
      fill(this.legend);
      fill(this.body, emptyState(t("nothingFits"), t("nothingFitsHelp")));
      return;
    }
    fill(this.legend, legend(now.edges));
    if (comparing) {
      const lists = compared.map((each) => ({ name: each.name, edges: this.compared.get(each.id) ?? [] }));
      if (scenario) lists.unshift({ name: t("scenario"), edges: now.edges });
      fill(this.body, sideBySide(this.today, lists, state.size));
      return;
    }
    this.list.draw(now.edges, this.drawing(scenario));
    if (this.list.element.parentElement !== this.body) fill(this.body, this.list.element);
    this.body.querySelector(".show-more")?.remove();
    if (now.pageInfo.hasNextPage && state.size < MOST_COMPARED) {
      const more = () => {
        state.size += PAGE;
        keep(state);
        this.update();
      };
      this.body.append(h("p", { class: "actions show-more" }, h("button", { type: "button", onclick: more }, t("showMore"))));
    }
  }

  /** What the list needs besides its edges. */
  drawing(scenario) {
    const answered = (project, answer) => (answer ? this.answers.set(project, answer) : this.answers.delete(project));
    return { today: scenario ? this.today : null, answers: this.answers, talks: this.talks, subject: id, answered };
  }

  drawScenarios() {
    fill(
      this.scenarioBox,
      (this.scenarios.length > 0 || this.maySave) &&
        scenarioList({
          scenarios: this.scenarios, state: this.state, maySave: this.maySave,
          open: (scenario) => this.open(scenario),
          apply: (scenario) => this.apply(scenario),
          compare: () => this.compareSaved(),
          changed: () => this.rereadScenarios(),
        }),
    );
  }

  async rereadScenarios() {
    this.scenarios = await readScenarios(id);
    this.compared = new Map();
    this.drawScenarios();
    this.draw();
  }

  /** Make a scenario's weights and pool those of the page. */
  async open(scenario) {
    Object.assign(this.state, weightsOf(scenario), { scenario: scenario.id });
    takePool(this.state, scenario.pool);
    this.panel.replaceChildren();
    await this.refilter(true).catch((problem) => this.fail(problem));
    document.getElementById("main").focus({ preventScroll: true });
  }

  compareSaved() {
    this.state.compare = this.state.beside.length > 0;
    keep(this.state);
    this.update();
  }

  async saveScenario() {
    const saved = await saveDialog(id, scenarioOf(this.state), language);
    if (!saved) return;
    this.state.scenario = saved.id;
    keep(this.state);
    toast(t("savedScenario", { name: saved.name }));
    await this.rereadScenarios();
  }

  async updateScenario(scenario) {
    try {
      await change("update-scenario", { id: scenario.id, input: scenarioOf(this.state), ifVersion: scenario.version });
      toast(t("savedScenario", { name: scenario.name }));
      await this.rereadScenarios();
    } catch (problem) {
      tell(problem);
    }
  }

  apply(scenario) {
    const box = dialog(
      t("applyScenario"),
      t("cancel"),
      h("p", {}, t("confirmApply", { count: scenario.priorityWeights.length, place: this.place.name, name: scenario.name })),
      h("p", { class: "actions" }, h("button", { type: "button", class: "primary", onclick: () => this.saved(box, () => change("apply-scenario", { id: scenario.id, ifVersion: scenario.version }).then(({ priorities }) => priorities)) }, t("save"))),
    );
  }

  drawWhatIf(scenario) {
    const { state } = this;
    const changed = state.priorities.size + state.blocks.size + state.industries.size;
    this.whatIf.hidden = !changed;
    if (!scenario) return;
    const { up, down, new: entering, out } = summary(this.now.edges, this.today, state.size);
    const opened = this.scenarios.find((each) => each.id === state.scenario);
    const text = up + down + entering ? t("whatIfSummary", { size: state.size, up, down, new: entering, out: out.length }) : t("nothingMoves", { size: state.size });
    fill(
      this.whatIf,
      h("p", {}, h("strong", {}, t("changedWeights", { count: changed })), " ", text),
      out.length > 0 && this.dropped(out),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", onclick: () => this.reset() }, t("backToToday")),
        h("button", { type: "button", onclick: () => this.toggle() }, t(state.compare ? "oneList" : "compare")),
        copyButton(() => location.href, t("copyLink")),
        this.maySave && h("button", { type: "button", onclick: () => this.saveScenario() }, `${t("saveScenario")}…`),
        this.maySave && opened && h("button", { type: "button", onclick: () => this.updateScenario(opened) }, t("updateScenario", { name: opened.name })),
        this.maySave && state.priorities.size > 0 && h("button", { type: "button", class: "primary", onclick: () => this.confirm() }, t("makePriorities")),
      ),
    );
    clearTimeout(this.saying);
    this.saying = setTimeout(() => announce(text), 600);
  }

  dropped(out) {
    const box = h(
      "details",
      { open: this.showsDropped, ontoggle: () => (this.showsDropped = box.open) },
      h("summary", {}, t("dropped", { size: this.state.size })),
      h("ul", {}, out.map((edge) => h("li", {}, `${edge.node.name} (${t("wasRank", { rank: edge.rank })})`))),
    );
    return box;
  }

  /** Browsers refuse an address that is written too often: at once, then once more when the slider rests a moment. */
  remember() {
    clearTimeout(this.keeping);
    const since = performance.now() - (this.kept ?? -1000);
    if (since < 200) return void (this.keeping = setTimeout(() => this.remember(), 200 - since));
    this.kept = performance.now();
    keep(this.state);
  }

  moved() {
    this.remember();
    this.foresee();
    this.update(true);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.update(false), 250);
  }

  toggle() {
    this.state.compare = !this.state.compare;
    keep(this.state);
    this.draw();
    this.whatIf.querySelectorAll("button")[1]?.focus();
  }

  reset() {
    this.state.priorities.clear();
    this.state.blocks.clear();
    this.state.industries.clear();
    Object.assign(this.state, { scenario: null, beside: [] });
    this.state.compare = false;
    keep(this.state, true);
    this.panel.replaceChildren();
    this.update();
    document.getElementById("main").focus({ preventScroll: true });
  }

  confirm() {
    const { place, state } = this;
    const box = dialog(
      t("makePriorities"),
      t("cancel"),
      h("p", {}, t("confirmPriorities", { count: state.priorities.size, place: place.name })),
      h("ul", {}, place.priorities.filter((each) => state.priorities.has(each.id)).map((each) => h("li", {}, `${each.name}: ${number(each.weight)} → ${number(state.priorities.get(each.id))}`))),
      h("p", { class: "actions" }, h("button", { type: "button", class: "primary", onclick: () => this.save(box) }, t("save"))),
    );
  }

  save(box) {
    const { place, state } = this;
    const priorities = place.priorities.map((each) => ({ id: each.id, weight: state.priorities.get(each.id) ?? each.weight }));
    return this.saved(box, () => change("set-priorities", { place: id, priorities }).then((payload) => payload.priorities));
  }

  /** Write the city's priorities by `work`, then show the list by them. */
  async saved(box, work) {
    const { place, state } = this;
    let priorities;
    try {
      priorities = await work();
    } catch (problem) {
      return tell(problem);
    } finally {
      box.close();
    }
    toast(t("saved", { place: place.name }));
    const weights = new Map(priorities.map((each) => [each.id, each.weight]));
    for (const each of place.priorities) each.weight = weights.get(each.id) ?? each.weight;
    state.priorities.clear();
    this.panel.replaceChildren();
    // The recommender looks for changes twice a second.
    await new Promise((done) => setTimeout(done, 700));
    await this.refilter();
  }

  /** The list as a picture. */
  svg() {
    return rankedSvg(t("pictureTitle", { place: this.place.name }), this.now.edges.slice(0, PAGE));
  }

  /** Everything that fits, at the weights of now, as rows: titles first. */
  async table() {
    const names = this.blocks.map((block) => block.name);
    const rows = [[t("rank"), t("score"), "id", word("PROJECT"), t("byTrack"), t("origin"), t("byStage"), t("byLevel"), ...(this.talks ? [t("talks")] : []), ...this.blocks.map((each) => each.description), t("why")]];
    let after = null;
    do {
      const data = await ask("place-list", { id, filter: filterOf(this.state), options: optionsOf(this.state), first: 100, after });
      const ranked = data.place.rankedProjects;
      for (const { rank, score, contributions, node } of ranked.edges) {
        const points = new Map(contributions.map((each) => [each.block, each.points]));
        const why = contributions.filter((each) => each.block !== "baseline" && each.points > 0).sort((a, b) => b.points - a.points).slice(0, 3);
        rows.push([
          rank, score, node.id, node.name, joined(node.tracks.map((each) => each.name)), node.origin?.name, word(node.fundingStage),
          word(node.technologyLevel), ...(this.talks ? [talkStage(this.talks.get(node.id)?.stage) ?? ""] : []),
          ...names.map((name) => points.get(name) ?? ""), why.map((each) => each.reason).join(" "),
        ]);
      }
      after = ranked.pageInfo.hasNextPage && rows.length < MOST_EXPORTED ? ranked.pageInfo.endCursor : null;
    } while (after);
    return rows;
  }
}
