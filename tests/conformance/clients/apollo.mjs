// Apollo Client, set up as docs/clients.md says: reading, pages, its cache, writing, events, persisted queries.
import assert from "node:assert/strict";
import { CombinedGraphQLErrors, gql } from "@apollo/client";
import { createApolloClient } from "./apollo-client.mjs";
import { FRESH, LIST, MINE, NAMED, NODES, ONE, RANKED, RENAME, WATCH } from "./operations.mjs";
import { recorded, run, site, until } from "./recorded.mjs";

const wire = recorded();
const make = (options) => createApolloClient({ url: site.url, ...options });
const client = make({ key: site.keys.ORGANISER, fetch: wire.fetch });

const list = client.watchQuery({ query: gql(LIST) });
let shown;
list.subscribe((result) => {
  if (result.data?.projects) shown = result.data.projects;
});
const nodes = () => shown.edges.map((edge) => edge.node);

await run({
  "a list is read, and the next page appended": async () => {
    await until(() => shown, "the first page");
    assert.equal(shown.edges.length, 4);
    await list.fetchMore({ variables: { after: shown.pageInfo.endCursor } });
    await until(() => shown.edges.length === 8, "the second page");
    assert.equal(new Set(nodes().map((node) => node.id)).size, 8);
  },
  "records are kept once, by their ids": async () => {
    const kept = Object.keys(client.cache.extract());
    const [{ id, name }] = nodes();
    assert.ok(kept.includes(`Project:${id}`));
    assert.ok(kept.some((key) => key.startsWith("Track:trk_")));
    const before = wire.calls.length;
    const { data } = await client.query({ query: gql(ONE), variables: { id } });
    assert.equal(data.project.name, name);
    assert.equal(wire.calls.length, before, "what a list brought along is not asked for again");
  },
  "pages of a ranking and of nodes are put together": async () => {
    const seen = {};
    const question = { query: gql(RANKED), variables: { id: site.place } };
    for (let turn = 0; turn < 240; turn++) {
      const { data } = await make({ key: site.keys.ADMIN }).query(question); // null as long as rankings load
      if (data?.place?.rankedProjects) break;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const ranked = client.watchQuery(question);
    ranked.subscribe(({ data }) => {
      if (data?.place) seen.ranked = data.place.rankedProjects;
    });
    const named = client.watchQuery({ query: gql(NODES) });
    named.subscribe(({ data }) => {
      if (data?.tracks) seen.tracks = data.tracks;
    });
    await until(() => seen.ranked && seen.tracks, "the first pages");
    await ranked.fetchMore({ variables: { after: seen.ranked.pageInfo.endCursor } });
    await named.fetchMore({ variables: { after: seen.tracks.pageInfo.endCursor } });
    await until(() => seen.ranked.edges.length === 4 && seen.tracks.nodes.length === 4, "the second pages");
    assert.deepEqual(seen.ranked.edges.map((edge) => edge.rank), [1, 2, 3, 4]);
    assert.equal(new Set(seen.tracks.nodes.map((node) => node.id)).size, 4);
  },
  "what a mutation changes is seen in the list": async () => {
    const { id } = nodes()[2];
    const { data } = await client.mutate({ mutation: gql(RENAME), variables: { id, name: "Renamed by Apollo" } });
    assert.deepEqual(data.updateProject.userErrors, []);
    await until(() => nodes()[2].name === "Renamed by Apollo", "the list showed the new name");
    assert.equal(wire.calls.at(-1).method, "POST");
  },
  "what somebody else changes is seen in the list too": async () => {
    const { id } = nodes()[3];
    const other = make({ key: site.keys.ADMIN });
    const events = [];
    const watching = client.subscribe({ query: gql(WATCH), variables: { ids: [id] } });
    const subscription = watching.subscribe((event) => events.push(event));
    for (let turn = 0; events.length === 0 && turn < 40; turn++) {
      const name = `Renamed elsewhere ${turn}`;
      await other.mutate({ mutation: gql(RENAME), variables: { id, name } });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    assert.equal(events[0].data.projectChanged.operation, "UPDATE");
    await until(() => nodes()[3].name.startsWith("Renamed elsewhere"), "the list showed the new name");
    subscription.unsubscribe();
  },
  "queries are persisted: the hash alone, then with the text, then the hash by GET": async () => {
    const fresh = recorded();
    const visitor = make({ fetch: fresh.fetch });
    for (let turn = 0; turn < 2; turn++) await visitor.query({ query: gql(FRESH), fetchPolicy: "network-only" });
    const [unknown, told, known] = fresh.calls;
    assert.ok(unknown.method === "GET" && !unknown.url.includes("query="));
    assert.ok(told.url.includes("query=") || told.body.includes("tracks"));
    assert.ok(known.method === "GET" && !known.url.includes("query="));
    assert.equal(known.response.status, 200);
    const headers = { accept: "application/graphql-response+json" };
    const etag = (await fetch(known.url, { headers })).headers.get("etag");
    const again = await fetch(known.url, { headers: { ...headers, "if-none-match": etag } });
    assert.equal(again.status, 304);
  },
  "a fragment on an interface matches": async () => {
    const { data } = await client.query({ query: gql(NAMED), variables: { id: site.place } });
    assert.ok(data.node.name);
  },
  "errors come with their codes, beside the rest of the answer": async () => {
    const visitor = make({});
    const question = { query: gql(MINE), variables: { id: site.investor } };
    const { data, error } = await visitor.query(question);
    assert.equal(data.investor.id, site.investor);
    assert.ok(CombinedGraphQLErrors.is(error));
    assert.equal(error.errors[0].extensions.code, "FORBIDDEN");
    assert.equal(error.errors[0].path[1], "rankedProjects");
  },
  "a wrong key is refused": async () => {
    const stranger = make({ key: "wrong" });
    const { error } = await stranger.query({ query: gql(ONE), variables: { id: "x" } });
    assert.match(JSON.stringify(error), /UNAUTHENTICATED|401/);
  },
});
