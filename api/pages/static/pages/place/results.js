// What a place's page shows of the answers: counts, what is asked for, and the list or several side by side.

import { fill, h } from "../frame/dom.js";
import { emptyState } from "../frame/frame.js";
import { legend, scoreScale } from "../frame/bars.js";
import { listNotice } from "../frame/parts.js";
import { asked } from "./asked.js";
import { sideBySide } from "./list.js";
import { clearButton, isNarrowed } from "./narrowing.js";
import { isWhatIf, writeState, MOST_COMPARED, PAGE } from "./state.js";
import { drawWhatIf } from "./weighing/what-if.js";
import { number, t } from "../frame/texts.js";

/** Draw what was answered to `page`: `now`, and `today` and scenarios beside it where they are compared. */
export function drawResults(page) {
  const { state, now } = page;
  const scenario = isWhatIf(state) && page.today;
  const compared = page.comparing();
  const comparing = Boolean(page.today && state.compare && (scenario || compared.length));
  if (comparing !== page.columns.classList.contains("comparing")) {
    page.columns.classList.toggle("comparing", comparing);
    page.beside.open = !comparing && matchMedia("(min-width: 62rem)").matches;
  }
  fill(
    page.head,
    t("count", { total: number(now.totalCount) }),
    now.gatedCount ? ` · ${t("held", { gated: number(now.gatedCount) })}` : "",
  );
  drawWhatIf(page, scenario);
  if (!state.only) page.asked = now.coverage ?? page.asked;
  page.drawHeading();
  page.askedBox.className = ""; // the room that was kept for it
  fill(
    page.askedBox,
    asked(page.asked ?? [], state.only, (only) => page.showOnly(only)),
    listNotice(now),
  );
  if (!now.edges.length) {
    fill(page.legend);
    const empty = isNarrowed(state)
      ? emptyState(t("nothingFits"), t("nothingFitsHelp"), clearButton(page))
      : emptyState(t("noProjects"), t("noProjectsHelp"));
    return void fill(page.body, empty);
  }
  fill(page.legend, scoreScale(), legend(now.edges));
  if (comparing) {
    const lists = compared.map((each) => ({ name: each.name, edges: page.compared.get(each.id) ?? [] }));
    if (scenario) lists.unshift({ name: t("scenario"), edges: now.edges });
    return void fill(page.body, sideBySide(page.today, lists, state.size));
  }
  page.drawList(scenario);
  if (page.list.element.parentElement !== page.body) fill(page.body, page.list.element);
  page.body.querySelector(".show-more")?.remove();
  if (now.pageInfo.hasNextPage && state.size < MOST_COMPARED) page.body.append(moreButton(page));
}

function moreButton(page) {
  const more = () => {
    page.state.size += PAGE;
    page.today = null; // more of it is needed
    page.compared = new Map();
    writeState(page.state);
    page.update();
  };
  return h(
    "p",
    { class: "actions show-more" },
    h("button", { type: "button", onclick: more }, t("showMore")),
    h("span", { class: "help" }, t("moreRows", { count: number(page.now.totalCount - page.now.edges.length) })),
  );
}
