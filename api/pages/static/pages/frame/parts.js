// Parts of more than one page: a project's name, what it is, its score, what a list says of itself.

import { link } from "./address.js";
import { h } from "./dom.js";
import { joined, money, score, t, word } from "./texts.js";

/** What a list has to say of itself: that its subject states nothing, or that nothing on offer matches well. */
export function listNotice(ranked) {
  const told = ranked.declaresNothing ? "declaresNothing" : ranked.noStrongMatch ? "noStrongMatch" : null;
  return told && h("p", { class: "note", role: "status" }, t(told));
}

/** That a project says too little for its texts to tell much. */
export const littleText = (edge) => edge.tooLittleText && h("p", { class: "help" }, t("tooLittleText"));

/** Tracks, origin, stage, level on one line. */
export function metaLine(node, ...more) {
  return h(
    "p",
    { class: "meta" },
    [
      joined((node.tracks ?? []).map((each) => each.name)),
      node.origin && t("from", { place: node.origin.name }),
      word(node.fundingStage),
      word(node.technologyLevel),
      money(node.ask),
      ...more,
    ]
      .filter(Boolean)
      .map((each) => h("span", {}, each)),
  );
}

/** A project's name as a link, and whether it is a demonstration record. */
export const projectName = (node) => [
  h("a", { href: link(`/projects/${node.id}`) }, node.name ?? node.id),
  node.fictional && h("span", { class: "badge" }, t("demonstration")),
];

/** A name without the mark of a demonstration record at its end, where there is no room for it. */
export const withoutMark = (name) => name.replace(/\s*[(（](demonstration|演示)[)）]$/u, "");

/** The score as figures and, where `band` is known, in words. */
export const scoreFigure = (value, band = null) =>
  h(
    "p",
    { class: "score" },
    h("span", { class: "unseen" }, `${t("score")} `),
    score(value),
    band && h("span", { class: `band ${band.toLowerCase()}` }, t(`band${band}`)),
  );

/** Where something is stated: the document's title, as a link where it has an address, and its publisher. */
export const sourceLine = ({ title, url, publisher }) =>
  h(
    "p",
    { class: "help" },
    `${t("source")}: `,
    url ? h("a", { href: url, rel: "noreferrer" }, title) : title,
    publisher ? ` (${publisher})` : "",
  );

const MOST_SHOWN = 220;

/** One or two lines of what a project is: its summary, else the first sentences of its description. */
export function gist({ summary, description }) {
  if (summary || !description) return summary && h("p", { class: "gist" }, summary);
  const sentences = description.match(/[^.!?。！？]+[.!?。！？]+["”’]?\s*/gu) ?? [description];
  let text = "";
  for (const sentence of sentences) {
    if (text && text.length + sentence.length > MOST_SHOWN) break;
    text += sentence;
  }
  return h("p", { class: "gist" }, text.length > 2 * MOST_SHOWN ? `${text.slice(0, 2 * MOST_SHOWN)}…` : text.trim());
}
