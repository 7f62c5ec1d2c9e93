// What is missing between places and projects, and who brings what.

import { parameters } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { page, titled } from "../frame/frame.js";
import { loadPanel } from "../frame/panel.js";
import { poolChoices, poolControls, readPool } from "../pool/pool.js";
import "../pool/texts.js";
import { bringersPanel } from "./bringers.js";
import { needsPanel } from "./needs.js";
import { prioritiesPanel } from "./priorities.js";
import { FAIR, unplacedPanel } from "./unplaced.js";
import { t } from "../frame/texts.js";

page(async (root) => {
  titled(t("gapsTitle"));
  addEventListener("popstate", () => show(root));
  await show(root);
});

async function show(root) {
  const asked = parameters();
  // `below` in an address is of the scale before bands: such a link shows today's default.
  const below = Number(asked.get("under") ?? FAIR);
  const view = {
    pool: readPool(),
    below: Number.isFinite(below) && below >= 0 && below <= 100 ? below : FAIR,
    by: asked.get("by"),
    only: asked.has("only"),
  };
  const panels = [prioritiesPanel, unplacedPanel, bringersPanel, needsPanel].map((panel) => panel(view));
  const load = () => Promise.all(panels.map((panel) => panel.load()));
  const controls = h("div", { class: "controls" });
  fill(
    root,
    h("div", { class: "title" }, h("h1", {}, t("gapsTitle")), h("p", { class: "lead" }, t("gapsLead"))),
    controls,
    h(
      "div",
      { class: "gap-sections" },
      panels.map((panel) => panel.element),
    ),
  );
  const choose = async () => fill(controls, poolControls(await poolChoices(), view.pool, load));
  await Promise.all([loadPanel(controls, choose, { lines: 0 }), load()]);
}
