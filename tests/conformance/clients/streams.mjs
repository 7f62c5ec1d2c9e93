// graphql-ws and graphql-sse against the real schema: pings, errors, duplicates, a silent and a slow client, a cut line.
import assert from "node:assert/strict";
import net from "node:net";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { createEventClient } from "./events.mjs";
import { ONE, RENAME, WATCH } from "./operations.mjs";
import { run, site, until } from "./recorded.mjs";

const socketUrl = site.url.replace("http", "ws");
const authorization = `Bearer ${site.keys.ORGANISER}`;
const sockets = (options = {}) =>
  createClient({ url: socketUrl, retryAttempts: 0, lazyCloseTimeout: 0, connectionParams: { authorization }, ...options });

async function rename(name, id = site.project) {
  const response = await fetch(site.url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify({ query: RENAME, variables: { id, name } }),
  });
  assert.deepEqual((await response.json()).data.updateProject.userErrors, []);
}

async function one(client, payload) {
  for await (const result of client.iterate(payload)) return result;
}

// Writes until the subscriber has heard something new; the first writes may come before it listens.
async function heardAfter(heard) {
  const before = heard.length;
  for (let turn = 0; heard.length === before && turn < 300; turn++) {
    await rename(`Renamed in turn ${turn}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(heard.length > before, "a subscriber hears of a write");
  return heard.at(-1);
}

// A line to the server that can be cut.
async function line() {
  const { hostname, port } = new URL(site.url);
  const open = new Set();
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname);
    for (const [from, to] of [[near, far], [far, near]]) {
      open.add(from);
      from.on("error", () => {}).on("close", () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/graphql`,
    cut: () => open.forEach((socket) => socket.destroy()),
  };
}

// Begun first and looked at in the end: the server waits a while for connection_init.
const silent = new Promise((resolve) => {
  new WebSocket(socketUrl, "graphql-transport-ws").on("close", (code) => resolve(code));
});

await run({
  "a query, a mutation, an error and what can't begin, over one socket": async () => {
    const client = sockets();
    assert.equal((await one(client, { query: ONE, variables: { id: site.project } })).data.project.id, site.project);
    const renamed = await one(client, { query: RENAME, variables: { id: site.project, name: "Over a socket" } });
    assert.equal(renamed.data.updateProject.project.name, "Over a socket");
    await assert.rejects(one(client, { query: "{nothing}" }), (errors) => {
      assert.equal(errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
      return true;
    });
    const refused = await one(client, { query: "subscription {rankingChanged(subject: \"prj_x\") {left}}" }).catch((each) => each);
    assert.equal((refused.errors ?? refused)[0].extensions.code, "BAD_USER_INPUT");
    await client.dispose();
  },
  "pings are answered while a subscription is open": async () => {
    let pongs = 0;
    const heard = [];
    const client = sockets({ keepAlive: 20, on: { pong: () => pongs++ } });
    const stop = client.subscribe({ query: WATCH, variables: { ids: [site.project] } }, {
      next: (event) => heard.push(event), error: assert.fail, complete: () => {},
    });
    assert.equal((await heardAfter(heard)).data.projectChanged.projectId, site.project);
    assert.ok(pongs > 0);
    stop();
    await client.dispose();
  },
  "completing ends a subscription, and the socket serves on": async () => {
    const client = sockets({ lazyCloseTimeout: 5_000 });
    const heard = [];
    const watch = () =>
      client.subscribe({ query: WATCH, variables: { ids: [site.project] } }, {
        next: (event) => heard.push(event), error: assert.fail, complete: () => {},
      });
    const stop = watch();
    await heardAfter(heard);
    stop();
    await one(client, { query: "{__typename}" });
    const known = heard.length;
    await rename("Nobody listens");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(heard.length, known);
    await client.dispose();
  },
  "an id that is in use closes the socket with 4409": async () => {
    const client = sockets({ generateID: () => "same", isFatalConnectionProblem: () => true });
    const closed = await new Promise((resolve) => {
      for (let copy = 0; copy < 2; copy++) {
        client.subscribe({ query: WATCH }, { next: () => {}, error: resolve, complete: () => {} });
      }
    });
    assert.equal(closed.code, 4409);
  },
  "a wrong key closes the socket with 4403": async () => {
    const client = sockets({ connectionParams: { authorization: "Bearer wrong" } });
    await assert.rejects(one(client, { query: "{__typename}" }), (closed) => closed.code === 4403);
  },
  "a client comes back when the line was cut": async () => {
    const wire = await line();
    let connected = 0;
    const heard = [];
    const client = sockets({
      url: wire.url.replace("http", "ws"), retryAttempts: 20, retryWait: async () => {}, shouldRetry: () => true,
      on: { connected: () => connected++ },
    });
    const stop = client.subscribe({ query: WATCH, variables: { ids: [site.project] } }, {
      next: (event) => heard.push(event), error: assert.fail, complete: () => {},
    });
    await heardAfter(heard);
    wire.cut();
    await until(() => connected === 2, "the client connected again");
    await heardAfter(heard);
    stop();
    await client.dispose();
  },
  "events: a query, a subscription, an error, and a cut line": async () => {
    const wire = await line();
    const soon = () => new Promise((resolve) => setTimeout(resolve, 20)); // its own pause is of seconds
    const client = createEventClient({ url: wire.url, key: site.keys.ORGANISER, retry: soon });
    assert.equal((await one(client, { query: ONE, variables: { id: site.project } })).data.project.id, site.project);
    const heard = [];
    const failed = [];
    const stop = client.subscribe({ query: WATCH, variables: { ids: [site.project] } }, {
      next: (event) => heard.push(event), error: (problem) => failed.push(problem), complete: () => {},
    });
    assert.equal((await heardAfter(heard)).data.projectChanged.operation, "UPDATE");
    wire.cut();
    await heardAfter(heard);
    assert.deepEqual(failed, []);
    stop();
    assert.equal((await one(client, { query: "{nothing}" })).errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
    client.dispose();
  },
  "a subscriber that doesn't read is ended, and the others hear on": async () => {
    const slow = new WebSocket(socketUrl, "graphql-transport-ws", { perMessageDeflate: false });
    await new Promise((resolve) => slow.on("open", resolve));
    slow.send(JSON.stringify({ type: "connection_init", payload: { authorization } }));
    await new Promise((resolve) => slow.once("message", resolve)); // connection_ack
    const much = Array.from({ length: 25 }, (_, copy) => `x${copy}: name`).join(" ");
    const query = `subscription ($ids: [ID!]) { projectChanged(ids: $ids) { project { ${much} } } }`;
    const read = [];
    slow.on("message", (text) => read.push(JSON.parse(text)));
    slow.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables: { ids: [site.project] } } }));
    const heard = [];
    const client = sockets();
    const stop = client.subscribe({ query: WATCH, variables: { ids: [site.project] } }, {
      next: (event) => heard.push(event), error: assert.fail, complete: () => {},
    });
    await heardAfter(heard);
    await heardAfter(read); // it has begun to hear
    slow.pause();
    const long = " and so on".repeat(4_000); // of a megabyte each: a few fill the buffers between the two, however large
    for (let turn = 0; turn < site.kept + 30; turn++) await rename(`Much to hear ${turn}${long}`);
    await heardAfter(heard);
    slow.resume();
    const told = () => read.find((message) => message.type === "error" || message.payload?.errors);
    await until(told, "it was told");
    const last = told();
    assert.equal((last.payload.errors ?? last.payload)[0].extensions.code, "SLOW_CONSUMER");
    slow.terminate();
    stop();
    await client.dispose();
  },
  "a client that says nothing is closed with 4408": async () => assert.equal(await silent, 4408),
});
