// The part of the pool that the page looks at: whether it is narrowed, in words, and how to look at all of it again.

import { h } from "../frame/dom.js";
import { FACETS } from "./state.js";
import { joined, language, t, word } from "../frame/texts.js";

export const isNarrowed = (state) => FACETS.some((name) => state[name].length) || Boolean(state.q || state.edition);

/** What a sheet of paper has to say of itself: of which day, of which part of the pool, for what alone. */
export function printed(page) {
  const { state } = page;
  const edition = page.editions.find((each) => each.id === state.edition)?.name;
  const words = joined([
    state.q && `“${state.q}”`,
    edition,
    ...FACETS.flatMap((name) => state[name]).map((value) => page.names.get(value) ?? word(value)),
  ]);
  const date = new Date().toLocaleDateString(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "long" });
  const only = state.only && page.asked?.find((each) => each.aspect === state.only)?.name;
  return [
    t("printed", { date }),
    words && ` · ${t("filters")}: ${words}`,
    only && ` · ${t("onlyFor", { name: only })}`,
    ` · ${t(page.isSpread() ? "spreadOrder" : "scoreOrder")}`,
  ];
}

/** A button that looks at the whole pool again. */
export function clearButton(page, look = "primary", name = "wholePool") {
  const clear = () => {
    Object.assign(page.state, Object.fromEntries(FACETS.map((facet) => [facet, []])), { q: "", edition: null });
    page.refilter(true).then(() => {
      page.filters.querySelector("#pool-search")?.focus({ preventScroll: true });
      if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
    });
  };
  return h("button", { type: "button", class: look, onclick: clear }, t(name));
}
