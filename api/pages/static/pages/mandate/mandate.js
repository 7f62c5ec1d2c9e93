// The mandate and thesis of an investor: changed here, tried on the list at once, saved when the investor says so.

import { ask, change, STAFF, currentViewer } from "../frame/api.js";
import { parameters } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, signIn, showProblem, titled, toast } from "../frame/frame.js";
import { reconcile } from "./conflict.js";
import { Effect } from "./effect.js";
import { fields } from "./fields.js";
import { changed, storeDraft, storedDraft, mandateInput, stateOf, titleOf } from "./state.js";
import "./texts.js";
import { setModel } from "../frame/bars.js";
import { joined, t } from "../frame/texts.js";

page(async (root) => {
  const viewer = await currentViewer();
  const own =
    viewer.role === "INVESTOR" ? viewer.subject?.id : STAFF.has(viewer.role) ? parameters().get("investor") : null;
  if (own) return show(root, own, viewer.role !== "INVESTOR");
  fill(
    root,
    h("h1", {}, t("mandateTitle")),
    emptyState(
      t("mandateSignIn"),
      t("listSignInHelp"),
      h("button", { type: "button", class: "primary", onclick: signIn }, t("signIn")),
    ),
  );
});

const listAddress = (id, byStaff) => {
  const there = new URLSearchParams(location.search);
  if (byStaff) there.set("investor", id);
  return `/list${there.size ? `?${there}` : ""}`;
};

async function show(root, id, byStaff) {
  const data = await ask("mandate", { id });
  if (!data.investor) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  setModel(data.capabilities);
  new Editor(root, data.investor, byStaff).open();
}

class Editor {
  constructor(root, investor, byStaff) {
    this.root = root;
    this.byStaff = byStaff;
    this.investor = investor;
    this.base = stateOf(investor);
    this.mine = storedDraft(investor.id, this.base);
    this.form = h("form", { class: "mandate-form", onsubmit: (event) => (event.preventDefault(), this.save()) });
    this.parts = h("span", { class: "parts" });
    this.moves = h("span", { class: "moves" });
    this.saveButton = h("button", { class: "primary", form: "mandate-form" }, t("saveMandate"));
    this.discardButton = h("button", { type: "button", onclick: () => this.discard() }, t("discard"));
    this.effect = new Effect(investor.id, (text) => (this.moves.textContent = text));
    this.form.id = "mandate-form";
  }

  open() {
    const title = this.byStaff ? t("mandateOf", { name: this.investor.name }) : t("mandateTitle");
    titled(title);
    fill(
      this.root,
      h(
        "div",
        { class: "title" },
        h(
          "p",
          { class: "path" },
          h("a", { href: listAddress(this.investor.id, this.byStaff) }, `‹ ${t("backToList")}`),
        ),
        h("h1", {}, title, this.investor.fictional && h("span", { class: "badge" }, t("demonstration"))),
        h("p", { class: "lead" }, t("mandateLead")),
      ),
      h(
        "div",
        { class: "mandate" },
        this.form,
        h(
          "section",
          { class: "card effect", "aria-labelledby": "effect" },
          h("h2", { id: "effect" }, t("effect")),
          this.effect.element,
        ),
      ),
      h(
        "div",
        { class: "save-bar" },
        h("p", { "aria-live": "off" }, this.parts, this.moves),
        h("p", { class: "actions" }, this.discardButton, this.saveButton),
      ),
    );
    this.fields();
    this.touched(0);
  }

  fields() {
    fill(
      this.form,
      fields(this.mine, { touched: (wait) => this.touched(wait), warm: () => this.effect.warm(this.base) }),
    );
  }

  /** Something changed: say what, keep the draft, and show its effect once it rests for `wait` milliseconds. */
  touched(wait) {
    const parts = changed(this.base, this.mine);
    this.parts.textContent = parts.length
      ? t("changedParts", { parts: joined(parts.map(titleOf)) })
      : t("unchangedParts");
    this.saveButton.disabled = this.discardButton.disabled = !parts.length;
    storeDraft(this.investor.id, this.base, this.mine);
    clearTimeout(this.timer);
    const { minimum, maximum } = this.mine.cheque;
    if (minimum !== "" && maximum !== "" && Number(minimum) > Number(maximum)) {
      this.moves.textContent = t("badCheque");
      this.effect.element.removeAttribute("aria-busy");
      return;
    }
    this.effect.element.setAttribute("aria-busy", "true"); // from now on it shows something else than the form says
    this.timer = setTimeout(() => this.effect.show(structuredClone(this.mine), parts), wait);
  }

  discard() {
    this.mine = structuredClone(this.base);
    this.fields();
    this.touched(0);
    this.form.querySelector("textarea").focus();
  }

  async save() {
    const parts = changed(this.base, this.mine);
    if (!parts.length) return;
    this.saveButton.disabled = true;
    try {
      const { investor } = await change("save-mandate", {
        investor: this.investor.id,
        mandate: mandateInput(this.mine, parts),
        version: this.investor.version,
      });
      this.investor.version = investor.version;
      this.base = structuredClone(this.mine);
      this.effect.forget();
      toast(t("mandateSaved"));
      this.touched(700); // the recommender looks for changes twice a second
    } catch (problem) {
      if (problem.code === "CONFLICT") await this.reconcile();
      else showProblem(problem);
      this.touched(0);
    }
  }

  async reconcile() {
    const { investor } = await ask("mandate", { id: this.investor.id });
    const theirs = stateOf(investor);
    this.mine = await reconcile(this.base, this.mine, theirs);
    this.investor = investor;
    this.base = theirs;
    this.effect.forget();
    this.fields();
  }
}
