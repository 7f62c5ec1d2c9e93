import type { NormalizedCacheObject } from "@apollo/client";
import { ApolloProvider } from "@apollo/client/react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { createApolloClient } from "./apollo-client.mjs";
import { App } from "./App";
import "./style.css";

interface Start {
  url: string;
  code: string;
  state: NormalizedCacheObject;
}

const start: Start = JSON.parse(document.getElementById("start")!.textContent!);
const client = createApolloClient({ url: start.url });
client.cache.restore(start.state);
const root = document.getElementById("app")!;
const app = (
  <ApolloProvider client={client}>
    <App code={start.code} />
  </ApolloProvider>
);
if (root.hasChildNodes()) hydrateRoot(root, app);
else createRoot(root).render(app);
