// What is missing between places and projects, and who brings what.

import { ask } from "../frame/api.js";
import { link, parameters, write } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, problemState, titled } from "../frame/frame.js";
import { projectName } from "../frame/parts.js";
import { onScheme, token, trackColour } from "../plan/colours.js";
import { saveButtons, saveCsv, saveSvg, saveXlsx } from "../plan/files.js";
import { poolChoices, poolControls, poolFilter, readPool } from "../pool/pool.js";
import "../pool/texts.js";
import { joined, number, score, t, word } from "../frame/texts.js";

const KINDS = ["STATION", "EVENT", "COUNTRY"];
const SHOWN = 12;
const CARDS = { priorities: "priority", unplaced: "unplaced", needs: "need" };
const FAIR = 30; // scores from here on are a fair match
const READ = 50; // projects that fit nowhere, until more are asked for
const MOST = 300; // as many as the API gives

page(async (root) => {
  const choices = await poolChoices();
  titled(t("gapsTitle"));
  await new GapsPage(root, choices).show();
});

class GapsPage {
  constructor(root, choices) {
    Object.assign(this, { root, choices });
    this.whole = new Set();
    addEventListener("popstate", () => this.show());
    onScheme(() => this.data && this.bringers());
  }

  async show() {
    const asked = parameters();
    // `below` in an address is of the scale before bands: such a link shows today's default.
    const below = Number(asked.get("under") ?? FAIR);
    this.pool = readPool();
    this.below = Number.isFinite(below) && below >= 0 && below <= 100 ? below : FAIR;
    this.by = KINDS.includes(asked.get("by")) ? asked.get("by") : "STATION";
    this.only = asked.has("only");
    const card = (name, ...more) => (this[name] = h("section", { class: ["card", ...more].join(" ") }));
    fill(
      this.root,
      h("div", { class: "title" }, h("h1", {}, t("gapsTitle")), h("p", { class: "lead" }, t("gapsLead"))),
      h(
        "div",
        { class: "controls" },
        poolControls(this.choices, this.pool, () => this.load()),
      ),
      h(
        "div",
        { class: "gap-sections" },
        card("priorityCard"),
        card("unplacedCard"),
        card("bringerCard", "whole"),
        card("needCard", "whole"),
      ),
    );
    await this.load();
  }

  async load() {
    try {
      const { poolGaps } = await this.asks();
      this.data = poolGaps;
      this.priorities();
      this.unplaced();
      this.bringers();
      this.needs();
    } catch (problem) {
      fill(
        this.priorityCard,
        problemState(problem, () => this.load()),
      );
    }
  }

  priorities() {
    const { priorities } = this.data;
    const none = priorities.filter((each) => each.stated && !each.projectCount).length;
    const shown = this.only ? priorities.filter((each) => !each.projectCount) : priorities;
    const most = Math.max(1, ...priorities.map((each) => each.projectCount));
    const table = () => [
      [t("place"), t("priority"), t("tierWord"), t("byIndustry"), t("byTrack"), t("fields")],
      ...priorities.map(({ priority, byIndustry, byTrack, stated }) => [
        priority.place?.name ?? "",
        priority.name,
        word(priority.tier),
        stated ? (byIndustry ?? "") : t("cantTell"),
        byTrack ?? "",
        joined([...priority.industries, ...priority.tracks].map((each) => each.name)),
      ]),
    ];
    const box = h("input", {
      type: "checkbox",
      checked: this.only,
      onchange: () => {
        this.only = box.checked;
        write({ only: this.only ? "1" : null });
        this.priorities();
        this.priorityCard.querySelector("input")?.focus();
      },
    });
    fill(
      this.priorityCard,
      h("h2", {}, t("prioritiesGap")),
      h(
        "p",
        { class: none ? "big bad" : "big good" },
        none ? t("noneMet", { count: number(none), total: number(priorities.length) }) : t("allMet"),
      ),
      h("p", { class: "help" }, t("prioritiesGapHelp")),
      h(
        "div",
        { class: "picture-head" },
        h("label", { class: "check" }, box, t("onlyGaps")),
        saveButtons({
          downloadXlsx: () => saveXlsx(t("prioritiesGap"), table()),
          downloadCsv: () => saveCsv(t("prioritiesGap"), table()),
        }),
      ),
      this.rows(
        "priorities",
        [t("priority"), t("place"), t("byIndustry"), t("byTrack")],
        shown,
        ({ priority, projectCount, byIndustry, byTrack, stated }) =>
          h(
            "tr",
            { class: stated && !projectCount ? "none" : null },
            h(
              "th",
              { scope: "row" },
              h("a", { href: this.priorityLink(priority) }, priority.name),
              priority.tier && h("span", { class: `badge tier ${priority.tier.toLowerCase()}` }, word(priority.tier)),
              priority.fictional && h("span", { class: "badge" }, t("demonstration")),
            ),
            h("td", {}, priority.place?.name),
            h("td", {}, byIndustry === null ? h("span", { class: "help" }, t("cantTell")) : meter(byIndustry, most)),
            h("td", {}, byTrack === null ? "–" : number(byTrack)),
          ),
      ),
    );
  }

