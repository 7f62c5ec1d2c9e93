// Places: those that state what they want, and the list of all.

import { everyNode } from "../frame/api.js";
import { link } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, titled } from "../frame/frame.js";
import { loadPanel } from "../frame/panel.js";
import { ENTITIES } from "../records/entities/entities.js";
import { RecordList } from "../records/list.js";
import { tabs } from "../records/tabs.js";
import "../records/texts.js";
import { joined, number, t, word } from "../frame/texts.js";

page(async (root) => {
  const tiles = h("div", { class: "stating" });
  const list = h("div");
  titled(t("placesTitle"));
  fill(root, tabs("places"), h("h1", {}, t("placesTitle")), tiles, h("h2", { class: "apart" }, t("allPlaces")), list);
  await Promise.all([
    loadPanel(tiles, () => drawStating(tiles), { lines: 8 }),
    new RecordList(list, ENTITIES.places).show(),
  ]);
});

/** The places that state what they want. */
async function drawStating(box) {
  let projects;
  const found = await everyNode("places", "industryPriorities", (data) => (projects = data.projects.totalCount));
  const places = new Map();
  for (const priority of found) {
    if (!priority.place) continue;
    const entry = places.get(priority.place.id) ?? { place: priority.place, priorities: [] };
    entry.priorities.push(priority);
    places.set(priority.place.id, entry);
  }
  if (!places.size) return void fill(box, emptyState(t("noPlaces"), t("noPlacesHelp")));
  const sorted = [...places.values()].sort((a, b) => a.place.name.localeCompare(b.place.name));
  fill(
    box,
    h("p", { class: "lead" }, t("placesLead", { count: number(projects) })),
    h("ul", { class: "tiles" }, sorted.map(tile)),
  );
}

function tile({ place, priorities }) {
  return h(
    "li",
    { class: "tile" },
    h("h2", {}, h("a", { href: link(`/places/${place.id}`) }, place.name)),
    h(
      "p",
      { class: "meta" },
      h("span", {}, word(place.type)),
      h("span", {}, joined(place.path.slice(0, -1).map((each) => each.name))),
    ),
    h("p", { class: "help" }, t("priorityCount", { count: priorities.length })),
    h(
      "ul",
      { class: "chips" },
      priorities.map((each) =>
        h("li", { class: "chip" }, each.name, each.fictional && h("span", { class: "badge" }, t("demonstration"))),
      ),
    ),
  );
}
