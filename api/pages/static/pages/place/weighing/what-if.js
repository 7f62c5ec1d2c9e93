// What other weights would change, in words, and what can be done with them.

import { announce, fill, h } from "../../frame/dom.js";
import { copyButton } from "../../frame/frame.js";
import { summary } from "./moves.js";
import { writeState } from "../state.js";
import { t } from "../../frame/texts.js";

/** What changes records: fetched when somebody is about to. */
const writing = () => import("./writing.js");

/** Say what other weights change, and what can be done with them. `scenario`: the list differs from today's. */
export function drawWhatIf(page, scenario) {
  const { state } = page;
  const changed = state.priorities.size + state.blocks.size + state.industries.size;
  page.whatIf.hidden = !changed;
  if (!scenario) return;
  const { up, down, new: entering, out } = summary(page.now.edges, page.today, state.size);
  const opened = page.scenarios.find((each) => each.id === state.scenario);
  const text =
    up + down + entering
      ? t("whatIfSummary", { size: state.size, up, down, new: entering, out: out.length })
      : t("nothingMoves", { size: state.size });
  fill(
    page.whatIf,
    h("p", {}, h("strong", {}, t("changedWeights", { count: changed })), " ", text),
    out.length > 0 && dropped(page, out),
    h(
      "p",
      { class: "actions" },
      page.maySave &&
        h(
          "button",
          { type: "button", class: "primary", onclick: () => writing().then((write) => write.saveScenario(page)) },
          `${t("saveScenario")}…`,
        ),
      page.maySave &&
        opened &&
        h(
          "button",
          { type: "button", onclick: () => writing().then((write) => write.updateScenario(page, opened)) },
          t("updateScenario", { name: opened.name }),
        ),
      h("button", { type: "button", onclick: () => reset(page) }, t("backToToday")),
      h(
        "button",
        { type: "button", class: "compare", onclick: () => toggle(page) },
        t(state.compare ? "oneList" : "compare"),
      ),
      copyButton(() => location.href, t("copyLink")),
      page.maySave &&
        state.priorities.size > 0 &&
        h(
          "button",
          { type: "button", class: "quiet", onclick: () => writing().then((write) => write.makePriorities(page)) },
          `${t("makePriorities")}…`,
        ),
    ),
  );
  clearTimeout(page.saying);
  page.saying = setTimeout(() => announce(text), 600);
}

function dropped(page, out) {
  const box = h(
    "details",
    { open: page.showsDropped, ontoggle: () => (page.showsDropped = box.open) },
    h("summary", {}, t("dropped", { size: page.state.size })),
    h(
      "ul",
      {},
      out.map((edge) => h("li", {}, `${edge.node.name} (${t("wasRank", { rank: edge.rank })})`)),
    ),
  );
  return box;
}

function toggle(page) {
  page.state.compare = !page.state.compare;
  writeState(page.state, true);
  page.draw();
  page.whatIf.querySelector("button.compare")?.focus();
}

function reset(page) {
  page.state.priorities.clear();
  page.state.blocks.clear();
  page.state.industries.clear();
  Object.assign(page.state, { scenario: null, beside: [] });
  page.state.compare = false;
  writeState(page.state, true);
  page.panel.replaceChildren();
  page.update();
  document.getElementById("main").focus({ preventScroll: true });
}