  /** The place's page with this priority weighing most. */
  priorityLink(priority) {
    if (!priority.place) return link("/places");
    const path = link(`/places/${priority.place.id}`);
    return `${path}${path.includes("?") ? "&" : "?"}p.${priority.id}=${Math.max(3, Math.ceil(2 * priority.weight))}`;
  }

  /** A table of the first rows, with a button for the rest: `more()` shows it. */
  rows(name, titles, items, row, total = items.length, more = () => this[name]()) {
    const shown = this.whole.has(name) ? items : items.slice(0, SHOWN);
    const whole = async () => {
      this.whole.add(name);
      await more();
      const next = this[`${CARDS[name]}Card`].querySelectorAll("tbody tr")[shown.length];
      next?.querySelector("a")?.focus({ preventScroll: true });
    };
    return h(
      "div",
      { class: "gap-rows" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            titles.map((title) => h("th", { scope: "col" }, title)),
          ),
        ),
        h("tbody", {}, shown.map(row)),
      ),
      !this.whole.has(name) &&
        shown.length < total &&
        h(
          "p",
          {},
          h(
            "button",
            { type: "button", class: "quiet", onclick: whole },
            t("moreRows", { count: number(Math.min(total, MOST) - shown.length) }),
          ),
        ),
    );
  }

  asks() {
    return ask("gaps", {
      filter: poolFilter(this.pool),
      below: this.below,
      by: this.by,
      unplaced: this.whole.has("unplaced") ? MOST : READ,
    });
  }

  unplaced() {
    const { totalCount, consideredCount, projects } = this.data.unplaced;
    const short = projects.length < Math.min(totalCount, MOST);
    const table = async () => {
      const all = short ? (this.whole.add("unplaced"), (await this.asks()).poolGaps.unplaced.projects) : projects;
      return [
        [t("project"), "id", t("track"), t("nearest"), t("score")],
        ...all.map(({ project, place, score: points }) => [
          project.name,
          project.id,
          joined(project.tracks.map((each) => each.name)),
          place.name,
          points,
        ]),
      ];
    };
    const shown = h("output", { for: "below" }, number(this.below));
    const slider = h("input", {
      type: "range",
      id: "below",
      min: "0",
      max: "100",
      step: "1",
      oninput: () => {
        this.below = Number(slider.value);
        shown.textContent = number(this.below);
        write({ below: null, under: this.below === FAIR ? null : String(this.below) });
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => this.again("unplaced"), 150);
      },
    });
    slider.value = String(this.below);
    const focused = document.activeElement?.id === "below";
    fill(
      this.unplacedCard,
      h("h2", {}, t("unplacedTitle")),
      h(
        "p",
        { class: "big" },
        totalCount
          ? t("unplacedHelp", { count: number(totalCount), total: number(consideredCount), below: number(this.below) })
          : t("noneUnplaced"),
      ),
      h(
        "div",
        { class: "picture-head" },
        h("div", { class: "slim" }, h("label", { for: "below" }, t("belowLabel")), slider, shown),
        saveButtons({
          downloadXlsx: async () => saveXlsx(t("unplacedTitle"), await table()),
          downloadCsv: async () => saveCsv(t("unplacedTitle"), await table()),
        }),
      ),
      totalCount > MOST && h("p", { class: "help" }, t("firstOf", { shown: number(MOST), total: number(totalCount) })),
      this.rows(
        "unplaced",
        [t("project"), t("nearest"), t("score")],
        projects,
        ({ project, place, score: points }) =>
          h(
            "tr",
            {},
            h(
              "th",
              { scope: "row" },
              projectName(project),
              h("span", { class: "help" }, ` ${joined(project.tracks.map((each) => each.name))}`),
            ),
            h("td", {}, h("a", { href: link(`/places/${place.id}`) }, place.name)),
            h("td", { class: "figure" }, score(points)),
          ),
        totalCount,
        () => (short ? this.again("unplaced") : this.unplaced()),
      ),
    );
    if (focused) slider.focus();
  }

  /** Ask again, and draw one part alone: what else there is stays where it is. */
  async again(part) {
    try {
      const { poolGaps } = await this.asks();
      this.data = poolGaps;
      this[part]();
    } catch (problem) {
      fill(
        this[part === "unplaced" ? "unplacedCard" : "bringerCard"],
        problemState(problem, () => this.again(part)),
      );
    }
  }

  bringers() {
    const { bringers } = this.data;
    const most = Math.max(1, ...bringers.map((each) => each.projectCount));
    const tracks = new Map();
    for (const { track, count } of bringers.flatMap((each) => each.tracks))
      tracks.set(track.id, { name: track.name, count: (tracks.get(track.id)?.count ?? 0) + count });
    const order = [...tracks.keys()].sort((a, b) => tracks.get(b).count - tracks.get(a).count);
    const colour = (id) => trackColour(order.indexOf(id));
    const name = (each) => each.node?.name ?? t("fromNone");
    const title = `${t("bringersTitle")} ${t(`BY_${this.by}`)}`;
    const table = () => [
      [t("who"), t("projectCount"), t("landedOf", { count: "" }).trim(), ...order.map((id) => tracks.get(id).name)],
      ...bringers.map((each) => [
        name(each),
        each.projectCount,
        each.landedCount,
        ...order.map((id) => each.tracks.find((one) => one.track.id === id)?.count ?? 0),
      ]),
    ];
    const choose = (by) => {
      this.by = by;
      write({ by: by === "STATION" ? null : by }, { push: true });
      this.again("bringers").then(() => this.bringerCard.querySelector(`[data-by="${by}"]`)?.focus());
    };
    const shown = this.whole.has("bringers") ? bringers : bringers.slice(0, SHOWN);
    fill(
      this.bringerCard,
      h("h2", {}, t("bringersTitle")),
      h(
        "div",
        { class: "picture-head" },
        h(
          "div",
          { class: "segmented", role: "group", "aria-label": t("bringersTitle") },
          KINDS.map((by) =>
            h(
              "button",
              { type: "button", data: { by }, "aria-pressed": String(this.by === by), onclick: () => choose(by) },
              t(`BY_${by}`),
            ),
          ),
        ),
        saveButtons({
          downloadXlsx: () => saveXlsx(title, table()),
          downloadCsv: () => saveCsv(title, table()),
          downloadSvg: () =>
            saveSvg(
              title,
              stackedSvg(
                bringers,
                name,
                colour,
                order.map((id) => [colour(id), tracks.get(id).name]),
              ),
            ),
        }),
      ),
      bringers.length
        ? h(
            "div",
            { class: "bars" },
            shown.map((each) =>
              h(
                "div",
                { class: "bring" },
                h("span", {}, name(each)),
                h(
                  "div",
                  {
                    class: "stack",
                    role: "img",
                    "aria-label": each.tracks.length
                      ? joined(each.tracks.map((one) => `${one.track.name} ${one.count}`))
                      : t("noTrack"),
                  },
                  pieces(each).map(({ id, count, title: said }) =>
                    h("span", {
                      title: said,
                      style: {
                        width: `${(100 * count * each.projectCount) / (piecesTotal(each) * most)}%`,
                        background: id ? colour(id) : token("--strong-line"),
                      },
                    }),
                  ),
                ),
                h(
                  "span",
                  { class: "figure" },
                  number(each.projectCount),
                  each.landedCount ? ` · ${t("landedOf", { count: number(each.landedCount) })}` : "",
                ),
              ),
            ),
            shown.length < bringers.length &&
              h(
                "p",
                {},
                h(
                  "button",
                  {
                    type: "button",
                    class: "quiet",
                    onclick: () => (
                      this.whole.add("bringers"),
                      this.bringers(),
                      this.bringerCard.querySelector("[data-by][aria-pressed=true]")?.focus({ preventScroll: true })
                    ),
                  },
                  t("moreRows", { count: number(bringers.length - shown.length) }),
                ),
              ),
            h(
              "ul",
              { class: "legend" },
              order
                .slice(0, 10)
                .map((id) =>
                  h(
                    "li",
                    {},
                    h("span", { class: "swatch", style: { background: colour(id) }, "aria-hidden": "true" }),
                    tracks.get(id).name,
                  ),
                ),
            ),
          )
        : emptyState(t("nothingFits"), t("nothingFitsHelp")),
    );
  }

  needs() {
    const { needs } = this.data;
    const most = Math.max(1, ...needs.map((each) => each.projectCount));
    const table = () => [
      [t("place"), t("need"), t("byLevel"), t("projectCount")],
      ...needs.map(({ need, projectCount, stated }) => [
        need.place?.name ?? "",
        need.name,
        word(need.technologyLevel),
        stated ? projectCount : t("cantTell"),
      ]),
    ];
    fill(
      this.needCard,
      h("h2", {}, t("needsGap")),
      needs.length
        ? [
            h(
              "div",
              { class: "picture-head" },
              h("span"),
              saveButtons({
                downloadXlsx: () => saveXlsx(t("needsGap"), table()),
                downloadCsv: () => saveCsv(t("needsGap"), table()),
              }),
            ),
            this.rows("needs", [t("need"), t("place"), t("projectCount")], needs, ({ need, projectCount, stated }) =>
              h(
                "tr",
                { class: stated && !projectCount ? "none" : null },
                h(
                  "th",
                  { scope: "row" },
                  need.name,
                  h("span", { class: "badge" }, word(need.kind)),
                  need.fictional && h("span", { class: "badge" }, t("demonstration")),
                ),
                h("td", {}, need.place && h("a", { href: link(`/places/${need.place.id}`) }, need.place.name)),
                h("td", {}, stated ? meter(projectCount, most) : h("span", { class: "help" }, t("cantTell"))),
              ),
            ),
          ]
        : h("p", { class: "help" }, t("noNeeds")),
    );
  }
}

