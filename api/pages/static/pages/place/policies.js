// What a place promises: its policies, and the support that each offers.

import { link } from "../frame/address.js";
import { dateText } from "../frame/dates.js";
import { h } from "../frame/dom.js";
import { sourceLine, withoutMark } from "../frame/parts.js";
import { joined, money, t, word } from "../frame/texts.js";

/** The policies of a place as a section that opens; nothing for a place without any. */
export function policies(place) {
  const listed = place.policies.edges.map((edge) => edge.node);
  if (!listed.length) return null;
  const { totalCount } = place.policies;
  return h(
    "details",
    { class: "policies" },
    h("summary", {}, h("h2", {}, t("policies")), h("span", { class: "badge" }, String(totalCount))),
    totalCount > listed.length && h("p", { class: "help" }, t("policiesShown", { count: listed.length })),
    h("ul", { class: "plain" }, listed.map(policy)),
  );
}

function policy(each) {
  const name = each.fictional ? withoutMark(each.name) : each.name;
  return h(
    "li",
    {},
    h("h3", {}, h("a", { href: link(`/policies/${each.id}`) }, name)),
    h("p", { class: "help" }, joined([each.organisation?.name, validity(each)])),
    each.description && h("p", { class: "prose" }, each.description),
    each.eligibility && h("p", {}, t("eligibility", { who: each.eligibility })),
    h(
      "ul",
      {},
      each.supports.edges.map(({ node }) => h("li", {}, support(node))),
    ),
    each.source?.title && sourceLine(each.source),
  );
}

const support = ({ supportClass, label, value, eligibility, conditions }) =>
  joined([[word(supportClass), label].filter(Boolean).join(" – "), money(value), eligibility, conditions]);

function validity({ validFrom, validTo }) {
  if (validFrom && validTo) return t("valid", { from: dateText(validFrom), to: dateText(validTo) });
  if (validTo) return t("validUntil", { to: dateText(validTo) });
  return validFrom && t("validSince", { from: dateText(validFrom) });
}
