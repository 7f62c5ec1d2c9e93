// How projects or tracks fit all places, in one picture: alike beside alike, each field with its reasons.

import { ask } from "../frame/api.js";
import { link, parameters, write } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, problemState, titled } from "../frame/frame.js";
import { HeatPicture } from "./picture.js";
import {
  allReasons,
  contributionBar,
  learnBlocks,
  littleText,
  metaLine,
  projectName,
  reasons,
  scoreFigure,
} from "../frame/parts.js";
import { scoreLegend } from "../plan/colours.js";
import { saveButtons, saveCsv, savePng, saveSvg, saveXlsx, script } from "../plan/files.js";
import { poolChoices, poolControls, poolFilter, readPool, select } from "../pool/pool.js";
import "../pool/texts.js";
import { number, score, t } from "../frame/texts.js";

const SIZES = ["50", "100", "300"];
const TABLE_ROWS = 50;
const MOST_PLACES = 300;

page(async (root) => {
  const [places, choices] = await Promise.all([everyPlace(), poolChoices(), script("/assets/d3.js").catch(() => null)]);
  titled(t("heatTitle"));
  if (!places.length) return void fill(root, h("h1", {}, t("heatTitle")), emptyState(t("noPlaces"), t("noPlacesHelp")));
  await new HeatPage(root, places, choices).show();
});

async function everyPlace() {
  const found = new Map();
  let after = null;
  do {
    const { industryPriorities } = await ask("heat-places", { after });
    for (const { node } of industryPriorities.edges) if (node.place) found.set(node.place.id, node.place);
    after = industryPriorities.pageInfo.hasNextPage ? industryPriorities.pageInfo.endCursor : null;
  } while (after);
  return [...found.values()];
}

class HeatPage {
  constructor(root, places, choices) {
    Object.assign(this, { root, places, choices });
    addEventListener("popstate", () => this.show());
  }

  async show() {
    const asked = parameters();
    this.pool = readPool();
    this.by = SIZES.includes(asked.get("show")) ? asked.get("show") : asked.get("show") === "tracks" ? "tracks" : "50";
    this.order = ["name", "score"].includes(asked.get("order")) ? asked.get("order") : "likeness";
    this.lead = h("p", { class: "lead" }, "…");
    this.picture = h("div", { class: "card picture-box" });
    this.side = h("aside", { class: "card picked", "aria-live": "polite" }, h("p", { class: "help" }, t("pickCell")));
    this.table = h("details", { class: "card" }, h("summary", {}, t("asTable")));
    const shown = [
      ["50", t("bestProjects", { count: 50 })],
      ["100", t("bestProjects", { count: 100 })],
      ["300", t("bestProjects", { count: 300 })],
      ["tracks", t("tracksChoice")],
    ];
    const change = (name) => (value) => {
      write({ [name]: value, cell: null }, { push: true });
      this[name === "show" ? "by" : name] = value;
      this.load();
    };
    fill(
      this.root,
      h("div", { class: "title" }, h("h1", {}, t("heatTitle")), this.lead),
      h(
        "div",
        { class: "controls" },
        select("show", t("show"), shown, this.by, change("show")),
        select(
          "order",
          t("order"),
          [
            ["likeness", t("byLikeness")],
            ["score", t("byScore")],
            ["name", t("byName")],
          ],
          this.order,
          change("order"),
        ),
        poolControls(this.choices, this.pool, () => this.load()),
      ),
      h("div", { class: "with-side" }, this.picture, this.side),
      this.table,
    );
    await this.load();
  }

  async load() {
    const places = this.places.slice(0, MOST_PLACES).map((each) => each.id);
    const filter = poolFilter(this.pool);
    try {
      const { fitMatrix } =
        this.by === "tracks"
          ? await ask("heat-tracks", { places, tracks: this.choices.tracks.map((each) => each.id), filter })
          : await ask("heat-projects", { places, best: Number(this.by), filter });
      this.arrange(fitMatrix);
      this.draw();
    } catch (problem) {
      fill(
        this.picture,
        problemState(problem, () => this.load()),
      );
    }
  }

