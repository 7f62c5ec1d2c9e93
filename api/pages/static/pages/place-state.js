// What the reader chose on a place's page: filters and weights, in the address and as variables of a query.

import { parameters, write } from "./address.js";

export const FACETS = ["track", "industry", "origin", "stage", "level"];
export const PAGE = 20;
export const MOST_COMPARED = 100;

/** The choices that the address holds. */
export function read() {
  const asked = parameters();
  const weights = (prefix) =>
    new Map(
      [...asked]
        .filter(([name, value]) => name.startsWith(prefix) && value.trim() !== "" && Number(value) >= 0 && Number.isFinite(Number(value)))
        .map(([name, value]) => [name.slice(prefix.length), Number(value)]),
    );
  const size = Number(asked.get("n"));
  return {
    ...Object.fromEntries(FACETS.map((name) => [name, asked.getAll(name)])),
    edition: asked.get("edition"),
    q: asked.get("q") ?? "",
    priorities: weights("p."),
    blocks: weights("b."),
    compare: asked.get("view") === "compare",
    size: [20, 40, 60, 80, 100].includes(size) ? size : PAGE,
  };
}

/** Put the choices into the address. `push` makes a step to go back to. */
export function keep(state, push = false) {
  const now = parameters();
  const weights = (prefix, map) => {
    const gone = [...now.keys()].filter((name) => name.startsWith(prefix));
    return { ...Object.fromEntries(gone.map((name) => [name, null])), ...Object.fromEntries([...map].map(([name, value]) => [prefix + name, String(value)])) };
  };
  write(
    {
      ...Object.fromEntries(FACETS.map((name) => [name, state[name]])),
      edition: state.edition,
      q: state.q,
      ...weights("p.", state.priorities),
      ...weights("b.", state.blocks),
      view: state.compare ? "compare" : null,
      n: state.size === PAGE ? null : String(state.size),
    },
    { push },
  );
}

/** The pool as a `ProjectFilter`; null for everything. */
export function filterOf(state) {
  const filter = {};
  if (state.track.length) filter.track = state.track;
  if (state.industry.length) filter.industry = { concepts: state.industry, narrower: false, mapped: false };
  if (state.origin.length) filter.origin = state.origin;
  if (state.stage.length) filter.fundingStage = state.stage;
  if (state.level.length) filter.technologyLevel = state.level;
  if (state.edition) filter.edition = [state.edition];
  if (state.q.trim()) filter.search = state.q.trim();
  return Object.keys(filter).length ? filter : null;
}

/** The weights of this view as `RankingOptions`; null for today's. */
export function optionsOf(state) {
  if (!isWhatIf(state)) return null;
  return {
    weights: [...state.blocks].map(([block, weight]) => ({ block, weight })),
    priorityWeights: [...state.priorities].map(([priority, weight]) => ({ priority, weight })),
  };
}

export const isWhatIf = (state) => state.priorities.size + state.blocks.size > 0;
