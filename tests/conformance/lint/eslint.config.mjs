// The recommended and the Relay rules of graphql-eslint for the schema; run where schema.graphql lies beside it.
import graphql from "@graphql-eslint/eslint-plugin";

// Types without an identity of their own: they are told apart by what holds them, so a cache keeps them inside it.
// A new type has an `id: ID!` (then caches share it between answers) or stands here.
const VALUES = {
  suffixes: ["Connection", "Edge", "Payload", "Range"],
  types: [
    // parts of a record's own row
    "Advancement", "Degree", "LocalizedText", "Mandate", "Money", "PartialDate",
    // what is computed for one question: a fit, a matrix, a search, counts
    "BlockWeight", "ClaimBreakdown", "ClaimPart", "Contribution", "DigestPreview", "Facet", "FacetBucket", "Fit", "FitCell", "FitMatrix",
    "FitRow", "GateResult", "Highlight", "HighlightSpan", "KeptRankedItem", "ProjectFacets",
    "RankMove", "Standing", "TrackFit",
    // there is one of each, or it has a name within the one
    "AccessRule", "Capabilities", "Limit", "Model", "ModelPart", "Plugin", "Viewer",
    // a page's ends, a message, an event
    "PageInfo", "ProjectChange", "RankingChange", "UserError",
  ],
};

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
    "@graphql-eslint/strict-id-in-types": ["error", { exceptions: VALUES }],
    // Lists that are small by nature (tracks, reasons, a pair's gates) are plain lists; the Relay specification
    // asks for connections where there are pages.
    "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
    // A ranking is read from its best entry on: forwards only, which the specification allows.
    "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  },
}));
