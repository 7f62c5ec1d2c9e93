// A server that executes registered operations alone, asked by Apollo, by urql and by documentId.
import assert from "node:assert/strict";
import { gql } from "@apollo/client";
import { print } from "graphql";
import { createApolloClient } from "./apollo-client.mjs";
import { createUrqlClient } from "./urql-client.mjs";
import { LIST, ONE } from "./operations.mjs";
import { run, site } from "./recorded.mjs";

const apollo = createApolloClient({ url: site.trusted });
const urql = createUrqlClient({ url: site.trusted });

async function post(body) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  const response = await fetch(site.trusted, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, ...(await response.json()) };
}

await run({
  "Apollo's registered operation is executed, another isn't": async () => {
    const { data } = await apollo.query({ query: gql(LIST) });
    assert.equal(data.projects.edges.length, 4);
    const { error } = await apollo.query({ query: gql`query Stranger { viewer { role } }` });
    assert.match(JSON.stringify(error) + error, /OPERATION_NOT_FOUND|registered/);
  },
  "urql's registered operation is executed, another isn't": async () => {
    const found = await urql.query(LIST, {}).toPromise();
    assert.equal(found.error, undefined);
    assert.equal(found.data.projects.edges.length, 4);
    const stranger = await urql.query("query Stranger { viewer { role } }", {}).toPromise();
    assert.match(JSON.stringify(stranger.error), /OPERATION_NOT_FOUND/);
  },
  "by documentId, and by the exact text": async () => {
    assert.ok((await post({ documentId: "one", variables: { id: site.project } })).data.project.id);
    assert.ok((await post({ query: ONE, variables: { id: site.project } })).data.project.id);
    const other = await post({ query: print(gql(ONE)).replace("name", "summary"), variables: { id: site.project } });
    assert.equal(other.status, 403);
    assert.equal(other.errors[0].extensions.code, "OPERATION_NOT_FOUND");
    assert.equal((await post({ query: "{__typename}" })).status, 403);
  },
});
