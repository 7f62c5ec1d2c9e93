// What would change: ranks of today against ranks of a scenario, and which block is behind it.

/** Edges by project id. */
export const byId = (edges) => new Map(edges.map((edge) => [edge.node.id, edge]));

/**
 * How one edge moved: `{was, by, kind, block, points}`. `was` is null where today's list, as far as it was read,
 * doesn't have it; `block` is the one whose points changed most in the direction of the move, null where none did.
 */
export function move(edge, today) {
  const before = today.get(edge.node.id);
  if (!before) return { was: null, by: null, kind: "new", block: null, points: 0 };
  const by = before.rank - edge.rank;
  const [block, points] = strongest(before.contributions, edge.contributions, Math.sign(by));
  return { was: before.rank, by, kind: by > 0 ? "up" : by < 0 ? "down" : "same", block, points };
}

function strongest(before, after, sign) {
  const was = new Map(before.map((each) => [each.block, each.points]));
  let found = [null, 0];
  for (const { block, points } of after) {
    const difference = points - (was.get(block) ?? 0);
    if (block !== "baseline" && sign * difference > sign * found[1]) found = [block, difference];
  }
  return found;
}

/** Counts among the first `size`: who rises, falls, comes in, drops out; and the edges that drop out. */
export function summary(now, todayEdges, size) {
  const today = byId(todayEdges);
  const first = now.slice(0, size);
  const listed = new Set(first.map((edge) => edge.node.id));
  const counts = { up: 0, down: 0, new: 0 };
  for (const edge of first) {
    const before = today.get(edge.node.id);
    if (!before || before.rank > size) counts.new += 1;
    else if (before.rank > edge.rank) counts.up += 1;
    else if (before.rank < edge.rank) counts.down += 1;
  }
  const out = todayEdges.filter((edge) => edge.rank <= size && !listed.has(edge.node.id));
  return { ...counts, out };
}
