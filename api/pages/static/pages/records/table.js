// Records as a compact table whose columns are chosen and sort it.

import { h } from "../frame/dom.js";
import { t } from "../frame/texts.js";

const shownColumns = (entity, view) =>
  entity.columns.filter(({ name, optional }) => (view.columns ? view.columns.includes(name) : !optional));

/** `sort(order, focus)` is told of another order: a field, with a minus for descending. */
export function table(entity, view, nodes, sort) {
  const columns = shownColumns(entity, view);
  return h(
    "div",
    { class: "scrolled-sideways", tabindex: "0", role: "region", "aria-label": t(`records_${entity.name}`) },
    h(
      "table",
      { class: "records" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          columns.map((column) => heading(column, view, sort)),
        ),
      ),
      h(
        "tbody",
        {},
        nodes.map((node) =>
          h(
            "tr",
            { data: { id: node.id } },
            columns.map((column, at) =>
              at === 0 ? h("th", { scope: "row" }, column.cell(node)) : h("td", {}, column.cell(node)),
            ),
          ),
        ),
      ),
    ),
  );
}

function heading({ name, order }, view, sort) {
  const title = t(`column_${name}`);
  if (!order) return h("th", { scope: "col" }, title);
  const now = view.order ?? "NAME";
  const direction = now === order ? "ascending" : now === `-${order}` ? "descending" : null;
  const next = direction === "ascending" ? `-${order}` : order;
  return h(
    "th",
    { scope: "col", "aria-sort": direction },
    h(
      "button",
      {
        type: "button",
        class: "quiet sort",
        data: { order },
        onclick: () => sort(next === "NAME" ? null : next, `[data-order="${order}"]`),
      },
      title,
      h("span", { "aria-hidden": "true" }, { ascending: " ▴", descending: " ▾" }[direction] ?? ""),
    ),
  );
}

/** Boxes for the columns; the first always stays. */
export function columnChoice(entity, view, changed) {
  const tick = (column) => {
    const box = h("input", {
      type: "checkbox",
      checked: shownColumns(entity, view).includes(column),
      onchange: () => {
        const names = shownColumns(entity, view).map((each) => each.name);
        const now = box.checked ? [...names, column.name] : names.filter((name) => name !== column.name);
        view.columns = entity.columns.map(({ name }) => name).filter((name) => now.includes(name));
        changed();
      },
    });
    return h("label", { class: "tick" }, box, t(`column_${column.name}`));
  };
  return h(
    "details",
    { class: "column-choice" },
    h("summary", {}, t("columnChoice")),
    h("div", {}, entity.columns.slice(1).map(tick)),
  );
}
