// Whose list: organisers choose.

import { everyNode } from "../frame/api.js";
import { fill, h } from "../frame/dom.js";
import { investorType, t } from "../frame/texts.js";

/** All investors, to choose one. */
export async function choose(root) {
  const found = await everyNode("investors", "investors");
  found.sort((a, b) => (a.name ?? "").localeCompare(b.name ?? ""));
  const address = (id) => {
    const there = new URLSearchParams(location.search);
    there.set("investor", id);
    return `?${there}`;
  };
  fill(
    root,
    h("h1", {}, t("chooseInvestor")),
    h("p", { class: "lead" }, t("chooseInvestorHelp")),
    h(
      "ul",
      { class: "tiles" },
      found.map((each) =>
        h(
          "li",
          { class: "tile" },
          h("h2", {}, h("a", { href: address(each.id) }, each.name)),
          h("p", { class: "meta" }, investorType(each.type)),
        ),
      ),
    ),
  );
}
