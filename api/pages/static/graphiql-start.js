"use strict";

// A tab for each kind of user; the files are checked against the schema by a test.
const EXAMPLES = ["planner", "what-if", "investor", "developer"];

async function start() {
  const texts = await Promise.all(EXAMPLES.map((name) => fetch(`/static/examples/${name}.graphql`).then((found) => found.text())));
  const socket = (location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/graphql";
  const fetcher = GraphiQL.createFetcher({ url: "/graphql", subscriptionUrl: socket });
  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: texts.map((query) => ({ query })),
      defaultEditorToolsVisibility: "headers",
      shouldPersistHeaders: false,
    }),
  );
}

start();
