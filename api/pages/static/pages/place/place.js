// One place: what it wants, the projects that fit, and what would change with other weights.

import { ask, STAFF, currentViewer } from "../frame/api.js";
import { fill, h } from "../frame/dom.js";
import { page, problemState, titled } from "../frame/frame.js";
import { loadPanel } from "../frame/panel.js";
import { setModel } from "../frame/bars.js";
import { withoutMark } from "../frame/parts.js";
import { orderSwitch } from "./asked.js";
import { filters } from "./facets.js";
import { middle, title } from "./layout.js";
import { RankedList } from "./list.js";
import { PlaceLists } from "./lists.js";
import { clearButton, isNarrowed, printed } from "./narrowing.js";
import { drawResults } from "./results.js";
import { filterOf, readState, takePool, writeState } from "./state.js";
import { readScenarios, scenarioList, weightsOf } from "./weighing/scenarios.js";
import { weights } from "./weighing/weights.js";
import { t } from "../frame/texts.js";

const id = decodeURIComponent(location.pathname.split("/").pop());

page(async (root) => {
  const state = readState();
  const viewer = await currentViewer();
  const maySave = STAFF.has(viewer.role) || (viewer.role === "PLANNER" && viewer.subject?.id === id);
  const data = await ask("place", { id });
  const { place } = data;
  if (!place) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  titled(place.name);
  const blocks = data.capabilities.model?.blocks ?? [];
  setModel(data.capabilities);
  const editions = data.editions.edges.map((edge) => edge.node).filter((each) => each.projects.totalCount);
  await new PlacePage(root, { place, blocks, editions, maySave, state }).show();
});

class PlacePage extends PlaceLists {
  constructor(root, given) {
    super(given);
    this.root = root;
    this.names = new Map();
    this.list = new RankedList();
    // What the place wants belongs on paper too, also where the panel is closed on the screen.
    addEventListener("beforeprint", () => {
      fill(this.paper, printed(this));
      this.wasOpen = this.panelBox.open;
      this.panelBox.open = true;
    });
    addEventListener("afterprint", () => (this.panelBox.open = this.wasOpen));
    addEventListener("popstate", () => {
      this.state = readState();
      this.show();
    });
  }

  /** Lay the page out, then fill its panels: each loads, fails and is tried again on its own. */
  async show() {
    const wide = matchMedia("(min-width: 62rem)").matches;
    this.beside = h(
      "details",
      { class: "side filters", open: wide && !this.state.compare },
      h("summary", {}, t("filters")),
      (this.filters = h("div", { class: "inner" })),
    );
    this.scenarioBox = h("div");
    this.panel = h("div", { class: "weights" });
    this.panelBox = h(
      "details",
      { class: "side panel", open: wide },
      h("summary", {}, t("weights")),
      h("div", { class: "inner" }, this.scenarioBox, this.panel),
    );
    this.columns = h(
      "div",
      { class: this.state.compare ? "columns comparing" : "columns" },
      this.beside,
      middle(this),
      this.panelBox,
    );
    fill(this.root, title(this), this.columns);
    const scenarios = this.rereadScenarios();
    if (this.state.beside.length) await scenarios;
    await Promise.all([scenarios, this.refilter()]);
  }

  /** Whether the place asks for several things, so that a list can be spread over them. */
  isManifold() {
    return (this.asked ?? [...this.place.priorities, ...this.place.needs.edges]).length > 1;
  }

  /** Whether the list answers each thing asked for in turn, rather than go by the scores alone. */
  isSpread() {
    return !this.state.only && this.state.order !== "score" && this.isManifold();
  }

  /** What the list is and in which order, and the other order to choose. */
  drawHeading() {
    const { only } = this.state;
    const name = only && withoutMark(this.asked?.find((each) => each.aspect === only)?.name ?? "");
    this.heading.textContent = this.isSpread()
      ? t("projectsSpread")
      : name
        ? t("projectsFor", { name })
        : t("projects");
    fill(this.orderBox, !only && this.isManifold() && orderSwitch(this));
  }

