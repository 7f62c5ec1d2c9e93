// What an investor's answers changed: the list beside the one that it would get by its mandate alone.

import { ask } from "./api.js";
import { h } from "./dom.js";
import { t } from "./texts.js";

const tally = (projects) => {
  const counts = new Map();
  for (const { tracks } of projects) for (const { id, name } of tracks) counts.set(id, { name, count: (counts.get(id)?.count ?? 0) + 1 });
  return counts;
};

/** Sentences on which tracks became more or fewer, each with the answers behind it. */
export async function changes(id, investor, size) {
  const { edges } = investor.interests;
  if (!edges.length) return h("p", { class: "help" }, t("notLearned"));
  const declared = await ask("investor-declared", { id, first: size });
  const before = tally(declared.investor.rankedProjects.edges.map((edge) => edge.node));
  const now = tally(investor.rankedProjects.edges.map((edge) => edge.node));
  const of = (kind) => tally(edges.filter(({ node }) => node.kind === kind && node.project).map(({ node }) => node.project));
  const [passed, liked] = [of("PASS"), of("LIKE")];
  const found = [];
  for (const track of new Set([...before.keys(), ...now.keys()])) {
    const was = before.get(track)?.count ?? 0;
    const is = now.get(track)?.count ?? 0;
    if (was === is) continue;
    const [behind, words] = is < was ? [passed, "youPassed"] : [liked, "youLiked"];
    const count = behind.get(track)?.count ?? 0;
    const why = count ? t(words, { count }) : t("byOthers");
    const called = (now.get(track) ?? before.get(track)).name;
    found.push([Math.abs(is - was), t(is < was ? "fewer" : "moreOf", { track: called, now: is, size: investor.rankedProjects.edges.length, before: was, why })]);
  }
  if (!found.length) return h("p", { class: "help" }, t("sameTracks"));
  found.sort((a, b) => b[0] - a[0]);
  return h("ul", { class: "plain" }, found.map(([, text]) => h("li", {}, text)));
}
