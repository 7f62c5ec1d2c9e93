// How a place's page is laid out.

import { correctionLink, link } from "../frame/address.js";
import { h } from "../frame/dom.js";
import { skeleton } from "../frame/panel.js";
import { saveButtons, saveCsv, savePng, saveSvg, saveXlsx } from "../plan/files.js";
import { joined, t, word } from "../frame/texts.js";
import { policies } from "./policies.js";

/** The place, and where else it is shown. */
export function title({ place }) {
  const map = link("/map");
  return h(
    "div",
    { class: "title" },
    h("p", { class: "path" }, joined(place.path.slice(0, -1).map((each) => each.name))),
    h("h1", {}, place.name, h("span", { class: "badge" }, word(place.type))),
    place.description && h("p", { class: "lead" }, place.description),
    h(
      "p",
      { class: "links" },
      h("a", { href: link("/heat") }, t("seeHeat")),
      h("a", { href: `${map}${map.includes("?") ? "&" : "?"}place=${place.id}` }, t("seeMap", { place: place.name })),
      h("a", { href: link("/gaps") }, t("seeGaps")),
      h("a", { href: correctionLink(place.id) }, t("suggestCorrection")),
    ),
    policies(place),
  );
}

/** What makes the files to keep. */
const kept = () => import("./table.js");

/** The column of the list. */
export function middle(page) {
  const { place } = page;
  page.heading = h("h2", { id: "projects" });
  page.head = h("p", { class: "count", "aria-live": "polite" });
  page.orderBox = h("div");
  page.paper = h("p", { class: "on-paper" });
  page.askedBox = h("div", { class: page.isManifold() ? "asked-box" : null });
  page.whatIf = h("section", { class: "what-if", "aria-label": t("whatIf"), hidden: true });
  page.legend = h("div", { class: "legend-box" });
  page.body = h("div", { class: "results" }, skeleton(12));
  page.drawHeading();
  return h(
    "section",
    { class: "middle-column", "aria-labelledby": "projects" },
    h(
      "div",
      { class: "list-head" },
      page.heading,
      saveButtons({
        downloadCsv: async () => saveCsv(place.name, await (await kept()).table(page)),
        downloadXlsx: async () => saveXlsx(place.name, await (await kept()).table(page)),
        downloadSvg: async () => page.now && saveSvg(place.name, (await kept()).picture(page)),
        downloadPng: async () => page.now && savePng(place.name, await (await kept()).raster(page)),
        printReport: () => print(),
      }),
    ),
    h("div", { class: "list-head" }, page.head, page.orderBox),
    page.paper,
    page.askedBox,
    page.whatIf,
    page.legend,
    page.body,
  );
}
