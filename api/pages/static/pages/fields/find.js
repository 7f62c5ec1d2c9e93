// Tracks, industries, places, projects and organisations by what somebody types, for a picker.

import { ask, everyNode } from "../frame/api.js";
import { joined, t, word } from "../frame/texts.js";

let tracks;

export async function findTracks(text) {
  tracks ??= everyNode("all-tracks", "tracks");
  const wanted = text.toLowerCase();
  return (await tracks)
    .filter((each) => each.name?.toLowerCase().includes(wanted))
    .slice(0, 12)
    .map((each) => ({ ...each, help: each.programme?.name }));
}

/** What is typed begins a word; Chinese is found anywhere as it is. */
const beginning = (text) => (/[\p{Script=Latin}\d]$/u.test(text) ? `${text}*` : text);

export async function findIndustries(text) {
  const { concepts } = await ask("find-industries", { search: beginning(text) });
  return concepts.edges.map(({ node }) => ({ id: node.id, name: node.name, help: node.scheme?.name }));
}

export async function findPlaces(text) {
  const { places } = await ask("find-places", { search: beginning(text) });
  return places.edges.map(({ node }) => ({
    id: node.id,
    name: node.name,
    help: joined([word(node.type), ...node.path.slice(0, -1).map((each) => each.name)]),
  }));
}

/** Projects and organisations, as what they are excluded as. */
export async function findExcluded(text) {
  const { search } = await ask("find-excluded", { search: beginning(text) });
  return search.edges.map(({ node }) => ({
    id: node.id,
    name: node.name,
    kind: node.__typename.toLowerCase(),
    help: node.kind ? word(node.kind) : t("organisation"),
  }));
}
