// A type of the schema for reading: what it is, who may use it, its members, and what uses it.

import { parameters } from "../frame/address.js";
import { h } from "../frame/dom.js";
import { joined, roleName, t } from "../frame/texts.js";

/** What there is to read of a type. `reader` knows all types, their uses and the rules. */
export function typePage(reader, type) {
  const uses = reader.uses.get(type.name) ?? [];
  const rules = reader.rules.get(type.name) ?? [];
  const implementing =
    type.kind === "interface" ? [...reader.types.values()].filter((each) => each.interfaces.includes(type.name)) : [];
  return [
    h("h1", { tabindex: "-1" }, h("code", {}, type.name), h("span", { class: "badge" }, t(`kindOf_${type.kind}`))),
    type.interfaces.length > 0 &&
      h(
        "p",
        { class: "help" },
        `${t("implementsTitle")} `,
        type.interfaces.map((name, index) => [index ? ", " : "", named(reader, { text: name, name })]),
      ),
    described(type.description),
    rules.map((rule) =>
      h(
        "p",
        { class: "rule" },
        h("strong", {}, `${t("whoSees")} `),
        h("span", { lang: "en" }, rule.description),
        addedBy(rule),
      ),
    ),
    type.specified && h("p", { class: "help" }, h("a", { href: type.specified, rel: "noreferrer" }, type.specified)),
    type.fields.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, t("fieldsTitle")),
        type.fields.map((field) => member(reader, type, field)),
      ),
    type.values.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, t("valuesTitle")),
        type.values.map((value) => member(reader, type, value)),
      ),
    type.members.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, t("membersTitle")),
        h(
          "ul",
          { class: "chips" },
          type.members.map((name) => h("li", { class: "chip" }, named(reader, { text: name, name }))),
        ),
      ),
    implementing.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, t("implementedBy")),
        h(
          "ul",
          { class: "chips" },
          implementing.map(({ name }) => h("li", { class: "chip" }, named(reader, { text: name, name }))),
        ),
      ),
    uses.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, t("usedBy")),
        h(
          "ul",
          { class: "chips" },
          uses.map((each) =>
            h("li", { class: "chip" }, h("a", { href: address(...each.split(".")) }, h("code", {}, each))),
          ),
        ),
      ),
  ];
}

function member(reader, type, each) {
  const rules = reader.rules.get(`${type.name}.${each.name}`) ?? [];
  return h(
    "section",
    { class: "member", id: each.name },
    h(
      "h3",
      {},
      h(
        "a",
        { class: "anchor", href: address(type.name, each.name), "aria-label": t("linkTo", { name: each.name }) },
        "#",
      ),
      h(
        "code",
        {},
        each.name,
        each.type && ": ",
        each.type && named(reader, each.type),
        each.standard !== null && each.standard !== undefined && ` = ${each.standard}`,
      ),
      each.deprecated && h("span", { class: "badge bad" }, t("deprecated")),
    ),
    each.deprecated && h("p", { class: "bad", lang: "en" }, each.deprecated),
    described(each.description),
    rules.map(ruleLine),
    each.args?.length > 0 &&
      h(
        "dl",
        { class: "arguments", "aria-label": t("argumentsTitle") },
        each.args.map((argument) => [
          h(
            "dt",
            {},
            h("code", {}, argument.name, ": ", named(reader, argument.type)),
            argument.standard !== null &&
              h("span", { class: "help" }, ` ${t("standardValue")} `, h("code", {}, argument.standard)),
            argument.deprecated && h("span", { class: "badge bad" }, t("deprecated")),
          ),
          h("dd", { lang: "en" }, inline(argument.description)),
        ]),
      ),
  );
}

/** A type as it is written, its name a link. */
function named(reader, type) {
  if (!reader.types.has(type.name)) return type.text;
  const [before, after] = type.text.split(type.name);
  return [before, h("a", { href: address(type.name) }, type.name), after];
}

function ruleLine(rule) {
  const names = (roles) => joined(roles.filter((role) => role !== "ADMIN" || roles.length === 1).map(roleName));
  const own = rule.ownOnly.length ? ` · ${t("ownRecords", { roles: names(rule.ownOnly) })}` : "";
  return h(
    "p",
    { class: "rule" },
    rule.roles ? t("mayBeUsedBy", { roles: names(rule.roles) }) + own : h("span", { lang: "en" }, rule.description),
    addedBy(rule),
  );
}

const addedBy = ({ owner }) =>
  owner !== "core" && h("span", { class: "help" }, ` (${t("addedBy", { plugin: owner })})`);

export const described = (text, tag = "p") => text && h(tag, { lang: "en", class: "described" }, inline(text));

/** Text with `code` as code. */
const inline = (text) =>
  text.split(/(`[^`]+`)/).map((part) => (/^`.+`$/.test(part) ? h("code", {}, part.slice(1, -1)) : part));

/** Where a type or a member of it is read. */
export function address(type, name) {
  const asked = parameters().get("lang");
  return `/schema/${type}${asked ? `?lang=${asked}` : ""}${name ? `#${name}` : ""}`;
}
