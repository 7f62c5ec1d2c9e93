import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { persistedExchange } from "@urql/exchange-persisted";
import { keys, possibleTypes, resolvers } from "./roadshow-urql.js";
import { createSocket } from "./socket.mjs";

/**
 * `updates` says what mutations and events change in the cache, beside the records that they bring by id.
 * @param {{ url: string, key?: string, fetch?: typeof globalThis.fetch, events?: boolean,
 *   updates?: import("@urql/exchange-graphcache").UpdatesConfig }} options
 */
export function createUrqlClient({ url, key, fetch = globalThis.fetch, events = false, updates = {} }) {
  const authorization = key ? `Bearer ${key}` : undefined;
  const socket = createSocket({ url, key });
  return new Client({
    url,
    fetch,
    preferGetMethod: false,
    fetchOptions: authorization ? { headers: { authorization } } : {},
    fetchSubscriptions: events, // as server-sent events, without a WebSocket
    exchanges: [
      cacheExchange({ possibleTypes, keys, resolvers, updates }),
      persistedExchange({ preferGetForPersistedQueries: true }),
      fetchExchange,
      ...(events
        ? []
        : [
            subscriptionExchange({
              forwardSubscription: (operation) => ({
                subscribe: (sink) => ({ unsubscribe: socket.subscribe(operation, sink) }),
              }),
            }),
          ]),
    ],
  });
}
