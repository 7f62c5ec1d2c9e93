// An investor's list: twenty projects, why, and what to say of each; what is answered leaves it for the shortlist.

import { ask, once, STAFF, currentViewer } from "../frame/api.js";
import { parameters } from "../frame/address.js";
import { legend, scoreScale, setModel } from "../frame/bars.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, signIn, titled } from "../frame/frame.js";
import { loadPanel } from "../frame/panel.js";
import { listNotice } from "../frame/parts.js";
import { choose } from "./choose.js";
import { mandateParts } from "./mandate-card.js";
import { preferenceSummary } from "./preferences.js";
import { lines, saveList } from "./ranked.js";
import { readAnswers, showMoved, shortlistParts } from "./shortlist.js";
import "./texts.js";
import { number, t } from "../frame/texts.js";

const SIZE = 20;
const MOST_ASKED = 100;
const OPTIONS = { excludePassed: true, excludePortfolio: true };

page(async (root) => {
  const viewer = await currentViewer();
  const chosen = parameters().get("investor");
  if (viewer.role === "INVESTOR" && viewer.subject) return new InvestorList(root, viewer.subject.id, viewer).show();
  if (STAFF.has(viewer.role)) return chosen ? new InvestorList(root, chosen, viewer).show() : choose(root);
  const help = viewer.role === "PUBLIC" ? t("listSignInHelp") : `${t("notAnInvestor")} ${t("listSignInHelp")}`;
  fill(
    root,
    h("h1", {}, t("listTitle")),
    emptyState(t("listSignIn"), help, h("button", { type: "button", class: "primary", onclick: signIn }, t("signIn"))),
  );
});

class InvestorList {
  constructor(root, id, viewer) {
    Object.assign(this, { root, id, viewer });
    this.byStaff = viewer.role !== "INVESTOR";
    this.answers = new Map();
    this.edges = [];
  }

  /** Lay the page out, then fill its panels: each loads, fails and is tried again on its own. */
  async show() {
    const { byStaff, viewer } = this;
    this.readAnswers = once(async () => (this.answers = await readAnswers(this.id)));
    this.title = h("h1", {}, byStaff ? t("listOf", { name: "…" }) : t("listTitle"));
    this.lead = h("p", { class: "lead" }, "…");
    this.links = h("p", { class: "actions list-links" });
    this.list = h("div", { class: "results" });
    this.learned = h("section", { class: "card learned" });
    this.mandate = h("section", { class: "card" });
    this.shortlist = h("section", { class: "card shortlist" });
    titled(t("listTitle"));
    fill(
      this.root,
      h(
        "div",
        { class: "title" },
        byStaff ? null : h("p", { class: "path" }, viewer.subject.name),
        this.title,
        this.lead,
      ),
      h(
        "div",
        { class: "two" },
        h(
          "section",
          { class: "middle-column", "aria-labelledby": "projects" },
          h("h2", { id: "projects", class: "unseen" }, t("projects")),
          this.links,
          this.list,
        ),
        h("div", {}, this.shortlist, this.learned, this.mandate),
      ),
    );
    await Promise.all([
      loadPanel(this.list, () => this.loadList(), { lines: 16 }),
      loadPanel(this.shortlist, () => this.readAnswers().then(() => this.drawShortlist()), {
        title: t("answersTitle"),
      }),
      loadPanel(this.mandate, () => this.loadMandate(), { title: t("mandate") }),
    ]);
  }

  async loadList() {
    await this.readAnswers().catch(() => null); // the shortlist says so itself
    const first = Math.min(MOST_ASKED, SIZE + this.answers.size);
    const { capabilities, investor } = await ask("investor-list", { id: this.id, first, options: OPTIONS });
    if (!investor) throw Object.assign(new Error(), { code: "NOT_FOUND" });
    setModel(capabilities);
    this.ranked = investor.rankedProjects;
    this.edges = this.ranked.edges.filter((edge) => !this.answers.has(edge.node.id)).slice(0, SIZE);
    this.name = investor.name;
    if (this.byStaff) {
      this.title.textContent = t("listOf", { name: investor.name });
      titled(this.title.textContent);
    }
    fill(this.lead, t("listLead", { shown: this.edges.length, total: number(this.ranked.totalCount) }));
    fill(this.learned, h("h2", {}, t("learned")), preferenceSummary(this.ranked, this.answers.size));
    this.drawList();
    this.drawLinks();
  }

  drawList() {
    const { edges, ranked } = this;
    if (!edges.length) return void fill(this.list, emptyState(t("listEmpty"), t("listEmptyHelp")));
    const more = ranked.totalCount - ranked.edges.length;
    this.lines = h(
      "ol",
      { class: "ranked" },
      lines(
        edges,
        this.id,
        (id) => this.answers.has(id),
        (...given) => this.answered(...given),
      ),
    );
    fill(
      this.list,
      listNotice(ranked),
      h("div", { class: "legend-box" }, scoreScale(), legend(edges)),
      this.lines,
      h(
        "p",
        { class: "actions next" },
        h("button", { type: "button", class: "primary", onclick: () => this.next() }, t("nextList")),
        more > 0 && h("span", { class: "help" }, t("moreRows", { count: number(more) })),
      ),
    );
  }

  drawLinks() {
    fill(
      this.links,
      this.arrives && h("a", { class: "quiet", href: `/list/digests${location.search}` }, t("arrives")),
      this.edges.length > 0 && [
        h("button", { type: "button", class: "quiet", onclick: () => saveList(this.name, this.edges) }, t("csv")),
        h("button", { type: "button", class: "quiet", onclick: () => print() }, t("print")),
      ],
    );
  }

  async loadMandate() {
    const { capabilities, investor } = await ask("investor", { id: this.id });
    if (!investor) throw Object.assign(new Error(), { code: "NOT_FOUND" });
    const sends = ({ name, state }) => name === "digest" && ["ACTIVE", "DEGRADED", "RESTING"].includes(state);
    this.arrives = this.viewer.role !== "ORGANISER" && capabilities.plugins.some(sends);
    this.drawLinks();
    fill(this.mandate, mandateParts(investor, this.byStaff));
  }

  drawShortlist() {
    fill(
      this.shortlist,
      shortlistParts(this.answers, this.id, (...given) => this.answered(...given)),
    );
  }

  /** A project was answered and leaves the list, or its answer was taken back and it returns. */
  answered(project, answer) {
    const row = this.lines?.querySelector(`li[data-id="${project.id}"]`);
    const next = row?.nextElementSibling ?? row?.previousElementSibling;
    if (answer) this.answers = new Map([[project.id, { ...answer, project }], ...this.answers]);
    else this.answers.delete(project.id);
    if (answer) row?.remove();
    else this.drawList();
    this.drawShortlist();
    const focused = answer ? next : this.lines?.querySelector(`li[data-id="${project.id}"]`);
    (focused?.querySelector(".answers button") ?? document.getElementById("main")).focus({ preventScroll: true });
    if (answer) showMoved(project, this.id, (...given) => this.answered(...given));
  }

  /** The next list, made anew from the answers. */
  async next() {
    await loadPanel(this.list, () => this.loadList());
    document.getElementById("main").focus();
  }
}
