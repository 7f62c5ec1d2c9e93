// Records as cards: what each is in a line or two.

import { h } from "../frame/dom.js";
import { gist } from "../frame/parts.js";

export const cards = (entity, nodes) =>
  h(
    "ul",
    { class: "tiles" },
    nodes.map((node) => {
      const [first, ...others] = entity.columns;
      return h(
        "li",
        { class: "tile", data: { id: node.id } },
        h("h2", {}, first.cell(node)),
        h(
          "p",
          { class: "meta" },
          others
            .filter((column) => !column.optional)
            .map((column) => column.cell(node))
            .filter(Boolean)
            .map((cell) => h("span", {}, cell)),
        ),
        gist({ summary: node.summary, description: node.thesis ?? node.description }),
      );
    }),
  );
