// The mandate and thesis of an investor: changed here, tried on the list at once, saved when the investor says so.

import { ask, change, STAFF, whoAsks } from "../frame/api.js";
import { parameters } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, signIn, tell, titled, toast } from "../frame/frame.js";
import { reconcile } from "./conflict.js";
import { Effect } from "./effect.js";
import { findExcluded, findIndustries, findPlaces, findTracks } from "./find.js";
import { picker } from "./picker.js";
import { changed, keepDraft, keptDraft, mandateInput, stateOf, titleOf } from "./state.js";
import "./texts.js";
import { learnBlocks } from "../frame/parts.js";
import { joined, language, t, word } from "../frame/texts.js";

const STAGES = [
  "IDEA",
  "PRE_SEED",
  "SEED",
  "ANGEL",
  "PRE_A",
  "SERIES_A",
  "SERIES_B",
  "SERIES_C",
  "SERIES_D_PLUS",
  "PRE_IPO",
  "STRATEGIC",
  "GRANT",
  "DEBT",
  "PUBLIC",
];
const KINDS = ["STARTUP", "TECHNOLOGY_RND", "PRODUCT", "PLATFORM", "ACCELERATOR", "FUND", "STRATEGIC_COOPERATION"];
const CURRENCIES = ["CNY", "USD", "EUR", "HKD", "JPY", "GBP", "SGD", "KRW"];