  /** Lines of the picture in the order asked for: the API's columns become rows, so that long names lie. */
  arrange(matrix) {
    const cells = matrix.rows.map(
      (row) => row.cells?.map((cell) => [cell.score, cell.count]) ?? row.scores.map((value) => [value, 1]),
    );
    const best = (column) => Math.max(...cells.map((line) => line[column][0]));
    const orders = {
      likeness: () => [matrix.columnOrder, matrix.rowOrder],
      name: () => [byName(matrix.columns), byName(matrix.rows.map((row) => row.place))],
      score: () => [
        matrix.columns.map((_, at) => at).sort((a, b) => best(b) - best(a)),
        matrix.rows
          .map((_, at) => at)
          .sort(
            (a, b) => Math.max(...cells[b].map(([value]) => value)) - Math.max(...cells[a].map(([value]) => value)),
          ),
      ],
    };
    const [rows, columns] = orders[this.order]();
    const counted = rows.filter((row) => cells.some((line) => line[row][1]));
    this.rows = counted.map((at) => matrix.columns[at]);
    this.columns = columns.map((at) => matrix.rows[at].place);
    this.value = (row, column) => {
      const [value, count] = cells[columns[column]][counted[row]];
      return count ? value : null;
    };
    this.count = (row, column) => cells[columns[column]][counted[row]][1];
  }

  says(row, column) {
    const value = this.value(row, column);
    const said = t("cellSays", {
      row: this.rows[row].name,
      place: this.columns[column].name,
      score: value === null ? t("noneInTrack") : score(value),
    });
    return this.by === "tracks" && value !== null
      ? `${said} (${t("cellCount", { count: this.count(row, column) })})`
      : said;
  }

  draw() {
    const { rows, columns } = this;
    const what = t(this.by === "tracks" ? "heatTracks" : "heatProjects", { count: number(rows.length) });
    fill(
      this.lead,
      t("heatLead", { columns: what, places: number(columns.length) }),
      this.places.length > MOST_PLACES
        ? ` ${t("tooMany", { shown: MOST_PLACES, total: number(this.places.length) })}`
        : "",
    );
    if (!rows.length || !columns.length) {
      fill(this.table, h("summary", {}, t("asTable")));
      return void fill(this.picture, emptyState(t("noMatrix"), t("nothingFitsHelp")));
    }
    this.tabulate();
    const name = `${t("heatTitle")} ${what}`;
    const table = () => [
      [t(this.by === "tracks" ? "track" : "project"), "id", ...columns.map((each) => each.name)],
      ...rows.map((row, at) => [row.name, row.id, ...columns.map((_, column) => this.value(at, column) ?? "")]),
    ];
    const saves = { downloadXlsx: () => saveXlsx(name, table()), downloadCsv: () => saveCsv(name, table()) };
    if (!window.d3) {
      this.table.open = true;
      return void fill(this.picture, h("p", {}, t("chartMissing")), saveButtons(saves));
    }
    const picture = new HeatPicture({
      rows,
      columns,
      value: this.value,
      says: (...field) => this.says(...field),
      chosen: (...field) => this.choose(...field),
    });
    fill(
      this.picture,
      h(
        "div",
        { class: "picture-head" },
        scoreLegend(h, t),
        saveButtons({
          ...saves,
          downloadPng: () => savePng(name, picture.canvas),
          downloadSvg: () => saveSvg(name, picture.svg()),
        }),
      ),
      picture.element,
      h("p", { class: "help" }, t("heatHelp")),
    );
    this.shown = picture;
    this.restore();
  }

