// Columns that several lists have.

import { link } from "../../frame/address.js";
import { dateText } from "../../frame/dates.js";
import { h } from "../../frame/dom.js";
import { withoutMark } from "../../frame/parts.js";
import { joined, t, word } from "../../frame/texts.js";

/** A record's name as a link to its page, and whether it is a demonstration record. */
export const nameColumn = (folder) => ({
  name: "name",
  order: "NAME",
  cell: (node) => [
    h("a", { href: link(`/${folder}/${node.id}`) }, node.fictional ? withoutMark(node.name) : (node.name ?? node.id)),
    node.fictional && h("span", { class: "badge" }, t("demonstration")),
  ],
});

/** A field of a vocabulary, in words. */
export const wordColumn = (name, more = {}) => ({ name, cell: (node) => word(node[name]), ...more });

/** The name of a record that it belongs to. */
export const nameOfColumn = (name, more = {}) => ({ name, cell: (node) => node[name]?.name ?? "", ...more });

/** Names of several records. */
export const namesColumn = (name, more = {}) => ({
  name,
  cell: (node) => joined((node[name] ?? []).map((each) => each.name)),
  ...more,
});

/** A date as it is known. */
export const dateColumn = (name, more = {}) => ({ name, cell: (node) => dateText(node[name]), ...more });
