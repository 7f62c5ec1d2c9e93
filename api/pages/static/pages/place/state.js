// What the reader chose on a place's page: filters and weights, in the address and as variables of a query.

import { parameters, write } from "../frame/address.js";

export const FACETS = ["track", "industry", "origin", "station", "stage", "level"];
export const PAGE = 20;
export const MOST_COMPARED = 100;
/** So many lines of another list a list of `size` lines is compared with. */
export const compared = (size) => Math.min(MOST_COMPARED, 3 * size);

/** The choices that the address holds. */
export function readState() {
  const asked = parameters();
  const weights = (prefix) =>
    new Map(
      [...asked]
        .filter(
          ([name, value]) =>
            name.startsWith(prefix) && value.trim() !== "" && Number(value) >= 0 && Number.isFinite(Number(value)),
        )
        .map(([name, value]) => [name.slice(prefix.length), Number(value)]),
    );
  const size = Number(asked.get("n"));
  return {
    ...Object.fromEntries(FACETS.map((name) => [name, asked.getAll(name)])),
    edition: asked.get("edition"),
    q: asked.get("q") ?? "",
    priorities: weights("p."),
    blocks: weights("b."),
    industries: weights("i."),
    only: asked.get("only"),
    order: asked.get("order") === "score" ? "score" : null,
    scenario: asked.get("scenario"),
    beside: asked.getAll("with"),
    compare: asked.get("view") === "compare",
    size: [20, 40, 60, 80, 100].includes(size) ? size : PAGE,
  };
}

/** Put the choices into the address. `push` makes a step to go back to. */
export function writeState(state, push = false) {
  const now = parameters();
  const weights = (prefix, map) => {
    const gone = [...now.keys()].filter((name) => name.startsWith(prefix));
    return {
      ...Object.fromEntries(gone.map((name) => [name, null])),
      ...Object.fromEntries([...map].map(([name, value]) => [prefix + name, String(value)])),
    };
  };
  write(
    {
      ...Object.fromEntries(FACETS.map((name) => [name, state[name]])),
      edition: state.edition,
      q: state.q,
      ...weights("p.", state.priorities),
      ...weights("b.", state.blocks),
      ...weights("i.", state.industries),
      only: state.only,
      order: state.order,
      scenario: state.scenario,
      with: state.beside,
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
  if (state.station.length) filter.recommendedBy = state.station;
  if (state.stage.length) filter.fundingStage = state.stage;
  if (state.level.length) filter.technologyLevel = state.level;
  if (state.edition) filter.edition = [state.edition];
  if (state.q.trim()) filter.search = state.q.trim();
  return Object.keys(filter).length ? filter : null;
}

/** The weights of this view, and what it shows of a list, as `RankingOptions`; null for today's. */
export function optionsOf(state) {
  const options = { ...(isWhatIf(state) ? inputOf(state) : {}), ...shownOptions(state) };
  return Object.keys(options).length ? options : null;
}

/** What a list is shown of, whatever its weights: the one thing asked for, or all; spread over them, or by score. */
export const shownOptions = ({ only, order }) => ({
  ...(only ? { only } : {}),
  ...(order === "score" ? { spread: "NONE" } : {}),
});

/** Weights as the API takes them: `state` holds maps by priority, industry and block. */
export function inputOf({ blocks, priorities, industries }) {
  const made = {
    weights: [...blocks].map(([block, weight]) => ({ block, weight })),
    priorityWeights: [...priorities].map(([priority, weight]) => ({ priority, weight })),
  };
  if (industries.size) made.industryWeights = [...industries].map(([industry, weight]) => ({ industry, weight }));
  return made;
}

/** The view as a `ScenarioInput`, without its name. */
export function scenarioOf(state) {
  const { weights, priorityWeights, industryWeights = [] } = inputOf(state);
  return { priorityWeights, industryWeights, blockWeights: weights, pool: filterOf(state) };
}

/** Put a saved filter into the state: what this page's facets can show of it. */
export function takePool(state, pool) {
  const given = pool ?? {};
  Object.assign(state, {
    track: given.track ?? [],
    industry: given.industry?.concepts ?? [],
    origin: given.origin ?? [],
    station: given.recommendedBy ?? [],
    stage: given.fundingStage ?? [],
    level: given.technologyLevel ?? [],
    edition: given.edition?.[0] ?? null,
    q: given.search ?? "",
  });
}

export const isWhatIf = (state) => state.priorities.size + state.blocks.size + state.industries.size > 0;
