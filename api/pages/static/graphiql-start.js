// The editor: a tab for each kind of user, the schema from its text, the key of this tab.

import { key } from "./pages/frame/api.js";
import { introspected } from "./pages/schema/introspection.js";
import { tokensOf } from "./pages/schema/language.js";

// The files are answered by a test, each as its user.
const EXAMPLES = ["planner", "what-if", "investor", "mandate", "owner", "developer"];

// Style elements that the editor's libraries write carry the page's nonce; the policy lets no other in.
window.__webpack_nonce__ = document.querySelector("link[nonce]").nonce;

const text = (address) => fetch(address).then((found) => found.text());

/** Ask as whoever signed in on another page of this tab, unless the headers say otherwise. */
async function fetcher(request, { headers = {} } = {}) {
  if (request.operationName === "IntrospectionQuery") return { data: introspected(await text("/schema.graphql")) };
  const given = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  const own = given || !key() ? headers : { ...headers, Authorization: `Bearer ${key()}` };
  // What the editor says of the document may still be that of the tab shown before; the text is not.
  const operations = operationsOf(request.query);
  if (!operations.some(({ name }) => name === request.operationName)) request = { ...request, operationName: null };
  const operation = operations.find(({ name }) => name === request.operationName) ?? operations[0];
  const send = (accept, signal) =>
    fetch("/graphql", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: accept, ...own },
      body: JSON.stringify(request),
      signal,
    });
  if (operation?.kind === "subscription") return events(send);
  return (await send("application/graphql-response+json, application/json")).json();
}

/** Kinds and names of a document's operations. */
function operationsOf(document) {
  const found = [];
  let depth = 0;
  const tokens = tokensOf(document);
  tokens.forEach((token, at) => {
    if (depth === 0 && ["query", "mutation", "subscription"].includes(token))
      found.push({ kind: token, name: /^\w+$/.test(tokens[at + 1]) ? tokens[at + 1] : null });
    if ("({".includes(token)) depth += 1;
    if (")}".includes(token)) depth -= 1;
  });
  return found;
}

/** What a subscription sends, as server-sent events. */
async function* events(send) {
  const stop = new AbortController();
  try {
    const response = await send("text/event-stream, application/graphql-response+json", stop.signal);
    if (!response.headers.get("Content-Type")?.startsWith("text/event-stream"))
      return void (yield await response.json());
    let rest = "";
    const decoder = new TextDecoder();
    for (const reader = response.body.getReader(); ;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = parts.pop();
      for (const part of parts) {
        const field = (name) =>
          part
            .split(/\r?\n/)
            .filter((line) => line.startsWith(`${name}:`))
            .map((line) => line.slice(name.length + 1).trim())
            .join("\n");
        if (field("event") === "next") yield JSON.parse(field("data"));
        if (field("event") === "complete") return;
      }
    }
  } finally {
    stop.abort();
  }
}

const examples = await Promise.all(EXAMPLES.map((name) => text(`/static/examples/${name}.graphql`)));
const { GraphiQL, React, ReactDOM } = window;
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(
    GraphiQL,
    {
      fetcher,
      defaultTabs: examples.map((query) => ({ query })),
      defaultEditorToolsVisibility: "headers",
      shouldPersistHeaders: false,
    },
    React.createElement(GraphiQL.Logo, null, React.createElement("a", { href: "/" }, "Roadshow")),
  ),
);
