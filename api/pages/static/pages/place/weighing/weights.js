// The panel beside the list: what the place wants and what counts, each with a slider.

import { dateText } from "../../frame/dates.js";
import { h } from "../../frame/dom.js";
import { family } from "../../frame/bars.js";
import { sourceLine, withoutMark } from "../../frame/parts.js";
import { joined, number, t, word } from "../../frame/texts.js";

/** A slider that writes into `chosen` (id to weight) and calls `moved`; at the stated value it leaves `chosen`. */
function slider({ id, label, stated, most, step, chosen, moved }) {
  const value = chosen.get(id) ?? stated;
  const shown = h("output", { for: `w-${id}` }, number(value));
  const was = h("span", { class: "was" }, chosen.has(id) ? t("stated", { weight: number(stated) }) : "");
  const input = h("input", {
    type: "range",
    id: `w-${id}`,
    min: "0",
    max: String(most),
    step: String(step),
    "aria-label": label,
    oninput: () => {
      const now = Number(input.value);
      shown.textContent = number(now);
      if (Math.abs(now - stated) < step / 2) chosen.delete(id);
      else chosen.set(id, now);
      was.textContent = chosen.has(id) ? t("stated", { weight: number(stated) }) : "";
      moved();
    },
  });
  input.value = String(value);
  return h("div", { class: "slider" }, input, shown, was);
}

/** What the place wants, and what counts. `present`: the blocks that count for it. */
export function weights(place, blocks, state, moved) {
  return [
    h("h2", {}, t("wants")),
    place.priorities.length ? h("p", { class: "help" }, t("wantsHelp")) : h("p", {}, t("noPriorities")),
    h(
      "ol",
      { class: "priorities" },
      place.priorities.map((each) => h("li", {}, priority(each, state, moved))),
    ),
    industries(place, state, moved),
    h("h2", {}, t("signals")),
    h("p", { class: "help" }, t("signalsHelp")),
    h(
      "ul",
      { class: "signals" },
      blocks.map((block) =>
        h(
          "li",
          {},
          h(
            "p",
            { class: "name" },
            h("span", { class: `swatch ${family(block.name)}`, "aria-hidden": "true" }),
            block.description,
          ),
          slider({
            id: block.name,
            label: block.description,
            stated: block.weight,
            most: 2,
            step: 0.05,
            chosen: state.blocks,
            moved,
          }),
        ),
      ),
    ),
    needs(place),
  ];
}

/** A slider for each industry that the priorities name. */
function industries(place, state, moved) {
  const named = new Map(place.priorities.flatMap((each) => each.industries).map((each) => [each.id, each.name]));
  if (!named.size) return null;
  return h(
    "details",
    { class: "industry-weights", open: state.industries.size > 0 },
    h("summary", {}, t("industriesWeights"), h("span", { class: "badge" }, number(named.size))),
    h("p", { class: "help" }, t("industriesHelp")),
    h(
      "ul",
      { class: "signals" },
      [...named].map(([id, name]) =>
        h(
          "li",
          {},
          h("p", { class: "name" }, name),
          slider({ id, label: name, stated: 1, most: 3, step: 0.1, chosen: state.industries, moved }),
        ),
      ),
    ),
  );
}

function priority(each, state, moved) {
  const valid = each.validFrom || each.validTo;
  return [
    h(
      "p",
      { class: "name" },
      each.name,
      each.tier && h("span", { class: `badge tier ${each.tier.toLowerCase()}` }, word(each.tier)),
      each.action && h("span", { class: "badge" }, word(each.action)),
      each.fictional && h("span", { class: "badge" }, t("demonstration")),
    ),
    slider({
      id: each.id,
      label: each.name,
      stated: each.weight,
      most: Math.max(3, Math.ceil(2 * each.weight)),
      step: 0.1,
      chosen: state.priorities,
      moved,
    }),
    h(
      "details",
      {},
      h("summary", {}, t("more")),
      each.description && h("p", {}, each.description),
      each.quote && h("blockquote", {}, each.quote),
      each.source && sourceLine(each.source),
      each.organisation && h("p", { class: "help" }, t("issuedBy", { name: each.organisation.name })),
      valid &&
        h(
          "p",
          { class: "help" },
          t("valid", { from: dateText(each.validFrom) || t("open"), to: dateText(each.validTo) || t("open") }),
        ),
      (each.industries.length || each.tracks.length) > 0 &&
        h(
          "p",
          { class: "help" },
          `${t("fields")}: ${joined([...each.industries, ...each.tracks].map((one) => one.name))}`,
        ),
    ),
  ];
}

function needs(place) {
  const { edges } = place.needs;
  if (!edges.length) return null;
  return h(
    "section",
    { class: "needs" },
    h("h2", {}, t("needs")),
    h(
      "ul",
      {},
      edges.map(({ node }) => h("li", {}, withoutMark(node.name), h("span", { class: "badge" }, word(node.kind)))),
    ),
  );
}
