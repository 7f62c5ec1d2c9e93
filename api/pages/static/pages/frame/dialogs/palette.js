// A search over everything, from any page: Ctrl+K. What it finds, the lists of records find as well.

import { ask, latest } from "../api.js";
import { link } from "../address.js";
import { announce, dialog, fill, h } from "../dom.js";
import { showProblem } from "../frame.js";
import { addTexts, t } from "../texts.js";

addTexts({
  paletteTitle: ["Find anything", "查找"],
  paletteLabel: [
    "Project, investor, talent, organisation, place, event or need",
    "项目、投资人、人才、机构、地区、活动或需求",
  ],
  paletteKeys: ["Arrow keys choose, Enter opens, Escape closes.", "方向键选择，回车打开，Esc 关闭。"],
  paletteNone: ["Nothing found.", "没有找到。"],
  kind_Project: ["Project", "项目"],
  kind_Investor: ["Investor", "投资人"],
  kind_Talent: ["Talent", "人才"],
  kind_Organisation: ["Organisation", "机构"],
  kind_Place: ["Place", "地区"],
  kind_Event: ["Event", "活动"],
  kind_EventEdition: ["Edition", "届次"],
  kind_MatchingNeed: ["Need", "需求"],
});

const FOLDERS = {
  Project: "projects",
  Investor: "investors",
  Talent: "talents",
  Organisation: "organisations",
  Place: "places",
  Event: "events",
  EventEdition: "editions",
  MatchingNeed: "needs",
};

/** Open the search; one at a time. */
export function openPalette() {
  if (document.querySelector(".palette")) return;
  const found = h("ul", { class: "plain palette", "aria-label": t("paletteTitle") });
  const field = h("input", {
    type: "search",
    id: "palette-search",
    autocomplete: "off",
    "aria-describedby": "palette-keys",
    oninput: () => look(field.value.trim()),
  });
  const look = latest(async (query) => {
    if (!query) return void fill(found);
    try {
      const { search } = await ask("palette", { query });
      show(search.edges.map((edge) => edge.node));
    } catch (problem) {
      showProblem(problem);
    }
  });
  const show = (nodes) => {
    if (!nodes.length) announce(t("paletteNone"));
    fill(
      found,
      nodes.map(({ __typename: kind, id, name }) =>
        h(
          "li",
          {},
          h("a", { href: link(`/${FOLDERS[kind]}/${id}`) }, name ?? id),
          h("span", { class: "badge" }, t(`kind_${kind}`)),
        ),
      ),
      nodes.length === 0 && h("li", { class: "help" }, t("paletteNone")),
    );
  };
  const form = h(
    "form",
    { role: "search", onsubmit: (event) => (event.preventDefault(), found.querySelector("a")?.click()) },
    h("label", { for: "palette-search" }, t("paletteLabel")),
    field,
    h("p", { class: "help", id: "palette-keys" }, t("paletteKeys")),
  );
  const box = dialog(t("paletteTitle"), t("close"), form, found);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const stops = [field, ...found.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    stops[Math.max(0, Math.min(stops.length - 1, at + step))].focus();
  });
  field.focus();
}
