// The lists of records there are: of each its columns and filters. `counts`: whether its filters have counts, which an
// operation of the name `count-…` gives; the values of a filter are those that it counts.

import { joined, investorType, word } from "../../frame/texts.js";
import { dateColumn, nameColumn, nameOfColumn, namesColumn, wordColumn } from "./columns.js";

const projects = {
  name: "projects",
  counts: true,
  columns: [
    nameColumn("projects"),
    namesColumn("tracks"),
    nameOfColumn("origin"),
    wordColumn("fundingStage", { order: "FUNDING_STAGE" }),
    wordColumn("technologyLevel", { order: "TECHNOLOGY_LEVEL" }),
    wordColumn("kind", { order: "KIND", optional: true }),
    nameOfColumn("organisation", { optional: true }),
    wordColumn("status", { order: "STATUS", optional: true }),
  ],
  filters: [{ name: "fundingStage" }, { name: "technologyLevel" }, { name: "kind" }],
};

const investors = {
  name: "investors",
  counts: true,
  columns: [
    nameColumn("investors"),
    { name: "type", order: "TYPE", cell: (node) => investorType(node.type) },
    nameOfColumn("place"),
    { name: "stages", cell: (node) => joined((node.stages ?? []).map(word)) },
  ],
  filters: [{ name: "type", label: investorType }],
};

const talents = {
  name: "talents",
  counts: false,
  columns: [
    nameColumn("talents"),
    { name: "position", cell: ({ positions: [first] }) => joined([first?.title, first?.organisation?.name]) },
    nameOfColumn("place"),
  ],
  filters: [],
};

const organisations = {
  name: "organisations",
  counts: true,
  columns: [
    nameColumn("organisations"),
    wordColumn("type", { order: "TYPE" }),
    nameOfColumn("place"),
    dateColumn("founded", { order: "FOUNDED" }),
  ],
  filters: [{ name: "type" }],
};

const events = {
  name: "events",
  counts: true,
  columns: [
    nameColumn("events"),
    wordColumn("type", { order: "TYPE" }),
    dateColumn("starts", { order: "STARTS" }),
    { name: "places", cell: (node) => joined(node.places.map((each) => each.place?.name)) },
    nameOfColumn("edition", { optional: true }),
    wordColumn("mode", { optional: true }),
    wordColumn("status", { optional: true }),
    dateColumn("ends", { order: "ENDS", optional: true }),
  ],
  filters: [{ name: "type" }, { name: "mode" }, { name: "status" }],
};

const needs = {
  name: "needs",
  counts: true,
  columns: [
    nameColumn("needs"),
    wordColumn("kind", { order: "KIND" }),
    nameOfColumn("place"),
    dateColumn("deadline", { order: "DEADLINE" }),
    wordColumn("state", { order: "STATE", optional: true }),
    nameOfColumn("organisation", { optional: true }),
  ],
  filters: [{ name: "kind" }, { name: "technologyLevel" }],
};

const places = {
  name: "places",
  counts: true,
  columns: [
    nameColumn("places"),
    wordColumn("type", { order: "TYPE" }),
    nameOfColumn("parent"),
    { name: "code", order: "CODE", cell: (node) => node.code ?? "" },
  ],
  filters: [{ name: "type" }],
};

export const ENTITIES = { projects, investors, talents, organisations, events, needs, places };
