// A whole connection of a place, page by page.

import { ask } from "../frame/api.js";

/** All nodes of one of the place's connections, by project. */
export async function readAll(id, operation, connection) {
  const found = new Map();
  let after = null;
  do {
    const data = await ask(operation, { id, after }, { partial: true });
    const connected = data.place?.[connection];
    for (const { node } of connected?.edges ?? []) if (node.project) found.set(node.project.id, node);
    after = connected?.pageInfo.hasNextPage ? connected.pageInfo.endCursor : null;
  } while (after);
  return found;
}
