import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { OperationTypeNode } from "graphql";
import { possibleTypes, typePolicies } from "./roadshow-apollo.js";
import { createSocket } from "./socket.mjs";

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {{ url: string, key?: string, fetch?: typeof globalThis.fetch, rendering?: boolean }} options */
export function createApolloClient({ url, key, fetch = globalThis.fetch, rendering = false }) {
  const authorization = key ? `Bearer ${key}` : undefined;
  const http = new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(
    new HttpLink({ uri: url, fetch, headers: authorization ? { authorization } : {} }),
  );
  const isWatched = ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION;
  return new ApolloClient({
    link: rendering ? http : ApolloLink.split(isWatched, new GraphQLWsLink(createSocket({ url, key })), http),
    ssrMode: rendering, // on a server, for one page
    cache: new InMemoryCache({ possibleTypes, typePolicies }),
    defaultOptions: {
      query: { errorPolicy: "all" },
      watchQuery: { errorPolicy: "all" },
      mutate: { errorPolicy: "all" },
    },
  });
}
