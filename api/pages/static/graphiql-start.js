"use strict";

const EXAMPLE = `# Five projects. Ctrl+Enter runs it; Ctrl+Space completes.
# A key goes into the headers below: {"Authorization": "Bearer …"}
query Projects {
  projects(first: 5) {
    edges {
      node {
        id
        name
      }
    }
  }
}
`;

const socket = (location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/graphql";
const fetcher = GraphiQL.createFetcher({ url: "/graphql", subscriptionUrl: socket });

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: EXAMPLE,
    defaultEditorToolsVisibility: "headers",
    shouldPersistHeaders: false,
  }),
);
