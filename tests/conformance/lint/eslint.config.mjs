// The recommended and the Relay rules of graphql-eslint for the schema; run where schema.graphql lies beside it.
import { readFileSync } from "node:fs";
import graphql from "@graphql-eslint/eslint-plugin";
import { buildSchema, isObjectType } from "graphql";

// What has an identity implements Node, or has an `id` of its own (a snapshot). Every other type is a value: it is told
// apart by what holds it (money, a page, a contribution, a payload), so a cache keeps it inside that.
const { types } = buildSchema(readFileSync("schema.graphql", "utf8")).toConfig();
const VALUES = types
  .filter((type) => isObjectType(type) && type.getInterfaces().length === 0 && !type.getFields().id)
  .map((type) => type.name);

export default ["schema", "wrong"].map((name) => ({
  files: [`${name}.graphql`],
  plugins: { "@graphql-eslint": graphql },
  languageOptions: {
    parser: graphql.parser,
    parserOptions: { graphQLConfig: { schema: `./${name}.graphql` } },
  },
  linterOptions: { reportUnusedDisableDirectives: "error" },
  rules: {
    ...graphql.configs["flat/schema-recommended"].rules,
    ...graphql.configs["flat/schema-relay"].rules,
    "@graphql-eslint/strict-id-in-types": ["error", { exceptions: { types: VALUES } }],
    // Lists that are small by nature (tracks, reasons, a pair's gates) are plain lists; the Relay specification
    // asks for connections where there are pages.
    "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
    // A ranking is read from its best entry on: forwards only, which the specification allows.
    "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  },
}));