const meter = (count, most) =>
  h(
    "div",
    { class: "meter" },
    h("span", { class: "figure" }, number(count)),
    h("span", { class: "line", "aria-hidden": "true" }, h("span", { style: { width: `${(100 * count) / most}%` } })),
  );

/** A project may stand in several tracks, so a bar's pieces are shares of its length. */
const piecesTotal = (each) => pieces(each).reduce((all, one) => all + one.count, 0);
const pieces = (each) =>
  each.tracks.length
    ? each.tracks.map(({ track, count }) => ({ id: track.id, count, title: `${track.name}: ${count}` }))
    : [{ id: null, count: 1, title: t("noTrack") }];

function stackedSvg(bringers, name, colour, entries) {
  const most = Math.max(1, ...bringers.map((each) => each.projectCount));
  const height = 40 + bringers.length * 26 + Math.ceil(entries.length / 3) * 22;
  const words = (text, x, y, more = {}) =>
    h("text", { x, y, fill: token("--text"), "font-size": 13, "font-family": "sans-serif", ...more }, text);
  return h(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width: 1000, height, viewBox: `0 0 1000 ${height}` },
    h("rect", { width: 1000, height, fill: token("--card") }),
    bringers.map((each, row) => {
      const y = 14 + row * 26;
      let x = 280;
      return [
        words(name(each).slice(0, 44), 270, y + 14, { "text-anchor": "end" }),
        pieces(each).map(({ id, count }) => {
          const width = (620 * count * each.projectCount) / (piecesTotal(each) * most);
          const piece = h("rect", {
            x,
            y,
            width: Math.max(1, width - 1),
            height: 18,
            fill: id ? colour(id) : token("--strong-line"),
          });
          x += width;
          return piece;
        }),
        words(number(each.projectCount), x + 8, y + 14),
      ];
    }),
    entries.map(([fill_, text], at) => {
      const [x, y] = [280 + (at % 3) * 230, 34 + bringers.length * 26 + Math.floor(at / 3) * 22];
      return [h("rect", { x, y: y - 10, width: 12, height: 12, fill: fill_ }), words(text.slice(0, 30), x + 18, y)];
    }),
  );
}
