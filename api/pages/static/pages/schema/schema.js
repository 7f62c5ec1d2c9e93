// The schema for reading: types, fields, arguments, values, who may use them; search; an address for each.

import { ask, Problem } from "../frame/api.js";
import { followLanguage, link, parameters, write } from "../frame/address.js";
import { announce, fill, h } from "../frame/dom.js";
import { emptyState, page, titled } from "../frame/frame.js";
import { parseSchema } from "./language.js";
import { entries, search } from "./search.js";
import { address, described, typePage } from "./type.js";
import "./texts.js";
import { number, t } from "../frame/texts.js";

const HELPERS = /(Connection|Edge|Payload|Facet|Facets|Bucket)$/;

page(async (root) => {
  const [response, data] = await Promise.all([
    fetch("/schema.graphql").catch((problem) => Promise.reject(new Problem("NETWORK", String(problem)))),
    ask("schema-rules"),
  ]);
  new Reader(root, parseSchema(await response.text()), data.capabilities.rules).open();
});

class Reader {
  constructor(root, schema, rules) {
    this.root = root;
    this.types = schema.types;
    this.roots = Object.values(schema.roots).filter((name) => schema.types.has(name));
    this.rules = new Map(rules.map(({ on }) => [on, rules.filter((rule) => rule.on === on)]));
    this.uses = usesOf(schema.types);
    this.main = h("div", { class: "schema-main" });
    this.links = new Map();
  }

