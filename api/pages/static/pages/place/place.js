// One place: what it wants, the projects that fit, and what would change with other weights.

import { ask, STAFF, whoAsks } from "../frame/api.js";
import { link } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, problemState, titled } from "../frame/frame.js";
import { learnBlocks, legend, listNotice } from "../frame/parts.js";
import { asked } from "./asked.js";
import { filters } from "./facets.js";
import { RankedList, sideBySide } from "./list.js";
import { PlaceLists } from "./lists.js";
import { panel } from "./panel.js";
import { rastered } from "./picture.js";
import { readScenarios, scenarioList, weightsOf } from "./scenarios.js";
import { FACETS, filterOf, isWhatIf, keep, MOST_COMPARED, PAGE, read, takePool } from "./state.js";
import { picture, readAll, table } from "./table.js";
import { drawWhatIf } from "./what-if.js";
import { applyScenario } from "./writing.js";
import { saveButtons, saveCsv, savePng, saveSvg, saveXlsx } from "../plan/files.js";
import { joined, language, number, t, word } from "../frame/texts.js";

const id = decodeURIComponent(location.pathname.split("/").pop());

page(async (root) => {
  const state = read();
  const viewer = await whoAsks();
  const maySave = STAFF.has(viewer.role) || (viewer.role === "PLANNER" && viewer.subject?.id === id);
  const [data, answers, talks, scenarios] = await Promise.all([
    ask("place", { id }),
    maySave ? readAll(id, "place-talks", "interests") : null,
    maySave ? readAll(id, "place-matches", "matches") : null,
    readScenarios(id),
  ]);
  const { place } = data;
  if (!place) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  titled(place.name);
  const blocks = data.capabilities.model?.blocks ?? [];
  learnBlocks(blocks);
  const editions = data.editions.edges.map((edge) => edge.node).filter((each) => each.projects.totalCount);
  await new PlacePage(root, { place, blocks, editions, viewer, maySave, answers, talks, scenarios, state }).show();
});

