// The points that were selected, as a list and as files.

import { ask } from "../frame/api.js";
import { announce, fill, h } from "../frame/dom.js";
import { loadPanel } from "../frame/panel.js";
import { metaLine, projectName } from "../frame/parts.js";
import { rgb, scheme, scoreColour, trackColour } from "../plan/colours.js";
import { saveButtons, saveCsv, saveXlsx } from "../plan/files.js";
import { joined, number, score, t, word } from "../frame/texts.js";

const LISTED = 50;
const ASKED = 100;
const known = new Map();

export const pointColour = (value) => rgb(scoreColour(value, scheme(), true));
export const isKnown = (id) => known.has(id);

/** Records by id, asked for once. */
export async function records(ids) {
  const missing = ids.filter((id) => !known.has(id));
  for (let from = 0; from < missing.length; from += ASKED) {
    const { nodes } = await ask("map-names", { ids: missing.slice(from, from + ASKED) });
    for (const node of nodes) if (node) known.set(node.id, node);
  }
  return ids.map((id) => known.get(id)).filter(Boolean);
}

/** Show in `box` the projects at `indices` of the map, those that fit best first; `clear()` lets go of them. */
export function showSelection(box, data, indices, clear) {
  const { projectIds, score: scores, track } = data;
  const order = scores ? [...indices].sort((a, b) => scores[b] - scores[a]) : indices;
  const counted = t("selected", { count: number(order.length) });
  announce(counted);
  const head = h(
    "div",
    { class: "picked-head" },
    h("h2", {}, counted),
    h("button", { type: "button", class: "quiet", onclick: clear }, t("clearSelection")),
  );
  if (!order.length) return void fill(box, head);
  const list = h("div", {});
  fill(
    box,
    head,
    saveButtons({ downloadXlsx: () => save(saveXlsx, data, order), downloadCsv: () => save(saveCsv, data, order) }),
    order.length > LISTED && h("p", { class: "help" }, t("listed", { count: LISTED })),
    list,
  );
  const line = (at) => {
    const node = known.get(projectIds[at]);
    const background = scores ? pointColour(scores[at]) : trackColour(track[at]);
    return (
      node &&
      h(
        "li",
        {},
        h("span", { class: "dot", style: { background }, "aria-hidden": "true" }),
        h("span", {}, projectName(node)),
        scores && h("span", { class: "figure" }, score(scores[at])),
        metaLine(node),
      )
    );
  };
  loadPanel(list, async () => {
    const shown = order.slice(0, LISTED);
    await records(shown.map((at) => projectIds[at]));
    fill(list, h("ol", { class: "found" }, shown.map(line)));
  });
}

async function save(how, { projectIds, score: scores }, order) {
  await records(order.map((at) => projectIds[at]));
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
    const node = known.get(projectIds[at]) ?? {};
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
