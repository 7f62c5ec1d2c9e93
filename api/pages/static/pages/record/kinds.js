// What the page of a record shows, by the folder of its address: its facts, and lists of what belongs to it. `above`
// is what it is reached from, where there is no list of its kind.

import { link } from "../frame/address.js";
import { dateText, zonedText } from "../frame/dates.js";
import { h } from "../frame/dom.js";
import { joined, money, t, word } from "../frame/texts.js";

/** A record with a page of its own, as a link. */
const to = (folder, node) => node && h("a", { href: link(`/${folder}/${node.id}`) }, node.name ?? node.id);
const names = (nodes) => (nodes ?? []).map((each) => each?.name).filter(Boolean);
const website = (address) =>
  /^https?:\/\//.test(address ?? "") && h("a", { href: address, rel: "noreferrer" }, address);
const entry = (folder, node, note = "") => node && { to: `${folder}/${node.id}`, name: node.name ?? node.id, note };
const entries = (folder, nodes, note = (_node) => "") => (nodes ?? []).map((each) => entry(folder, each, note(each)));
const present = (list) => list.filter(Boolean);

const investors = {
  facts: (record) => [
    ["place", to("places", record.place)],
    ["organisation", to("organisations", record.organisation)],
    ["stages", (record.stages ?? []).map(word)],
    ["tracks", names(record.mandate?.tracks.map((each) => each.track))],
    ["industries", names(record.mandate?.industries.map((each) => each.industry))],
    ["placesWanted", names(record.mandate?.places)],
    ["website", website(record.website)],
  ],
  lists: (record) => [
    [
      "list_investments",
      present(
        (record.investments?.edges ?? []).map(({ node }) =>
          entry("projects", node.project, joined([word(node.stage), dateText(node.invested)])),
        ),
      ),
    ],
  ],
};

const talents = {
  facts: (record) => [
    ["place", to("places", record.place)],
    ["skills", names(record.skills)],
    [
      "degrees",
      record.degrees.map((each) =>
        [word(each.level), each.subject, each.institution, each.year].filter(Boolean).join(", "),
      ),
    ],
  ],
  lists: (record) => [
    [
      "list_positions",
      record.positions.map(({ title, organisation, asOf }) => ({
        ...(organisation ? entry("organisations", organisation) : { name: title }),
        note: joined([organisation && title, dateText(asOf)]),
      })),
    ],
    [
      "list_memberships",
      present(
        record.memberships.map((each) =>
          entry("projects", each.project, each.title ?? (each.founder ? t("founder") : "")),
        ),
      ),
    ],
    [
      "list_appearances",
      present(
        record.appearances.map(({ event, role }) =>
          entry("events", event, joined([t(`person_${role}`), dateText(event?.starts)])),
        ),
      ),
    ],
  ],
};

const organisations = {
  facts: (record) => [
    ["place", to("places", record.place)],
    ["parent", to("organisations", record.parent)],
    ["founded", dateText(record.founded)],
    ["industries", names(record.industries)],
    ["website", website(record.website)],
  ],
  lists: (record) => [
    [
      "list_projects",
      entries(
        "projects",
        record.projects?.edges.map((edge) => edge.node),
      ),
    ],
    ["list_investors", entries("investors", record.investors)],
    [
      "list_partners",
      present([
        ...record.partnerships.map((each) => entry("organisations", each.partner)),
        ...record.partnerOf.map((each) => entry("organisations", each.organisation)),
      ]),
    ],
    ["list_children", entries("organisations", record.children)],
    [
      "list_appearances",
      present(
        record.appearances.map(({ event, edition, role }) =>
          event
            ? entry("events", event, t(`organisation_${role}`))
            : entry("editions", edition, t(`organisation_${role}`)),
        ),
      ),
    ],
  ],
};

const when = ({ starts, ends }) => [dateText(starts), dateText(ends)].filter(Boolean).join(" – ");
const hosts = (record) => [
  "list_organisers",
  present(record.organisers.map((each) => entry("organisations", each.organisation, t(`organisation_${each.role}`)))),
];

const events = {
  facts: (record) => [
    ["when", when(record)],
    ["deadline", zonedText(record.deadline)],
    ["where", record.places.length ? names(record.places.map((each) => each.place)) : record.venue],
    ["mode", word(record.mode)],
    ["status", word(record.status)],
    ["edition", to("editions", record.edition)],
    ["partOf", to("events", record.parent)],
    ["focus", names(record.focus)],
    ["topics", record.topics],
  ],
  lists: (record) => [
    ["list_programme", entries("events", record.children, (each) => dateText(each.starts))],
    ["list_people", present(record.people.map((each) => entry("talents", each.talent, t(`person_${each.role}`))))],
    ["list_projects", present(record.projects.map((each) => entry("projects", each.project)))],
    hosts(record),
  ],
};

const editions = {
  above: () => null,
  facts: (record) => [
    ["series", record.series?.name],
    ["when", when(record) || (record.year && String(record.year))],
    ["deadline", zonedText(record.deadline)],
    ["where", record.places.length ? names(record.places.map((each) => each.place)) : to("places", record.place)],
    ["focus", names(record.focus)],
    ["principles", record.principles],
  ],
  lists: (record) => [
    ["list_programme", entries("events", record.events, (each) => joined([word(each.kind), dateText(each.starts)]))],
    [
      "list_projects",
      entries(
        "projects",
        record.projects?.edges.map((edge) => edge.node),
      ),
    ],
    hosts(record),
  ],
};

const needs = {
  facts: (record) => [
    ["place", to("places", record.place)],
    ["organisation", to("organisations", record.organisation)],
    ["state", word(record.state)],
    ["deadline", zonedText(record.deadlineTime) || dateText(record.deadline)],
    ["budget", money(record.budget)],
    ["quantity", record.quantity && String(record.quantity)],
    ["industries", names(record.industries)],
    ["technologyLevel", word(record.technologyLevel)],
    ["readiness", record.technologyReadiness && `TRL ${record.technologyReadiness}`],
  ],
  lists: () => [],
};

const policies = {
  above: (record) => record.place && { to: `places/${record.place.id}`, name: record.place.name },
  facts: (record) => [
    ["place", to("places", record.place)],
    ["issuedBy", to("organisations", record.organisation)],
    ["validFrom", dateText(record.validFrom)],
    ["validTo", dateText(record.validTo)],
    ["eligibility", record.eligibility],
    ["industries", names(record.industries)],
    ["tracks", names(record.tracks)],
    ["website", website(record.website)],
  ],
  lists: (record) => [
    [
      "list_supports",
      record.supports.edges.map(({ node }) => ({
        name: [word(node.supportClass), node.label].filter(Boolean).join(" – "),
        note: joined([money(node.value), node.eligibility, node.conditions]),
      })),
    ],
  ],
};

export const RECORDS = { investors, talents, organisations, events, editions, needs, policies };
