// The pool as points by their texts: what lies together is alike. An area selected becomes a list.

import { ask } from "../frame/api.js";
import { parameters, write } from "../frame/address.js";
import { announce, fill, h } from "../frame/dom.js";
import { emptyState, page, problemState, titled } from "../frame/frame.js";
import { MapPicture } from "./picture.js";
import { metaLine, projectName } from "../frame/parts.js";
import { onScheme, rgb, scheme, scoreColour, scoreLegend, trackColour, TRACK_COLOURS } from "../plan/colours.js";
import { saveButtons, saveCsv, savePng, saveSvg, saveXlsx, script } from "../plan/files.js";
import { poolChoices, poolControls, poolFilter, readPool, select } from "../pool/pool.js";
import "../pool/texts.js";
import { joined, number, score, t, word } from "../frame/texts.js";

const pointColour = (value) => rgb(scoreColour(value, scheme(), true));
const LISTED = 50;
const ASKED = 100;

page(async (root) => {
  const [places, choices] = await Promise.all([
    placesWithPriorities(),
    poolChoices(),
    script("/assets/d3.js").catch(() => null),
  ]);
  titled(t("mapTitle"));
  await new MapPage(root, places, choices).show();
});

async function placesWithPriorities() {
  const { industryPriorities } = await ask("heat-places");
  const found = new Map();
  for (const { node } of industryPriorities.edges) if (node.place) found.set(node.place.id, node.place);
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

class MapPage {
  constructor(root, places, choices) {
    Object.assign(this, { root, places, choices });
    this.names = new Map();
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
    const colour = select(
      "place",
      t("colourBy"),
      [["", t("colourTrack")], ...this.places.map((each) => [each.id, t("colourFit", { place: each.name })])],
      this.place,
      (value) => {
        this.place = value;
        write({ place: value || null }, { push: true });
        this.load();
      },
    );
    fill(
      this.root,
      h("div", { class: "title" }, h("h1", {}, t("mapTitle")), this.lead),
      h(
        "div",
        { class: "controls" },
        colour,
        poolControls(this.choices, this.pool, () => (write({ area: null }), this.load())),
      ),
      h("div", { class: "with-side" }, this.picture, this.side),
    );
    await this.load();
  }

  async load() {
    try {
      const { projectMap } = await ask("pool-map", { filter: poolFilter(this.pool), place: this.place || null });
      this.data = projectMap;
      this.draw();
    } catch (problem) {
      fill(
        this.picture,
        problemState(problem, () => this.load()),
      );
    }
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
          downloadSvg: () => saveSvg(name, this.shown.svg(this.entries())),
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
    if (this.data.score) return void fill(this.key, scoreLegend(h, t, true));
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

  /** Records by id, asked for once. */
  async records(ids) {
    const missing = ids.filter((id) => !this.names.has(id));
    for (let from = 0; from < missing.length; from += ASKED) {
      const { nodes } = await ask("map-names", { ids: missing.slice(from, from + ASKED) });
      for (const node of nodes) if (node) this.names.set(node.id, node);
    }
    return ids.map((id) => this.names.get(id)).filter(Boolean);
  }

  async name(at) {
    await new Promise((done) => setTimeout(done, this.names.has(this.data.projectIds[at]) ? 0 : 120));
    if (this.shown.pointed !== at) return null;
    const [node] = await this.records([this.data.projectIds[at]]).catch(() => []);
    return node && (this.data.score ? `${node.name} · ${score(this.data.score[at])}` : node.name);
  }

  async choose(indices, frame) {
    write({ area: frame ? frame.map((each) => each.toFixed(3)).join(",") : null });
    if (!indices) return void fill(this.side, h("p", { class: "help" }, t("nothingSelected")));
    const { projectIds, score: scores, track } = this.data;
    const order = scores ? [...indices].sort((a, b) => scores[b] - scores[a]) : indices;
    this.taken = order;
    const counted = t("selected", { count: number(order.length) });
    announce(counted);
    const head = h(
      "div",
      { class: "picked-head" },
      h("h2", {}, counted),
      h("button", { type: "button", class: "quiet", onclick: () => this.shown?.take(null, null) }, t("clearSelection")),
    );
    if (!order.length) return void fill(this.side, head);
    const list = h("ol", { class: "found" });
    const saves = saveButtons({
      downloadXlsx: () => this.save(saveXlsx, order),
      downloadCsv: () => this.save(saveCsv, order),
    });
    fill(
      this.side,
      head,
      saves,
      order.length > LISTED && h("p", { class: "help" }, t("listed", { count: LISTED })),
      list,
    );
    try {
      const shown = order.slice(0, LISTED);
      await this.records(shown.map((at) => projectIds[at]));
      if (this.taken !== order) return;
      fill(
        list,
        shown.map((at) => {
          const node = this.names.get(projectIds[at]);
          return (
            node &&
            h(
              "li",
              {},
              h("span", {
                class: "dot",
                style: { background: scores ? pointColour(scores[at]) : trackColour(track[at]) },
                "aria-hidden": "true",
              }),
              h("span", {}, projectName(node)),
              scores && h("span", { class: "figure" }, score(scores[at])),
              metaLine(node),
            )
          );
        }),
      );
    } catch (problem) {
      fill(
        list,
        h(
          "li",
          {},
          problemState(problem, () => this.choose(indices, frame)),
        ),
      );
    }
  }

  async save(how, order) {
    const { projectIds, score: scores } = this.data;
    await this.records(order.map((at) => projectIds[at]));
    const titles = [
      t("project"),
      "id",
      t("track"),
      t("origin"),
      t("byStage"),
      t("byLevel"),
      ...(scores ? [t("score")] : []),
    ];
    const rows = order.map((at) => {
      const node = this.names.get(projectIds[at]) ?? {};
      return [
        node.name ?? "",
        projectIds[at],
        joined((node.tracks ?? []).map((each) => each.name)),
        node.origin?.name ?? "",
        word(node.fundingStage),
        word(node.technologyLevel),
        ...(scores ? [scores[at]] : []),
      ];
    });
    await how(t("mapTitle"), [titles, ...rows]);
  }
}
