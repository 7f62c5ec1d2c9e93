import type { RankingOptions } from "./generated/graphql";

/** Lines in the first page, and in each further one. */
export const PAGE = 10;

/** The weights that the visitor has moved, by the priority's id. */
export type Weights = Record<string, number>;

/** The ranking's options; undefined as long as nothing is moved, so that the usual list is asked for. */
export function optionsOf(weights: Weights): RankingOptions | undefined {
  const moved = Object.entries(weights).map(([priority, weight]) => ({ priority, weight }));
  return moved.length > 0 ? { priorityWeights: moved } : undefined;
}