  open() {
    this.all = entries(this.types);
    this.field = h("input", {
      type: "search",
      id: "schema-search",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.look(),
    });
    this.field.value = parameters().get("q") ?? "";
    fill(
      this.root,
      h(
        "div",
        { class: "schema" },
        h(
          "nav",
          { class: "schema-side", "aria-label": t("schemaTypes") },
          h(
            "form",
            { role: "search", onsubmit: (event) => (event.preventDefault(), this.main.querySelector("a")?.focus()) },
            h("label", { for: "schema-search" }, t("schemaSearch")),
            this.field,
          ),
          h("div", { class: "type-list" }, this.groups()),
        ),
        this.main,
      ),
    );
    this.root.addEventListener("click", (event) => this.follow(event));
    addEventListener("popstate", () => ((this.field.value = parameters().get("q") ?? ""), this.show()));
    addEventListener("hashchange", () => this.toAnchor());
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
        event.preventDefault();
        this.field.focus();
      }
    });
    this.show();
  }

  groups() {
    const of = {
      rootTypes: [],
      objectTypes: [],
      connectionTypes: [],
      inputTypes: [],
      enumTypes: [],
      abstractTypes: [],
      scalarTypes: [],
    };
    for (const type of [...this.types.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (this.roots.includes(type.name)) continue;
      const group = {
        input: "inputTypes",
        enum: "enumTypes",
        scalar: "scalarTypes",
        union: "abstractTypes",
        interface: "abstractTypes",
      }[type.kind];
      of[group ?? (HELPERS.test(type.name) ? "connectionTypes" : "objectTypes")].push(type);
    }
    of.rootTypes = this.roots.map((name) => this.types.get(name));
    return Object.entries(of).map(([group, types]) => {
      const box = h(
        "details",
        { open: group === "rootTypes" || (group === "objectTypes" && matchMedia("(min-width: 62rem)").matches) },
        h("summary", {}, t(group), h("span", { class: "badge" }, String(types.length))),
        h(
          "ul",
          {},
          types.map((type) => h("li", {}, this.listed(type))),
        ),
      );
      return types.length ? box : null;
    });
  }

  listed(type) {
    const made = h("a", { href: address(type.name) }, type.name);
    this.links.set(type.name, made);
    return made;
  }

  /** Links within the schema are followed without loading it again. */
  follow(event) {
    const to = event.target.closest("a[href^='/schema']");
    if (!to || to.pathname === "/schema.graphql" || event.metaKey || event.ctrlKey || event.shiftKey || event.button)
      return;
    event.preventDefault();
    history.pushState(null, "", to.href);
    if (!parameters().has("q")) this.field.value = "";
    this.show(true);
  }

  look() {
    write({ q: this.field.value.trim() || null });
    this.show();
  }

  show(moved = false) {
    followLanguage();
    const asked = parameters().get("q");
    const name = location.pathname.split("/")[2] ? decodeURIComponent(location.pathname.split("/")[2]) : null;
    for (const [each, to] of this.links) {
      if (each === name) to.setAttribute("aria-current", "page");
      else to.removeAttribute("aria-current");
    }
    const type = name && this.types.get(name);
    this.main.parentElement.classList.toggle("searching", Boolean(asked));
    if (asked) this.results(asked);
    else if (type) fill(this.main, typePage(this, type));
    else if (name)
      fill(
        this.main,
        h("h1", {}, t("schemaTitle")),
        emptyState(t("noSuchType", { name }), "", h("a", { href: link("/schema") }, t("schemaTitle"))),
      );
    else fill(this.main, this.overview());
    titled(type && !asked ? `${type.name} · ${t("schemaTitle")}` : t("schemaTitle"));
    if (type && !asked) this.links.get(name)?.closest("details")?.setAttribute("open", "");
    if (!this.toAnchor() && moved) {
      this.main.querySelector("h1").focus();
      scrollTo(0, 0);
    }
  }

  toAnchor() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return false;
    for (const each of this.main.querySelectorAll(".here")) each.classList.remove("here");
    target.classList.add("here");
    target.scrollIntoView();
    target.querySelector("a.anchor")?.focus({ preventScroll: true });
    return true;
  }

  overview() {
    const fields = [...this.types.values()].reduce((all, type) => all + type.fields.length, 0);
    return [
      h("h1", { tabindex: "-1" }, t("schemaTitle")),
      h("p", { class: "lead" }, t("schemaLead", { types: number(this.types.size), fields: number(fields) })),
      h(
        "p",
        { class: "actions" },
        h("a", { class: "button", href: "/schema.graphql", download: "schema.graphql" }, t("schemaFile")),
        h("a", { class: "button", href: "/graphiql" }, t("schemaEditor")),
      ),
      h(
        "section",
        { class: "card" },
        h("h2", {}, t("howToAsk")),
        h("p", {}, t("howToAskHelp")),
        h("p", {}, t("howToPage")),
      ),
      this.roots.map((name) => {
        const type = this.types.get(name);
        return h(
          "section",
          { class: "card" },
          h("h2", {}, h("a", { href: address(name) }, name)),
          h(
            "ul",
            { class: "entry-points" },
            type.fields.map((field) =>
              h(
                "li",
                {},
                h("a", { href: address(name, field.name) }, h("code", {}, field.name)),
                described(field.description, "span"),
              ),
            ),
          ),
        );
      }),
    ];
  }

  results(text) {
    const { total, first } = search(this.all, text);
    const said =
      total > first.length
        ? t("schemaFoundMore", { total, shown: first.length })
        : total
          ? t("schemaFound", { total })
          : t("schemaNothing");
    announce(said);
    fill(
      this.main,
      h("h1", { tabindex: "-1" }, t("schemaTitle")),
      h("p", { class: "lead" }, said),
      h(
        "ul",
        { class: "found" },
        first.map((each) => {
          const [, type, field] = /^(\w+)(?:\.(\w+))?/.exec(each.on);
          return h(
            "li",
            {},
            h("a", { href: address(type, field) }, h("code", {}, each.on)),
            described(each.description),
          );
        }),
      ),
    );
  }
}

/** By type: the coordinates of the fields and arguments that are of it. */
function usesOf(types) {
  const found = new Map();
  const add = (name, on) => {
    const all = found.get(name) ?? new Set();
    found.set(name, all.add(on));
  };
  for (const type of types.values()) {
    for (const field of type.fields) {
      add(field.type.name, `${type.name}.${field.name}`);
      for (const argument of field.args) add(argument.type.name, `${type.name}.${field.name}`);
    }
    for (const member of type.members) add(member, type.name);
  }
  return new Map([...found].map(([name, all]) => [name, [...all].sort().slice(0, 200)]));
}
