// Subscriptions with the clients of graphql-ws and graphql-sse; prints what they saw as one JSON line.
import { createClient as createSocketClient } from "graphql-ws";
import { createClient as createEventClient } from "graphql-sse";
import WebSocket from "ws";

const address = process.argv[2];

async function all(client, payload, most = 1000) {
  const found = [];
  try {
    for await (const result of client.iterate(payload)) {
      found.push(result.errors ? { errors: result.errors.map((error) => error.extensions.code) } : result.data);
      if (found.length === most) break;
    }
  } catch (error) {
    found.push({ failed: Array.isArray(error) ? error.map((each) => each.extensions.code) : String(error) });
  }
  return found;
}

function socketClient(options = {}) {
  return createSocketClient({
    url: address.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazyCloseTimeout: 0,
    ...options,
  });
}

const seen = {};
for (const [name, make] of [
  ["socket", () => socketClient()],
  ["events", () => createEventClient({ url: address, retryAttempts: 0 })],
]) {
  const client = make();
  seen[name] = {
    subscription: await all(client, { query: "subscription {count(to: 3) {value}}" }),
    leftEarly: await all(client, { query: "subscription {count(to: 1000000) {value}}" }, 2),
    query: await all(client, { query: "{hello}" }),
    mutation: await all(client, { query: 'mutation {shout(word: "a")}' }),
    invalid: await all(client, { query: "{nothing}" }),
    breaks: await all(client, { query: "subscription {stumbles}" }),
  };
  client.dispose?.();
}

const withKey = socketClient({ connectionParams: { Authorization: "Bearer investor-key" } });
seen.socket.who = await all(withKey, { query: "{who}" });
await withKey.dispose();

const wrongKey = socketClient({ connectionParams: { Authorization: "Bearer wrong" } });
seen.socket.wrongKey = await new Promise((resolve) => {
  wrongKey.subscribe({ query: "{who}" }, { next: resolve, error: (event) => resolve(event.code), complete: resolve });
});
await wrongKey.dispose();

let pong = false;
const keepAlive = socketClient({ keepAlive: 50, on: { pong: () => (pong = true) } });
await all(keepAlive, { query: "subscription {count(to: 4, pause: 0.1) {value}}" });
seen.socket.pong = pong;
await keepAlive.dispose();

console.log(JSON.stringify(seen));
