// The field that was chosen: how a project fits a place, and why; or what the projects of a track come to.

import { ask } from "../frame/api.js";
import { link } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { contributionBar, setModel } from "../frame/bars.js";
import { littleText, metaLine, projectName, scoreFigure } from "../frame/parts.js";
import { allReasons, reasons } from "../frame/reasons.js";
import { t } from "../frame/texts.js";

/** Ask for a project's fit with a place and show it in `box`, unless something else is `current` by then. */
export async function showFit(box, line, place, current) {
  const data = await ask("heat-fit", { project: line, place: place.id });
  if (!current()) return;
  setModel(data.capabilities);
  const { project, fit } = data;
  if (!project || !fit) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  const held = fit.gates.filter((gate) => !gate.passed);
  fill(
    box,
    h("div", { class: "picked-head" }, h("h2", {}, projectName(project)), scoreFigure(fit.score, fit.band)),
    metaLine(project),
    project.summary && h("p", { class: "prose" }, project.summary),
    contributionBar(fit.contributions, fit.score),
    reasons(fit, 4),
    littleText(fit),
    allReasons(fit, false),
    held.length
      ? h(
          "div",
          {},
          h("h3", {}, t("heldBack")),
          h(
            "ul",
            {},
            held.map((gate) => h("li", {}, gate.reason)),
          ),
        )
      : h("p", { class: "help" }, t("passesGates")),
    h("p", {}, h("a", { href: link(`/places/${place.id}`) }, t("openPlace", { place: place.name }))),
  );
}

export function showTrack(box, track, place, value, count) {
  const path = link(`/places/${place.id}`);
  fill(
    box,
    h("div", { class: "picked-head" }, h("h2", {}, track.name), value !== null && scoreFigure(value)),
    h(
      "p",
      { class: "meta" },
      h("span", {}, place.name),
      h("span", {}, value === null ? t("noneInTrack") : t("cellCount", { count })),
    ),
    h(
      "p",
      {},
      h(
        "a",
        { href: `${path}${path.includes("?") ? "&" : "?"}track=${track.id}` },
        t("withTrack", { place: place.name, track: track.name }),
      ),
    ),
  );
}
