// urql with its normalised cache, set up as docs/clients.md says; subscriptions over a WebSocket and as events.
import assert from "node:assert/strict";
import { createUrqlClient } from "./urql-client.mjs";
import { FRESH, LIST, MINE, NAMED, NODES, ONE, RENAME, WATCH } from "./operations.mjs";
import { recorded, run, site, until } from "./recorded.mjs";

const wire = recorded();
const make = (options) => createUrqlClient({ url: site.url, ...options });
const client = make({ key: site.keys.ORGANISER, fetch: wire.fetch });

let shown;
const page = (after) =>
  client.query(LIST, { after }).subscribe((result) => {
    assert.equal(result.error, undefined);
    if (result.data) shown = result.data.projects;
  });
const nodes = () => shown.edges.map((edge) => edge.node);

async function watched(events) {
  const watcher = make({ key: site.keys.ORGANISER, events });
  const other = make({ key: site.keys.ADMIN });
  const { id } = nodes()[3];
  const heard = [];
  const { unsubscribe } = watcher.subscription(WATCH, { ids: [id] }).subscribe((event) => heard.push(event));
  for (let turn = 0; heard.length === 0 && turn < 40; turn++) {
    const { data } = await other.mutation(RENAME, { id, name: `Renamed elsewhere ${turn}` });
    assert.deepEqual(data.updateProject.userErrors, []);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  unsubscribe();
  assert.equal(heard[0].error, undefined);
  assert.equal(heard[0].data.projectChanged.operation, "UPDATE");
  assert.match(heard[0].data.projectChanged.project.name, /^Renamed elsewhere/);
}

await run({
  "a list is read, and the next page appended": async () => {
    page(null);
    await until(() => shown, "the first page");
    assert.equal(shown.edges.length, 4);
    page(shown.pageInfo.endCursor);
    await until(() => shown.edges.length === 8, "the second page");
    assert.equal(new Set(nodes().map((node) => node.id)).size, 8);
  },
  "records are kept once, by their ids": async () => {
    const before = wire.calls.length;
    const [{ id, name }] = nodes();
    const { data } = await client.query(ONE, { id }).toPromise();
    assert.equal(data.project.name, name);
    assert.equal(wire.calls.length, before, "what a list brought along is not asked for again");
  },
  "pages of nodes are put together": async () => {
    let tracks;
    const more = (after) =>
      client.query(NODES, { after }).subscribe((result) => {
        if (result.data) tracks = result.data.tracks;
      });
    more(null);
    await until(() => tracks, "the first page");
    more(tracks.pageInfo.endCursor);
    await until(() => tracks.nodes.length === 4, "the second page");
    assert.equal(new Set(tracks.nodes.map((node) => node.id)).size, 4);
  },
  "what a mutation changes is seen in the list": async () => {
    const { id } = nodes()[2];
    const { data } = await client.mutation(RENAME, { id, name: "Renamed by urql" }).toPromise();
    assert.deepEqual(data.updateProject.userErrors, []);
    await until(() => nodes()[2].name === "Renamed by urql", "the list showed the new name");
    assert.equal(wire.calls.at(-1).method, "POST");
  },
  "a subscription over a WebSocket": async () => watched(false),
  "a subscription as server-sent events": async () => watched(true),
  "a query is answered as JSON by a client that would take events": async () => {
    assert.ok(wire.calls.length > 0);
    for (const { response } of wire.calls) assert.match(response.headers.get("content-type"), /json; charset=utf-8$/);
  },
  "queries are persisted: the hash alone, then with the text, then the hash by GET": async () => {
    const fresh = recorded();
    const visitor = make({ fetch: fresh.fetch });
    for (let turn = 0; turn < 2; turn++) {
      const { data } = await visitor.query(FRESH, {}, { requestPolicy: "network-only" }).toPromise();
      assert.ok(data.tracks.nodes[0].name);
    }
    const [unknown, told, known] = fresh.calls;
    assert.ok(unknown.method === "GET" && !unknown.url.includes("query="));
    assert.ok(told.url.includes("query=") || told.body.includes("tracks"));
    assert.ok(known.method === "GET" && !known.url.includes("query="));
    assert.equal(known.response.status, 200);
  },
  "a fragment on an interface matches": async () => {
    const { data } = await client.query(NAMED, { id: site.place }).toPromise();
    assert.ok(data.node.name);
  },
  "errors come with their codes, beside the rest of the answer": async () => {
    const { data, error } = await make({}).query(MINE, { id: site.investor }).toPromise();
    assert.equal(data.investor.id, site.investor);
    assert.equal(error.graphQLErrors[0].extensions.code, "FORBIDDEN");
  },
});
