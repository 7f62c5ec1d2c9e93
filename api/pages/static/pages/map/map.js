// The pool as points by their texts: what lies together is alike. An area selected becomes a list.

import { ask, once } from "../frame/api.js";
import { parameters, write } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, titled } from "../frame/frame.js";
import { loadPanel } from "../frame/panel.js";
import { mapSvg } from "./drawing.js";
import { MapPicture } from "./picture.js";
import { isKnown, pointColour, records, showSelection } from "./selection.js";
import { onScheme, trackColour, TRACK_COLOURS } from "../plan/colours.js";
import { saveButtons, savePng, saveSvg, script } from "../plan/files.js";
import { placesWithPriorities, poolChoices, poolControls, poolFilter, readPool, select } from "../pool/pool.js";
import { scoreLegend } from "../pool/scale.js";
import "../pool/texts.js";
import { number, score, t } from "../frame/texts.js";

page(async (root) => {
  titled(t("mapTitle"));
  await new MapPage(root).show();
});

class MapPage {
  constructor(root) {
    this.root = root;
    this.choices = once(poolChoices);
    this.places = once(placesWithPriorities);
    addEventListener("popstate", () => this.show());
    onScheme(() => this.data && this.legend());
  }

  async show() {
    const asked = parameters();
    this.pool = readPool();
    this.place = asked.get("place") ?? "";
    this.mode = asked.get("drag") === "move" ? "move" : "select";
    this.lead = h("p", { class: "lead" }, "…");
    this.picture = h("div", { class: "card picture-box" });
    this.side = h("aside", { class: "card picked" }, h("p", { class: "help" }, t("nothingSelected")));
    const controls = h("div", { class: "controls" });
    fill(
      this.root,
      h("div", { class: "title" }, h("h1", {}, t("mapTitle")), this.lead),
      controls,
      h("div", { class: "with-side" }, this.picture, this.side),
    );
    await Promise.all([loadPanel(controls, () => this.controls(controls), { lines: 0 }), this.load()]);
  }

  async controls(box) {
    const [choices, places] = await Promise.all([this.choices(), this.places()]);
    const sorted = [...places].sort((a, b) => a.name.localeCompare(b.name));
    const colours = [["", t("colourTrack")], ...sorted.map((each) => [each.id, t("colourFit", { place: each.name })])];
    const recolour = (value) => {
      this.place = value;
      write({ place: value || null }, { push: true });
      this.load();
    };
    fill(
      box,
      select("place", t("colourBy"), colours, this.place, recolour),
      poolControls(choices, this.pool, () => (write({ area: null }), this.load())),
    );
  }

  load() {
    return loadPanel(this.picture, async () => {
      const [{ projectMap }] = await Promise.all([
        ask("pool-map", { filter: poolFilter(this.pool), place: this.place || null }),
        script("/assets/d3.js").catch(() => null),
      ]);
      this.data = projectMap;
      this.draw();
    });
  }

  colours() {
    const { score: scores, track, projectIds } = this.data;
    if (!scores) return projectIds.map((_, at) => trackColour(track[at]));
    return scores.map((value) => pointColour(2.5 * Math.round(value / 2.5))); // few colours: few paths to draw
  }