  /** Ask again what depends on the pool: facets, today's list, and the list. */
  async refilter(push = false) {
    writeState(this.state, push);
    this.today = null;
    this.compared = new Map();
    await Promise.all([this.loadFilters(), this.ask()]);
  }

  loadFilters() {
    const focused = document.activeElement?.dataset ?? {};
    return loadPanel(this.filters, async () => {
      const { projectFacets } = await ask("place-facets", { filter: filterOf(this.state) });
      fill(
        this.filters,
        isNarrowed(this.state) && h("p", { class: "actions" }, clearButton(this, "quiet", "clearAll")),
        filters(projectFacets, this.editions, this.state, this.names, () => this.refilter(true)),
      );
      if (!focused.facet) return;
      const same = `[data-facet="${focused.facet}"][data-value="${CSS.escape(focused.value)}"]`;
      this.filters.querySelector(same)?.focus();
    });
  }

  /** The list can't be had: say so in its place, and leave everything else as it is. */
  fail(problem) {
    if (problem.code === "UNAUTHENTICATED") return location.reload(); // shows what the public sees, and says why
    if (!problem.code) console.error(problem);
    this.fillWeights();
    fill(
      this.body,
      problemState(problem, () => this.ask()),
    );
  }

  draw() {
    this.fillWeights();
    drawResults(this);
  }

  /** Sliders for what the place wants, and for the blocks that count in the list. */
  fillWeights() {
    if (this.panel.childElementCount) return;
    const counting = new Set(this.now?.edges.flatMap((edge) => edge.contributions.map((each) => each.block)));
    const counts = this.blocks.filter(
      (block) => !counting.size || counting.has(block.name) || this.state.blocks.has(block.name),
    );
    fill(
      this.panel,
      weights(this.place, counts, this.state, () => this.moved()),
    );
  }

  orderBy(order) {
    this.state.order = order;
    writeState(this.state, true);
    this.today = null;
    this.compared = new Map();
    this.update().then(() => this.orderBox.querySelector("[aria-pressed=true]")?.focus());
  }

  /** The list for one of the things asked for, or for all. */
  showOnly(only) {
    this.state.only = only;
    writeState(this.state, true);
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

  /** Read the scenarios, and draw what shows them; without any, nobody else than who may save some sees of it. */
  rereadScenarios() {
    return loadPanel(
      this.scenarioBox,
      async () => {
        this.scenarios = await readScenarios(id);
        this.compared = new Map();
        this.drawScenarios();
        if (this.now) this.draw();
      },
      { lines: 0 },
    );
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
          apply: (scenario) => import("./weighing/writing.js").then((write) => write.applyScenario(this, scenario)),
          compare: () => this.compareSaved(),
          changed: () => this.rereadScenarios(),
        }),
    );
  }

  /** Make a scenario's weights and pool those of the page. */
  async open(scenario) {
    Object.assign(this.state, weightsOf(scenario), { scenario: scenario.id });
    takePool(this.state, scenario.pool);
    this.panel.replaceChildren();
    this.drawScenarios();
    await this.refilter(true);
    document.getElementById("main").focus({ preventScroll: true });
  }

  compareSaved() {
    this.state.compare = this.state.beside.length > 0;
    writeState(this.state);
    this.update();
  }

  /** Browsers refuse an address that is written too often: at once, then once more when the slider rests a moment. */
  remember() {
    clearTimeout(this.keeping);
    const since = performance.now() - (this.kept ?? -1000);
    if (since < 200) return void (this.keeping = setTimeout(() => this.remember(), 200 - since));
    this.kept = performance.now();
    writeState(this.state);
  }

  moved() {
    this.remember();
    this.foresee();
    this.update(true);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.update(false), 250);
  }
}
