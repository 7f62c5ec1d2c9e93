// Open needs by how many projects could answer them.

import { link } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { withoutMark } from "../frame/parts.js";
import { saveButtons, saveCsv, saveXlsx } from "../plan/files.js";
import { gapPanel, meter, rows } from "./panels.js";
import { t, word } from "../frame/texts.js";

export const needsPanel = (view) =>
  gapPanel(view, {
    title: t("needsGap"),
    wide: true,
    operation: "gaps-needs",
    draw: ({ needs }, panel) => draw(needs, panel),
  });

function draw(needs, panel) {
  const most = Math.max(1, ...needs.map((each) => each.projectCount));
  const row = ({ need, projectCount, stated }) =>
    h(
      "tr",
      { class: stated && !projectCount ? "none" : null },
      h(
        "th",
        { scope: "row" },
        withoutMark(need.name),
        h("span", { class: "badge" }, word(need.kind)),
        need.fictional && h("span", { class: "badge" }, t("demonstration")),
      ),
      h("td", {}, need.place && h("a", { href: link(`/places/${need.place.id}`) }, need.place.name)),
      h("td", {}, stated ? meter(projectCount, most) : h("span", { class: "help" }, t("cantTell"))),
    );
  const saves = () =>
    h(
      "div",
      { class: "picture-head" },
      h("span"),
      saveButtons({
        downloadXlsx: () => saveXlsx(t("needsGap"), table(needs)),
        downloadCsv: () => saveCsv(t("needsGap"), table(needs)),
      }),
    );
  fill(
    panel.element,
    h("h2", {}, t("needsGap")),
    needs.length
      ? [saves(), rows(panel, [t("need"), t("place"), t("projectCount")], needs, row)]
      : h("p", { class: "help" }, t("noNeeds")),
  );
}

const table = (needs) => [
  [t("place"), t("need"), t("byLevel"), t("projectCount")],
  ...needs.map(({ need, projectCount, stated }) => [
    need.place?.name ?? "",
    need.name,
    word(need.technologyLevel),
    stated ? projectCount : t("cantTell"),
  ]),
];
