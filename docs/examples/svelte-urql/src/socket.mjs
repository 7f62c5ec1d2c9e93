import { createClient } from "graphql-ws";

/** @param {{ url: string, key?: string }} options */
export function createSocket({ url, key }) {
  return createClient({
    url: url.replace(/^http/, "ws"),
    connectionParams: key ? { authorization: `Bearer ${key}` } : {},
    shouldRetry: () => true, // also while the server can't be reached at all
    retryAttempts: 10,
  });
}
