// A list of records: found as one types, narrowed by filters with counts, sorted; the address restores all of it.

import { STAFF, ask, currentViewer, latest } from "../frame/api.js";
import { link } from "../frame/address.js";
import { announce, fill, h } from "../frame/dom.js";
import { emptyState } from "../frame/frame.js";
import { loadPanel } from "../frame/panel.js";
import { cards } from "./cards.js";
import { filters } from "./filters.js";
import { onKeys } from "./keys.js";
import { columnChoice, table } from "./table.js";
import { countVariables, isNarrowed, writeView, listVariables, readView } from "./view.js";
import "./texts.js";
import { number, t } from "../frame/texts.js";

const TYPING = 200; // milliseconds after the last key until the list is asked for

/** The list of an `entity` in `root`. */
export class RecordList {
  constructor(root, entity) {
    Object.assign(this, { root, entity });
    this.reload = latest(() => this.loadAll());
    addEventListener("popstate", () => this.show());
    onKeys(
      () => this.results,
      () => this.field,
    );
  }

  async show() {
    const { entity } = this;
    this.view = readView(entity);
    this.results = h("div", { class: "record-results" });
    this.filterBox = h("div", { class: "inner" });
    this.head = h("p", { class: "count", "aria-live": "polite" });
    this.tools = h("div", { class: "actions" });
    this.exchange = h("span", { class: "exchange" });
    fill(
      this.root,
      h(
        "div",
        { class: entity.counts ? "columns records" : "columns records whole" },
        entity.counts &&
          h(
            "details",
            { class: "side filters", open: matchMedia("(min-width: 62rem)").matches },
            h("summary", {}, t("filters")),
            this.filterBox,
          ),
        h(
          "div",
          { class: "middle-column" },
          this.search(),
          h("div", { class: "list-head" }, this.head, this.exchange, this.tools),
          this.results,
        ),
      ),
    );
    this.drawTools();
    this.linkJobs();
    await this.loadAll();
  }

  /** Exports, and imports for those who may, are jobs. */
  async linkJobs() {
    const { role } = await currentViewer().catch(() => ({ role: "PUBLIC" }));
    if (role === "PUBLIC") return;
    fill(this.exchange, h("a", { href: link("/jobs") }, t(STAFF.has(role) ? "exportAndImport" : "exportList")));
  }

  search() {
    this.field = h("input", {
      type: "search",
      id: "record-search",
      value: this.view.q,
      autocomplete: "off",
      oninput: () => {
        clearTimeout(this.typing);
        this.typing = setTimeout(() => this.change({ q: this.field.value.trim() }), TYPING);
      },
    });
    return h(
      "form",
      { class: "search", role: "search", onsubmit: (event) => event.preventDefault() },
      h("label", { for: "record-search" }, t("recordSearch")),
      this.field,
      h("p", { class: "help keys" }, t("recordKeys")),
    );
  }

  drawTools() {
    const { view, entity } = this;
    const button = (name) =>
      h(
        "button",
        {
          type: "button",
          data: { view: name },
          "aria-pressed": String((view.cards ? "cards" : "table") === name),
          onclick: () => {
            this.view.cards = name === "cards";
            writeView(entity, this.view, true);
            this.drawTools();
            this.draw();
            this.tools.querySelector("[aria-pressed=true]").focus();
          },
        },
        t(`view_${name}`),
      );
    fill(
      this.tools,
      h("div", { class: "segmented", role: "group", "aria-label": t("viewAs") }, button("table"), button("cards")),
      !view.cards &&
        columnChoice(entity, view, () => {
          writeView(entity, view);
          this.draw();
        }),
    );
  }

  /** Take other choices, from the first page on. */
  change(choices, { push = false, focus } = {}) {
    Object.assign(this.view, { after: null, before: null }, choices);
    writeView(this.entity, this.view, push);
    return this.reload().then(() => focus && this.root.querySelector(focus)?.focus());
  }

  loadAll() {
    return Promise.all([
      loadPanel(this.results, () => this.load(), { lines: 14 }),
      this.entity.counts && loadPanel(this.filterBox, () => this.count(), { lines: 10 }),
    ]);
  }

  async load() {
    const { list } = await ask(`list-${this.entity.name}`, listVariables(this.entity, this.view));
    this.list = list;
    this.head.textContent = t("recordCount", { count: number(list.totalCount) });
    this.draw();
  }

  async count() {
    const counts = await ask(`count-${this.entity.name}`, countVariables(this.entity, this.view));
    const change = (choices, focus) => this.change(choices, { push: true, focus });
    fill(this.filterBox, filters(this.entity, this.view, counts, change));
  }

  draw() {
    const { entity, view, list } = this;
    const nodes = list.edges.map((edge) => edge.node);
    if (!nodes.length) {
      const clear = () => {
        this.field.value = "";
        this.change({ q: "", chosen: {} }, { push: true, focus: "#record-search" });
      };
      announce(t("recordNone"));
      const button = h("button", { type: "button", class: "primary", onclick: clear }, t("recordClear"));
      const empty = isNarrowed(view) ? emptyState(t("recordNone"), t("recordNoneHelp"), button) : null;
      return void fill(this.results, empty ?? emptyState(t("recordEmpty"), t("recordEmptyHelp")));
    }
    const sort = (order, focus) => this.change({ order }, { push: true, focus });
    fill(this.results, view.cards ? cards(entity, nodes) : table(entity, view, nodes, sort), this.pages());
  }

  /** To the pages before and after. */
  pages() {
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = this.list.pageInfo;
    const turn = (choices) => () =>
      this.change(choices, { push: true }).then(() => {
        document.getElementById("main").focus({ preventScroll: true });
        this.head.scrollIntoView({ block: "nearest" });
      });
    return h(
      "p",
      { class: "actions pages" },
      h(
        "button",
        { type: "button", disabled: !hasPreviousPage, onclick: turn({ before: startCursor }) },
        t("previousPage"),
      ),
      h("button", { type: "button", disabled: !hasNextPage, onclick: turn({ after: endCursor }) }, t("nextPage")),
    );
  }
}
