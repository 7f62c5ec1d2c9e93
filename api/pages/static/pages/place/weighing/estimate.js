// What the lines of a list will be, drawn before the API has answered: a block's points follow its weight.

/**
 * Edges as they will roughly be once the blocks weigh `weights` (block to weight) instead of `before`. Points of a
 * block are its weight times a value of the project, all divided by the spread over the pool; that spread is not
 * known here and moves little for a small step. The order stays until the answer comes: a place's list is spread over
 * what it asks for, which can't be told here.
 */
export function estimatedEdges(edges, before, weights) {
  const changed = [...weights].filter(([block, weight]) => before.get(block) > 0 && before.get(block) !== weight);
  if (!changed.length || changed.length < [...weights].filter(([block, weight]) => before.get(block) !== weight).length)
    return null;
  const factors = new Map(changed.map(([block, weight]) => [block, weight / before.get(block)]));
  return edges.map((edge) => {
    let score = edge.score;
    const contributions = edge.contributions.map((each) => {
      const factor = factors.get(each.block);
      if (factor === undefined) return each;
      score += each.points * (factor - 1);
      return { ...each, points: each.points * factor };
    });
    return { ...edge, score: Math.max(0, Math.min(100, score)), contributions };
  });
}
