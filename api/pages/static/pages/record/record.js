// One record: an investor, a talent, an organisation, an event, an edition, a need or a policy, by the declaration of
// its kind.

import { ask } from "../frame/api.js";
import { correctionLink, link } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { page, titled } from "../frame/frame.js";
import { sourceLine, withoutMark } from "../frame/parts.js";
import { RECORDS } from "./kinds.js";
import "./texts.js";
import { investorType, joined, t, word } from "../frame/texts.js";

const [, folder, id] = location.pathname.split("/").map(decodeURIComponent);

page(async (root) => {
  const kind = RECORDS[folder];
  const { record } = await ask(`record-${folder}`, { id }, { partial: true });
  if (!record) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  titled(record.name ?? record.id);
  fill(
    root,
    head(record, kind.above ? kind.above(record) : { to: folder, name: t(`all_${folder}`) }),
    h(
      "div",
      { class: "two" },
      h("div", {}, about(record), kind.lists(record).map(listCard)),
      h("div", {}, factsCard(kind.facts(record))),
    ),
  );
});

const head = (record, above) =>
  h(
    "div",
    { class: "title" },
    above && h("p", { class: "path" }, h("a", { href: link(`/${above.to}`) }, `‹ ${above.name}`)),
    h(
      "h1",
      {},
      record.fictional ? withoutMark(record.name) : (record.name ?? record.id),
      record.kind &&
        h("span", { class: "badge" }, folder === "investors" ? investorType(record.kind) : word(record.kind)),
      record.fictional && h("span", { class: "badge" }, t("demonstration")),
    ),
    h("p", { class: "help" }, h("a", { href: correctionLink(record.id) }, t("suggestCorrection"))),
  );

/** What it says of itself. */
function about({ theme, thesis, description, mission, aims, quote, source }) {
  const texts = [theme, thesis, description, mission, aims].filter(Boolean);
  if (!texts.length && !quote) return null;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("about")),
    texts.map((text) => h("p", { class: "prose" }, text)),
    quote && h("blockquote", {}, quote),
    source?.title && sourceLine(source),
  );
}

/** `facts`: pairs of a text's name and what it is: text, an element, or a record with a page in `folder`. */
function factsCard(facts) {
  const stated = facts.filter(([, value]) => (Array.isArray(value) ? value.length : value));
  if (!stated.length) return null;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("facts")),
    h(
      "dl",
      { class: "facts" },
      stated.map(([name, value]) => [
        h("dt", {}, t(`fact_${name}`)),
        h("dd", {}, Array.isArray(value) ? joined(value) : value),
      ]),
    ),
  );
}

/** `entries`: `{to, name, note}`; `to` is a folder and an id, as in "talents/tal_…". */
function listCard([title, entries]) {
  if (!entries.length) return null;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t(title), h("span", { class: "badge" }, String(entries.length))),
    h(
      "ul",
      { class: "plain" },
      entries.map(({ to, name, note }) =>
        h(
          "li",
          {},
          to ? h("a", { href: link(`/${to}`) }, name) : name,
          note && h("span", { class: "help" }, ` ${note}`),
        ),
      ),
    ),
  );
}