  draw() {
    const { data } = this;
    fill(this.lead, t("mapLead", { count: number(data.totalCount) }), data.method === "PCA" ? ` ${t("mapPca")}` : "");
    if (!data.projectIds.length) return void fill(this.picture, emptyState(t("nothingFits"), t("nothingFitsHelp")));
    if (!window.d3) {
      fill(this.picture, h("p", {}, t("chartMissing")));
      return void this.choose(
        data.projectIds.map((_, at) => at),
        null,
      );
    }
    this.shown = new MapPicture({
      x: data.x,
      y: data.y,
      mode: this.mode,
      colours: () => this.colours(),
      selected: (indices, frame) => this.choose(indices, frame),
      named: (at) => this.name(at),
    });
    this.shown.element.classList.toggle("moving", this.mode === "move");
    const name = t("mapTitle");
    const button = (text, label, run) =>
      h("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick: run }, text);
    this.key = h("div");
    fill(
      this.picture,
      h(
        "div",
        { class: "picture-head" },
        h(
          "div",
          { class: "actions" },
          h(
            "div",
            { class: "segmented", role: "group", "aria-label": t("mode") },
            ["select", "move"].map((mode) => this.modeButton(mode)),
          ),
          button("+", t("zoomIn"), () => this.shown.scale(1.6)),
          button("−", t("zoomOut"), () => this.shown.scale(1 / 1.6)),
          h("button", { type: "button", class: "quiet", onclick: () => this.shown.whole() }, t("showAll")),
        ),
        saveButtons({
          downloadPng: () => savePng(name, this.shown.canvas),
          downloadSvg: () => saveSvg(name, mapSvg(this.shown, this.entries())),
        }),
      ),
      this.shown.element,
      this.key,
      h("p", { class: "help" }, t("mapHelp")),
    );
    this.legend();
    this.restore();
  }

  modeButton(mode) {
    const button = h(
      "button",
      {
        type: "button",
        "aria-pressed": String(this.mode === mode),
        data: { mode },
        onclick: () => {
          this.mode = this.shown.mode = mode;
          write({ drag: mode === "move" ? mode : null });
          this.shown.element.classList.toggle("moving", mode === "move");
          for (const each of button.parentElement.children)
            each.setAttribute("aria-pressed", String(each.dataset.mode === mode));
        },
      },
      t(mode === "select" ? "modeSelect" : "modeMove"),
    );
    return button;
  }

  /** Groups of one colour: tracks by number, the small ones together, and those without. */
  groups() {
    const { tracks, track } = this.data;
    const members = new Map();
    track.forEach((position, at) => {
      const key = position === null ? "none" : position < TRACK_COLOURS ? position : "other";
      if (!members.has(key)) members.set(key, []);
      members.get(key).push(at);
    });
    const names = (key) =>
      key === "none" ? t("noTrack") : key === "other" ? t("otherTracks") : (tracks[key]?.name ?? t("noTrack"));
    return [...members]
      .sort((a, b) => b[1].length - a[1].length)
      .map(([key, indices]) => ({
        key,
        name: names(key),
        indices,
        colour: trackColour(typeof key === "number" ? key : null),
      }));
  }

  entries() {
    return this.data.score
      ? [
          [pointColour(20), `20 ${t("low")}`],
          [pointColour(50), `50 ${t("neutral")}`],
          [pointColour(80), `80 ${t("high")}`],
        ]
      : this.groups().map((each) => [each.colour, each.name]);
  }

  legend() {
    if (!this.key) return;
    if (this.data.score) return void fill(this.key, scoreLegend(true));
    fill(
      this.key,
      h(
        "ul",
        { class: "key" },
        this.groups().map(({ name, indices, colour }) =>
          h(
            "li",
            {},
            h(
              "button",
              {
                type: "button",
                class: "quiet",
                title: t("selectColour", { name }),
                onclick: () => this.shown.take(indices, null),
              },
              h("span", { class: "dot", style: { background: colour }, "aria-hidden": "true" }),
              name,
              h("span", { class: "figure" }, number(indices.length)),
            ),
          ),
        ),
      ),
    );
  }

  restore() {
    const area = (parameters().get("area") ?? "").split(",").map(Number);
    if (area.length === 4 && area.every(Number.isFinite)) this.shown.select(area);
    else this.choose(null, null);
  }

  async name(at) {
    await new Promise((done) => setTimeout(done, isKnown(this.data.projectIds[at]) ? 0 : 120));
    if (this.shown.pointed !== at) return null;
    const [node] = await records([this.data.projectIds[at]]).catch(() => []);
    return node && (this.data.score ? `${node.name} · ${score(this.data.score[at])}` : node.name);
  }

  choose(indices, frame) {
    write({ area: frame ? frame.map((each) => each.toFixed(3)).join(",") : null });
    if (!indices) return void fill(this.side, h("p", { class: "help" }, t("nothingSelected")));
    showSelection(this.side, this.data, indices, () => this.shown?.take(null, null));
  }
}