class PlacePage extends PlaceLists {
  constructor(root, given) {
    super(given);
    this.root = root;
    this.names = new Map();
    this.list = new RankedList();
    // What the place wants belongs on paper too, also where the panel is closed on the screen.
    addEventListener("beforeprint", () => {
      fill(this.paper, this.printed());
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
    this.beside = h(
      "details",
      { class: "side filters", open: wide && !this.state.compare },
      h("summary", {}, t("filters")),
      (this.filters = h("div", { class: "inner" })),
    );
    this.panel = h("div", { class: "inner" });
    this.whatIf = h("section", { class: "what-if", "aria-label": t("whatIf"), hidden: true });
    this.head = h("p", { class: "count", "aria-live": "polite" });
    this.paper = h("p", { class: "on-paper" });
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
          h(
            "a",
            { href: `${link("/map")}${link("/map").includes("?") ? "&" : "?"}place=${id}` },
            t("seeMap", { place: place.name }),
          ),
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
              downloadCsv: () => table(this).then((rows) => saveCsv(place.name, rows)),
              xlsx: () => table(this).then((rows) => saveXlsx(place.name, rows)),
              svg: () => saveSvg(place.name, picture(this)),
              downloadPng: async () => savePng(place.name, await rastered(picture(this))),
              report: () => print(),
            }),
          ),
          this.head,
          this.paper,
          (this.askedBox = h("div", { class: "asked-box" })),
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
      filters(projectFacets, this.editions, this.state, this.names, () =>
        this.refilter(true).catch((problem) => this.fail(problem)),
      ),
    );
    if (focused.facet)
      this.filters.querySelector(`[data-facet="${focused.facet}"][data-value="${CSS.escape(focused.value)}"]`)?.focus();
  }

  /** What a sheet of paper has to say of itself: of which day, and of which part of the pool. */
  printed() {
    const { state } = this;
    const edition = this.editions.find((each) => each.id === state.edition)?.name;
    const words = joined([
      state.q && `“${state.q}”`,
      edition,
      ...FACETS.flatMap((name) => state[name]).map((value) => this.names.get(value) ?? word(value)),
    ]);
    const date = new Date().toLocaleDateString(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "long" });
    return [t("printed", { date }), words && ` · ${t("filters")}: ${words}`];
  }

  isNarrowed() {
    return FACETS.some((name) => this.state[name].length) || Boolean(this.state.q || this.state.edition);
  }

  chosen() {
    return this.isNarrowed() ? h("p", { class: "actions" }, this.clearButton("quiet", "clearAll")) : null;
  }

  /** Looks at the whole pool again. */
  clearButton(look = "primary", name = "wholePool") {
    const clear = () => {
      Object.assign(this.state, Object.fromEntries(FACETS.map((facet) => [facet, []])), { q: "", edition: null });
      const focusPool = () => {
        this.filters.querySelector("#pool-search")?.focus({ preventScroll: true });
        if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
      };
      this.refilter(true).then(focusPool, (problem) => this.fail(problem));
    };
    return h("button", { type: "button", class: look, onclick: clear }, t(name));
  }

  fail(problem) {
    if (problem.code === "UNAUTHENTICATED") return location.reload(); // shows what the public sees, and says why
    fill(
      this.body,
      problemState(problem, () => this.ask()),
    );
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
      fill(
        this.panel,
        (this.scenarioBox = h("div")),
        panel(this.place, counts, state, () => this.moved()),
      );
      this.drawScenarios();
    }
    fill(
      this.head,
      t("count", { total: number(now.totalCount) }),
      now.gatedCount ? ` · ${t("held", { gated: number(now.gatedCount) })}` : "",
    );
    drawWhatIf(this, scenario);
    if (!state.only) this.asked = now.coverage ?? this.asked;
    fill(
      this.askedBox,
      asked(this.asked ?? [], state.only, (only) => this.showOnly(only)),
      listNotice(now),
    );
    if (!now.edges.length) {
      fill(this.legend);
      const narrowed = this.isNarrowed();
      fill(
        this.body,
        narrowed
          ? emptyState(t("nothingFits"), t("nothingFitsHelp"), this.clearButton())
          : emptyState(t("noProjects"), t("noProjectsHelp")),
      );
      return;
    }
    fill(this.legend, legend(now.edges));
    if (comparing) {
      const lists = compared.map((each) => ({ name: each.name, edges: this.compared.get(each.id) ?? [] }));
      if (scenario) lists.unshift({ name: t("scenario"), edges: now.edges });
      fill(this.body, sideBySide(this.today, lists, state.size));
      return;
    }
    this.drawList(scenario);
    if (this.list.element.parentElement !== this.body) fill(this.body, this.list.element);
    this.body.querySelector(".show-more")?.remove();
    if (now.pageInfo.hasNextPage && state.size < MOST_COMPARED) {
      const more = () => {
        state.size += PAGE;
        keep(state);
        this.update();
      };
      this.body.append(
        h("p", { class: "actions show-more" }, h("button", { type: "button", onclick: more }, t("showMore"))),
      );
    }
  }

  /** The list for one of the things asked for, or for all. */
  showOnly(only) {
    this.state.only = only;
    keep(this.state, true);
    this.today = null;
    this.update();
  }

  /** The list alone, against today's where there is a `scenario`. */
  drawList(scenario) {
    const answered = (project, answer) => (answer ? this.answers.set(project, answer) : this.answers.delete(project));
    this.list.draw(this.now.edges, {
      today: scenario ? this.today : null,
      answers: this.answers,
      talks: this.talks,
      subject: id,
      answered,
    });
  }

  drawScenarios() {
    fill(
      this.scenarioBox,
      (this.scenarios.length > 0 || this.maySave) &&
        scenarioList({
          scenarios: this.scenarios,
          state: this.state,
          maySave: this.maySave,
          open: (scenario) => this.open(scenario),
          apply: (scenario) => applyScenario(this, scenario),
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
}
