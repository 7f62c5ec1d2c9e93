// What is shown of a list of records: search, filters, order, page, columns; in the address and as variables.

import { parameters, write } from "../frame/address.js";

const SIZE = 20;
/** A phone has no room for a table. */
const isNarrow = () => matchMedia("(max-width: 40rem)").matches;

/** The choices that the address holds. `chosen`: values by filter. */
export function readView(entity) {
  const asked = parameters();
  const columns = asked.get("columns")?.split(",") ?? [];
  const known = columns.filter((name) => entity.columns.some((column) => column.name === name));
  return {
    q: asked.get("q") ?? "",
    chosen: Object.fromEntries(entity.filters.map(({ name }) => [name, asked.getAll(name)])),
    order: entity.columns.some(({ order }) => order === asked.get("sort")?.replace("-", "")) ? asked.get("sort") : null,
    cards: asked.has("view") ? asked.get("view") === "cards" : isNarrow(),
    columns: known.length ? known : null,
    after: asked.get("after"),
    before: asked.get("before"),
  };
}

/** Put the choices into the address. `push` makes a step to go back to. */
export function writeView(entity, view, push = false) {
  write(
    {
      q: view.q,
      ...Object.fromEntries(entity.filters.map(({ name }) => [name, view.chosen[name] ?? []])),
      sort: view.order,
      view: view.cards === isNarrow() ? null : view.cards ? "cards" : "table",
      columns: view.columns?.join(",") ?? null,
      after: view.after,
      before: view.before,
    },
    { push },
  );
}

export const isNarrowed = (view) => Boolean(view.q) || Object.values(view.chosen).some((values) => values.length > 0);

/** The entity's filter input: what is searched and chosen, but for the filter `without`. */
function filterOf(entity, view, without = null) {
  const filter = {};
  if (view.q) filter.search = view.q;
  for (const { name } of entity.filters)
    if (name !== without && view.chosen[name]?.length) filter[name] = view.chosen[name];
  return filter;
}

export function listVariables(entity, view) {
  const field = view.order ?? "NAME";
  const orderBy = [{ field: field.replace("-", ""), direction: field.startsWith("-") ? "DESC" : "ASC" }];
  const page = view.before ? { last: SIZE, before: view.before } : { first: SIZE, after: view.after };
  return { filter: filterOf(entity, view), orderBy, ...page };
}

/** For each filter what the others leave: so many there would be of each of its values. */
export const countVariables = (entity, view) =>
  Object.fromEntries(entity.filters.map(({ name }) => [name, filterOf(entity, view, name)]));
