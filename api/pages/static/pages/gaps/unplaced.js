// Projects that reach a score with no place: the score is a slider's.

import { link, write } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { projectName } from "../frame/parts.js";
import { saveButtons, saveCsv, saveXlsx } from "../plan/files.js";
import { gapPanel, rows } from "./panels.js";
import { joined, number, score, t } from "../frame/texts.js";

export const FAIR = 30; // scores from here on are a fair match
const READ = 50; // projects, until more are asked for
const MOST = 300; // as many as the API gives

export const unplacedPanel = (view) =>
  gapPanel(view, {
    title: t("unplacedTitle"),
    operation: "gaps-unplaced",
    variables: (panel) => ({ below: view.below, first: panel.whole ? MOST : READ }),
    draw: ({ unplaced }, panel) => draw(view, unplaced, panel),
  });

function draw(view, { totalCount, consideredCount, projects }, panel) {
  const listed = Math.min(totalCount, MOST);
  const short = projects.length < listed;
  const table = async () => {
    const all = short ? ((panel.whole = true), (await panel.ask()).unplaced.projects) : projects;
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
  const shown = h("output", { for: "below" }, number(view.below));
  const slider = h("input", {
    type: "range",
    id: "below",
    min: "0",
    max: "100",
    step: "1",
    oninput: () => {
      view.below = Number(slider.value);
      shown.textContent = number(view.below);
      write({ below: null, under: view.below === FAIR ? null : String(view.below) });
      clearTimeout(panel.waiting);
      panel.waiting = setTimeout(panel.load, 150);
    },
  });
  slider.value = String(view.below);
  const focused = document.activeElement?.id === "below";
  fill(
    panel.element,
    h("h2", {}, t("unplacedTitle")),
    h(
      "p",
      { class: "big" },
      totalCount
        ? t("unplacedHelp", { count: number(totalCount), total: number(consideredCount), below: number(view.below) })
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
    rows(panel, [t("project"), t("nearest"), t("score")], projects, row, {
      total: listed,
      more: short ? panel.load : panel.draw,
    }),
  );
  if (focused) slider.focus();
}

const row = ({ project, place, score: points }) =>
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
  );
