// Priorities by how many projects meet them: by industry and, beside it, by track.

import { link, write } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { saveButtons, saveCsv, saveXlsx } from "../plan/files.js";
import { gapPanel, meter, rows } from "./panels.js";
import { joined, number, t, word } from "../frame/texts.js";

export const prioritiesPanel = (view) =>
  gapPanel(view, {
    title: t("prioritiesGap"),
    operation: "gaps-priorities",
    draw: ({ priorities }, panel) => draw(view, priorities, panel),
  });

function draw(view, priorities, panel) {
  const none = priorities.filter((each) => each.stated && !each.projectCount).length;
  const shown = view.only ? priorities.filter((each) => !each.projectCount) : priorities;
  const most = Math.max(1, ...priorities.flatMap((each) => [each.byIndustry ?? 0, each.byTrack ?? 0]));
  const box = h("input", {
    type: "checkbox",
    checked: view.only,
    onchange: () => {
      view.only = box.checked;
      write({ only: view.only ? "1" : null });
      panel.draw();
      panel.element.querySelector("input")?.focus();
    },
  });
  fill(
    panel.element,
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
        downloadXlsx: () => saveXlsx(t("prioritiesGap"), table(priorities)),
        downloadCsv: () => saveCsv(t("prioritiesGap"), table(priorities)),
      }),
    ),
    rows(panel, [t("priority"), t("place"), t("byIndustryCount"), t("byTrackCount")], shown, (each) => row(each, most)),
  );
}

const row = ({ priority, projectCount, byIndustry, byTrack, stated }, most) =>
  h(
    "tr",
    { class: stated && !projectCount ? "none" : null },
    h(
      "th",
      { scope: "row" },
      h("a", { href: priorityLink(priority) }, priority.name),
      priority.tier && h("span", { class: `badge tier ${priority.tier.toLowerCase()}` }, word(priority.tier)),
      priority.fictional && h("span", { class: "badge" }, t("demonstration")),
    ),
    h("td", {}, priority.place?.name),
    h("td", {}, byIndustry === null ? h("span", { class: "help" }, t("cantTell")) : meter(byIndustry, most)),
    h("td", {}, byTrack === null ? "–" : meter(byTrack, most)),
  );

/** The place's page with this priority weighing most. */
function priorityLink(priority) {
  if (!priority.place) return link("/places");
  const path = link(`/places/${priority.place.id}`);
  return `${path}${path.includes("?") ? "&" : "?"}p.${priority.id}=${Math.max(3, Math.ceil(2 * priority.weight))}`;
}

const table = (priorities) => [
  [t("place"), t("priority"), t("tierWord"), t("byIndustryCount"), t("byTrackCount"), t("fields")],
  ...priorities.map(({ priority, byIndustry, byTrack, stated }) => [
    priority.place?.name ?? "",
    priority.name,
    word(priority.tier),
    stated ? (byIndustry ?? "") : t("cantTell"),
    byTrack ?? "",
    joined([...priority.industries, ...priority.tracks].map((each) => each.name)),
  ]),
];