  /** The field that the address names is chosen again. */
  restore() {
    const [line, place] = (parameters().get("cell") ?? "").split(",");
    const row = this.rows.findIndex((each) => each.id === line);
    const column = this.columns.findIndex((each) => each.id === place);
    if (row < 0 || column < 0) return void fill(this.side, h("p", { class: "help" }, t("pickCell")));
    this.shown.at = [row, column];
    this.shown.draw();
    this.choose(row, column);
  }

  async choose(row, column) {
    const line = this.rows[row];
    const place = this.columns[column];
    write({ cell: `${line.id},${place.id}` });
    if (this.by === "tracks") return this.showTrack(row, column, line, place);
    this.wanted = `${line.id},${place.id}`;
    try {
      const data = await ask("heat-fit", { project: line.id, place: place.id });
      if (this.wanted !== `${line.id},${place.id}`) return;
      learnBlocks(data.capabilities.model?.blocks ?? []);
      const { project, fit } = data;
      if (!project || !fit) throw Object.assign(new Error(), { code: "NOT_FOUND" });
      const held = fit.gates.filter((gate) => !gate.passed);
      fill(
        this.side,
        h("div", { class: "picked-head" }, h("h2", {}, projectName(project)), scoreFigure(fit.score, fit.band)),
        metaLine(project),
        project.summary && h("p", { class: "prose" }, project.summary),
        contributionBar(fit.contributions, fit.score),
        reasons(fit, 4),
        littleText(fit),
        allReasons(fit, false),
        held.length
          ? h(
              "div",
              {},
              h("h3", {}, t("heldBack")),
              h(
                "ul",
                {},
                held.map((gate) => h("li", {}, gate.reason)),
              ),
            )
          : h("p", { class: "help" }, t("passesGates")),
        h("p", {}, h("a", { href: link(`/places/${place.id}`) }, t("openPlace", { place: place.name }))),
      );
    } catch (problem) {
      fill(
        this.side,
        problemState(problem, () => this.choose(row, column)),
      );
    }
  }

  showTrack(row, column, track, place) {
    const value = this.value(row, column);
    const path = link(`/places/${place.id}`);
    fill(
      this.side,
      h("div", { class: "picked-head" }, h("h2", {}, track.name), value !== null && scoreFigure(value)),
      h(
        "p",
        { class: "meta" },
        h("span", {}, place.name),
        h("span", {}, value === null ? t("noneInTrack") : t("cellCount", { count: this.count(row, column) })),
      ),
      h(
        "p",
        {},
        h(
          "a",
          { href: `${path}${path.includes("?") ? "&" : "?"}track=${track.id}` },
          t("withTrack", { place: place.name, track: track.name }),
        ),
      ),
    );
  }

  tabulate() {
    const { rows, columns } = this;
    const shown = Math.min(rows.length, TABLE_ROWS);
    fill(
      this.table,
      h("summary", {}, t("asTable")),
      shown < rows.length && h("p", { class: "help" }, t("tableFirst", { count: shown })),
      h(
        "div",
        { class: "scrolled", tabindex: "0", role: "region", "aria-label": t("asTable") },
        h(
          "table",
          { class: "numbers" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              h("th", { scope: "col" }, t(this.by === "tracks" ? "track" : "project")),
              columns.map((each) => h("th", { scope: "col" }, each.name)),
            ),
          ),
          h(
            "tbody",
            {},
            rows.slice(0, shown).map((row, at) =>
              h(
                "tr",
                {},
                h("th", { scope: "row" }, this.by === "tracks" ? row.name : projectName(row)),
                columns.map((_, column) => h("td", { class: "figure" }, this.cellButton(at, column))),
              ),
            ),
          ),
        ),
      ),
    );
  }

  cellButton(row, column) {
    const value = this.value(row, column);
    if (value === null) return "–";
    return h(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-label": this.says(row, column),
        onclick: () => (this.shown ? this.shown.choose([row, column]) : this.choose(row, column)),
      },
      score(value),
    );
  }
}

const byName = (things) => things.map((_, at) => at).sort((a, b) => things[a].name.localeCompare(things[b].name));
