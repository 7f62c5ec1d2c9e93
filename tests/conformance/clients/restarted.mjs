// A socket and an event stream, as the clients keep them by themselves, over a restart of the server.
import assert from "node:assert/strict";
import { createEventClient } from "./events.mjs";
import { site, until } from "./recorded.mjs";
import { createSocket } from "./socket.mjs";

Math.random = () => 0; // the clients wait a second before they come back, and up to three more by chance

const heard = { socket: [], events: [] };
const closed = [];
const clients = {
  socket: createSocket({ url: site.url }),
  events: createEventClient({ url: site.url }),
};
clients.socket.on("closed", (event) => closed.push(event.code));
for (const [name, client] of Object.entries(clients)) {
  client.subscribe({ query: "subscription {count(to: 1000000, pause: 0.02) {value}}" }, {
    next: (event) => heard[name].push(event.data.count.value),
    error: (problem) => assert.fail(`${name} gave up: ${JSON.stringify(problem)}`),
    complete: () => assert.fail(`${name} took the restart for the end`),
  });
}
const begun = (values) => values.filter((value, place) => value === 1 && values.length > place + 2).length;
await until(() => Object.values(heard).every((values) => begun(values) === 1), "both were told something");
process.stdout.write("listening\n");
await until(() => Object.values(heard).every((values) => begun(values) === 2), "both came back, and heard on");
process.stdout.write(`${JSON.stringify(closed)}\n`, () => process.exit(0));
