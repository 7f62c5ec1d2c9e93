// The list that a mandate gives, beside the one that the saved mandate gives.

import { ask, latest } from "../frame/api.js";
import { link } from "../frame/address.js";
import { announce, fill, h } from "../frame/dom.js";
import { mandateInput } from "./state.js";
import { byId, move, summary } from "../place/weighing/moves.js";
import { blockName } from "../frame/bars.js";
import { number, score, signed, t } from "../frame/texts.js";

const SIZE = 20;
const READ = 60; // so far a project that falls is known to have only fallen

/** Shows the effect in `element`; `said(text)` is told the summary. `show(mandate, fields)` asks for it. */
export class Effect {
  constructor(id, said) {
    this.id = id;
    this.said = said;
    this.element = h("div", { class: "effect-body" });
    this.today = null;
    this.show = latest((state, fields) => this.draw(state, fields));
  }

  async ask(mandate, first) {
    const { investor } = await ask("mandate-effect", { id: this.id, mandate, first });
    return investor.rankedProjects;
  }

  /** The saved mandate's list, read anew after it was saved. */
  forget() {
    this.today = null;
  }

  async draw(state, fields) {
    this.element.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => {
      this.said(t("effectWaits"));
      announce(t("effectWaits"));
    }, 900);
    try {
      this.today ??= await this.ask(null, READ);
      const now = fields.length ? await this.tried(mandateInput(state, fields)) : this.today;
      fill(this.element, this.list(now, fields.length > 0));
    } catch (problem) {
      const known = problem.code && t(problem.code) !== problem.code && problem.code !== "UNAVAILABLE"; // a request cut off has none
      const text = known ? t(problem.code) : problem.message;
      fill(this.element, h("p", { class: "bad", role: "alert" }, text));
      this.said(text);
    } finally {
      clearTimeout(slow);
      this.element.removeAttribute("aria-busy");
    }
  }

  /** Somebody is about to write: the process that reads texts starts when the thesis is tried as it is. */
  warm(state) {
    this.ask(mandateInput(state, ["thesis"]), READ).catch(() => {}); // what is asked for in earnest tells what is wrong
    this.warm = () => {};
  }

  /** A text is read by a process that may have to start first: what takes too long is asked again. */
  async tried(mandate, times = 3) {
    try {
      return await this.ask(mandate, READ);
    } catch (problem) {
      if (problem.code !== "TIMEOUT" || times <= 1) throw problem;
      return this.tried(mandate, times - 1);
    }
  }

  list(now, tried) {
    const first = now.edges.slice(0, SIZE);
    const known = byId(this.today.edges);
    const { up, down, new: comes, out } = summary(now.edges.slice(0, SIZE), this.today.edges, SIZE);
    const size = first.length;
    const moves =
      comes + out.length + up + down
        ? t("effectMoves", { size, up, down, new: comes, out: out.length })
        : t("effectSame", { size });
    const totals = { now: number(now.totalCount), before: number(this.today.totalCount) };
    const total = now.totalCount === this.today.totalCount ? t("effectTotalSame", totals) : t("effectTotal", totals);
    this.said(tried ? moves : "");
    if (tried) announce(`${moves} ${total}`);
    return [
      h("p", { class: "count" }, tried ? `${moves} ${total}` : total),
      h(
        "ol",
        { class: "effect-list" },
        first.map((edge) => line(edge, tried ? moved(edge, known) : null)),
      ),
      tried && out.length > 0 && h("h3", {}, t("dropped", { size: SIZE })),
      tried &&
        out.length > 0 &&
        h(
          "ul",
          { class: "effect-list" },
          out.map((edge) => line(edge, { kind: "out" })),
        ),
    ];
  }
}

/** Among the first twenty, what was further down than twenty comes in. */
function moved(edge, known) {
  const found = move(edge, known);
  return found.was > SIZE ? { ...found, kind: "new" } : found;
}

function line(edge, how) {
  const words =
    how &&
    {
      up: t("rises", { by: how.by }),
      down: t("falls", { by: -how.by }),
      new: t("comesIn"),
      same: t("unchanged"),
      out: "",
    }[how.kind];
  const sign = how && { up: `▲ ${how.by}`, down: `▼ ${-how.by}`, new: "★", same: "=", out: "" }[how.kind];
  return h(
    "li",
    { class: how?.kind, data: { id: edge.node.id } },
    h("span", { class: "rank" }, String(edge.rank)),
    h(
      "span",
      { class: "what" },
      h("a", { href: link(`/projects/${edge.node.id}`) }, edge.node.name),
      how?.block &&
        ["up", "down", "new"].includes(how.kind) &&
        h("span", { class: "help" }, `${blockName(how.block)} ${signed(how.points)}`),
    ),
    sign
      ? h(
          "span",
          { class: `chip move ${how.kind}` },
          h("span", { "aria-hidden": "true" }, sign),
          h("span", { class: "unseen" }, words),
        )
      : h("span"),
    h("span", { class: "figure" }, score(edge.score)),
  );
}
