// How projects or tracks fit all places, in one picture: alike beside alike, each field with its reasons.

import { ask, once } from "../frame/api.js";
import { parameters, write } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, titled } from "../frame/frame.js";
import { loadPanel } from "../frame/panel.js";
import { saveButtons, saveCsv, savePng, saveSvg, saveXlsx, script } from "../plan/files.js";
import { placesWithPriorities, poolChoices, poolControls, poolFilter, readPool, select } from "../pool/pool.js";
import { scoreLegend } from "../pool/scale.js";
import "../pool/texts.js";
import { showFit, showTrack } from "./chosen.js";
import { arranged } from "./matrix.js";
import { HeatPicture } from "./picture.js";
import { heatSvg } from "./svg.js";
import { fillTable, rowsOf } from "./table.js";
import { number, t } from "../frame/texts.js";

const SIZES = ["50", "100", "300"];
const MOST_PLACES = 300;

page(async (root) => {
  titled(t("heatTitle"));
  await new HeatPage(root).show();
});

class HeatPage {
  constructor(root) {
    this.root = root;
    this.choices = once(poolChoices);
    this.places = once(placesWithPriorities);
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
    const narrow = h("div", { class: "controls" });
    fill(
      this.root,
      h("div", { class: "title" }, h("h1", {}, t("heatTitle")), this.lead),
      h("div", { class: "controls" }, this.controls(), narrow),
      h("div", { class: "with-side" }, this.picture, this.side),
      this.table,
    );
    const choose = async () =>
      fill(
        narrow,
        poolControls(await this.choices(), this.pool, () => this.load()),
      );
    await Promise.all([loadPanel(narrow, choose, { lines: 0 }), this.load()]);
  }

  controls() {
    const change = (name) => (value) => {
      write({ [name]: value, cell: null }, { push: true });
      this[name === "show" ? "by" : name] = value;
      this.load();
    };
    const shown = [...SIZES.map((count) => [count, t("bestProjects", { count })]), ["tracks", t("tracksChoice")]];
    const orders = [
      ["likeness", t("byLikeness")],
      ["score", t("byScore")],
      ["name", t("byName")],
    ];
    return [
      select("show", t("show"), shown, this.by, change("show")),
      select("order", t("order"), orders, this.order, change("order")),
    ];
  }

  load() {
    return loadPanel(this.picture, async () => {
      const [places] = await Promise.all([this.places(), script("/assets/d3.js").catch(() => null)]);
      if (!places.length) return void fill(this.picture, emptyState(t("noPlaces"), t("noPlacesHelp")));
      const shown = places.slice(0, MOST_PLACES).map((each) => each.id);
      const filter = poolFilter(this.pool);
      const { fitMatrix } =
        this.by === "tracks"
          ? await ask("heat-tracks", {
              places: shown,
              tracks: (await this.choices()).tracks.map((each) => each.id),
              filter,
            })
          : await ask("heat-projects", { places: shown, best: Number(this.by), filter });
      this.matrix = arranged(fitMatrix, this.order, this.by === "tracks");
      this.draw(places.length);
    });
  }

  draw(places) {
    const { rows, columns } = this.matrix;
    const what = t(this.by === "tracks" ? "heatTracks" : "heatProjects", { count: number(rows.length) });
    fill(
      this.lead,
      t("heatLead", { columns: what, places: number(columns.length) }),
      places > MOST_PLACES ? ` ${t("tooMany", { shown: MOST_PLACES, total: number(places) })}` : "",
    );
    if (!rows.length || !columns.length) {
      fill(this.table, h("summary", {}, t("asTable")));
      return void fill(this.picture, emptyState(t("noMatrix"), t("nothingFitsHelp")));
    }
    fillTable(this.table, this.matrix, (...field) => (this.shown ? this.shown.choose(field) : this.choose(...field)));
    const name = `${t("heatTitle")} ${what}`;
    const table = () => rowsOf(this.matrix);
    const saves = { downloadXlsx: () => saveXlsx(name, table()), downloadCsv: () => saveCsv(name, table()) };
    if (!window.d3) {
      this.table.open = true;
      return void fill(this.picture, h("p", {}, t("chartMissing")), saveButtons(saves));
    }
    const picture = new HeatPicture({ ...this.matrix, chosen: (...field) => this.choose(...field) });
    fill(
      this.picture,
      h(
        "div",
        { class: "picture-head" },
        scoreLegend(),
        saveButtons({
          ...saves,
          downloadPng: () => savePng(name, picture.canvas),
          downloadSvg: () => saveSvg(name, heatSvg(picture)),
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
    const { rows, columns } = this.matrix;
    const [line, place] = (parameters().get("cell") ?? "").split(",");
    const row = rows.findIndex((each) => each.id === line);
    const column = columns.findIndex((each) => each.id === place);
    if (row < 0 || column < 0) return void fill(this.side, h("p", { class: "help" }, t("pickCell")));
    this.shown.at = [row, column];
    this.shown.draw();
    this.choose(row, column);
  }

  choose(row, column) {
    const { matrix } = this;
    const [line, place] = [matrix.rows[row], matrix.columns[column]];
    write({ cell: `${line.id},${place.id}` });
    if (matrix.ofTracks) {
      showTrack(this.side, line, place, matrix.value(row, column), matrix.count(row, column));
      return;
    }
    this.wanted = `${line.id},${place.id}`;
    const current = () => this.wanted === `${line.id},${place.id}`;
    loadPanel(this.side, () => showFit(this.side, line.id, place, current));
  }
}
