// The recommended and the Relay rules of graphql-eslint for the schema; run where schema.graphql lies beside it.
import graphql from "@graphql-eslint/eslint-plugin";

// What has an identity implements Node. These types are values: they are told apart by what holds them, so a cache keeps them inside that. A new type without an id is added here or gets one.
const VALUES = `
  Query Mutation Subscription Viewer Capabilities
  Advancement AspectCoverage AspectShare BandInfo BlockWeight Contribution Counterfactual Degree Fit GateResult
  Highlight HighlightSpan Lesson Limit LocalizedText Mandate Model ModelPart Money MoneyRange PageInfo PartialDate
  Plugin AccessRule RankMove KeptRankedItem Standing TrackFit UserError
  ClaimBreakdown ClaimPart Facet FacetBucket FitCell FitMatrix FitRow ProjectFacets ProjectMap
  Bringer BringerTrack NeedCoverage PoolGaps PriorityCoverage UnplacedProject UnplacedProjects
  ScenarioBlockWeight ScenarioIndustryWeight ScenarioPriorityWeight
  CorrectableField NotificationAddress NotificationDelivery NotificationPreference
  AuditEntry PossibleDuplicate ProjectChange RankingChange RecordChange RecordChanges JobChange JobFile Upload
`.split(/\s+/).filter(Boolean);
const PARTS = ["Connection", "Edge", "Payload", "Preview", "Result", "Facets"];

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
    "@graphql-eslint/strict-id-in-types": ["error", { exceptions: { types: VALUES, suffixes: PARTS } }],
    // Lists that are small by nature (tracks, reasons, a pair's gates) are plain lists; the Relay specification
    // asks for connections where there are pages.
    "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
  },
}));
