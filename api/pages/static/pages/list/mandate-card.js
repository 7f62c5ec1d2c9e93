// What the investor looks for, on a card beside the list.

import { h } from "../frame/dom.js";
import { investorType, joined, money, t, word } from "../frame/texts.js";

/** The parts of the card; `byStaff`: the one who looks acts for the investor. */
export function mandateParts(investor, byStaff) {
  const { tracks, industries, places, stages, cheque } = investor.mandate;
  const there = new URLSearchParams(location.search);
  if (byStaff) there.set("investor", investor.id);
  const fact = (title, text) => (text ? [h("dt", {}, title), h("dd", {}, text)] : null);
  return [
    h("h2", {}, t("mandate")),
    h(
      "p",
      { class: "name" },
      investor.name,
      h("span", { class: "badge" }, investorType(investor.type)),
      investor.fictional && h("span", { class: "badge" }, t("demonstration")),
    ),
    investor.thesis && h("blockquote", {}, investor.thesis),
    h(
      "dl",
      { class: "facts" },
      fact(t("byTrack"), joined(tracks.map((each) => each.track?.name))),
      fact(t("byIndustry"), joined(industries.map((each) => each.industry?.name))),
      fact(t("placesWanted"), joined(places.map((each) => each.name))),
      fact(t("stages"), joined((stages ?? []).map(word))),
      fact(t("cheque"), money(cheque)),
    ),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "button", href: `/list/mandate${there.size ? `?${there}` : ""}` }, t("changeMandate")),
    ),
  ];
}