page(async (root) => {
  const viewer = await whoAsks();
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
  learnBlocks(data.capabilities.model?.blocks ?? []);
  new Editor(root, data.investor, byStaff).open();
}

class Editor {
  constructor(root, investor, byStaff) {
    this.root = root;
    this.byStaff = byStaff;
    this.investor = investor;
    this.base = stateOf(investor);
    this.mine = keptDraft(investor.id, this.base);
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
    const { mine } = this;
    const touch = () => this.touched(300);
    fill(
      this.form,
      h(
        "section",
        { class: "card" },
        h("h2", {}, t("thesis")),
        h("p", { class: "help", id: "thesis-help" }, t("thesisHelp")),
        this.languages().map((tag) => this.thesis(tag)),
      ),
      h(
        "section",
        { class: "card fields" },
        h("h2", {}, t("conditions")),
        picker({
          title: t("tracksWanted"),
          help: t("weightHelp"),
          find: findTracks,
          chosen: mine.tracks,
          weighted: true,
          changed: touch,
        }),
        picker({
          title: t("industriesWanted"),
          help: t("weightHelp"),
          find: findIndustries,
          chosen: mine.industries,
          weighted: true,
          changed: touch,
        }),
        picker({
          title: t("industriesExcluded"),
          find: findIndustries,
          chosen: mine.excludedIndustries,
          changed: touch,
        }),
        picker({
          title: t("placesWantedTitle"),
          help: t("placesHelp"),
          find: findPlaces,
          chosen: mine.places,
          changed: touch,
        }),
        picker({ title: t("placesExcluded"), find: findPlaces, chosen: mine.excludedPlaces, changed: touch }),
        picker({
          title: t("neverShown"),
          help: t("neverShownHelp"),
          find: findExcluded,
          chosen: mine.exclusions,
          changed: touch,
        }),
        this.choices("stages", STAGES, t("stagesTitle"), t("stagesHelp")),
        this.choices("projectKinds", KINDS, t("kindsTitle"), t("kindsHelp")),
        this.cheque(),
      ),
    );
  }

  /** Languages of the thesis: those that it has, and the pages' own. */
  languages() {
    const found = new Set([language === "zh" ? "zh" : "en", ...Object.keys(this.mine.thesis), "en", "zh"]);
    return [...found];
  }

  thesis(tag) {
    const name = new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(tag) ?? tag;
    const area = h("textarea", {
      id: `thesis-${tag}`,
      rows: "4",
      lang: tag,
      maxlength: "10000",
      "aria-describedby": "thesis-help",
      onfocus: () => this.effect.warm(this.base),
      oninput: () => {
        this.mine.thesis[tag] = area.value;
        this.touched(600);
      },
    });
    area.value = this.mine.thesis[tag] ?? "";
    return h("div", { class: "field" }, h("label", { for: `thesis-${tag}` }, t("thesisIn", { language: name })), area);
  }

  choices(field, values, title, help) {
    const tick = (value) =>
      h(
        "label",
        { class: "tick" },
        h("input", {
          type: "checkbox",
          checked: this.mine[field].includes(value),
          onchange: (event) => {
            this.mine[field] = values.filter((each) =>
              each === value ? event.target.checked : this.mine[field].includes(each),
            );
            this.touched(150);
          },
        }),
        word(value),
      );
    return h(
      "fieldset",
      { class: "field ticks" },
      h("legend", {}, title),
      h("p", { class: "help" }, help),
      h("div", {}, values.map(tick)),
    );
  }

  cheque() {
    const { cheque } = this.mine;
    const amount = (name, label) => {
      const input = h("input", {
        id: `cheque-${name}`,
        type: "text",
        inputmode: "numeric",
        autocomplete: "off",
        oninput: () => {
          cheque[name] = input.value.replaceAll(/[\s,，]/g, "");
          const bad = cheque[name] !== "" && !/^\d+(\.\d+)?$/.test(cheque[name]);
          input.setAttribute("aria-invalid", String(bad));
          if (!bad) this.touched(500);
        },
      });
      input.value = cheque[name] === "" ? "" : Number(cheque[name]).toLocaleString("en");
      return h("div", {}, h("label", { for: `cheque-${name}` }, label), input);
    };
    const currencies = [...new Set([cheque.currency, ...CURRENCIES])];
    const select = h(
      "select",
      { id: "cheque-currency", onchange: () => ((cheque.currency = select.value), this.touched(100)) },
      currencies.map((each) => h("option", { value: each }, each)),
    );
    select.value = cheque.currency;
    return h(
      "fieldset",
      { class: "field cheque" },
      h("legend", {}, t("chequeTitle")),
      h(
        "div",
        { class: "three" },
        amount("minimum", t("chequeFrom")),
        amount("maximum", t("chequeTo")),
        h("div", {}, h("label", { for: "cheque-currency" }, t("currency")), select),
      ),
    );
  }

  /** Something changed: say what, keep the draft, and show its effect once it rests for `wait` milliseconds. */
  touched(wait) {
    const fields = changed(this.base, this.mine);
    this.parts.textContent = fields.length
      ? t("changedParts", { parts: joined(fields.map(titleOf)) })
      : t("unchangedParts");
    this.saveButton.disabled = this.discardButton.disabled = !fields.length;
    keepDraft(this.investor.id, this.base, this.mine);
    clearTimeout(this.timer);
    const { minimum, maximum } = this.mine.cheque;
    if (minimum !== "" && maximum !== "" && Number(minimum) > Number(maximum)) {
      this.moves.textContent = t("badCheque");
      this.effect.element.removeAttribute("aria-busy");
      return;
    }
    this.effect.element.setAttribute("aria-busy", "true"); // from now on it shows something else than the form says
    this.timer = setTimeout(() => this.effect.show(structuredClone(this.mine), fields), wait);
  }

  discard() {
    this.mine = structuredClone(this.base);
    this.fields();
    this.touched(0);
    this.form.querySelector("textarea").focus();
  }

  async save() {
    const fields = changed(this.base, this.mine);
    if (!fields.length) return;
    this.saveButton.disabled = true;
    try {
      const { investor } = await change("save-mandate", {
        investor: this.investor.id,
        mandate: mandateInput(this.mine, fields),
        version: this.investor.version,
      });
      this.investor.version = investor.version;
      this.base = structuredClone(this.mine);
      this.effect.forget();
      toast(t("mandateSaved"));
      this.touched(700); // the recommender looks for changes twice a second
    } catch (problem) {
      if (problem.code === "CONFLICT") await this.reconcile();
      else tell(problem);
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
