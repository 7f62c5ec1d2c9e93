// Relay's runtime with what its compiler made, set up as docs/clients.md says.
import assert from "node:assert/strict";
import relay from "relay-runtime";
import { createRelayEnvironment } from "./relay-environment.mjs";
import { run, site } from "./recorded.mjs";
import listQuery from "./src/__generated__/listQuery.graphql.js";
import renameMutation from "./src/__generated__/listRenameMutation.graphql.js";
import watchSubscription from "./src/__generated__/listWatchSubscription.graphql.js";

const { commitMutation, createOperationDescriptor, fetchQuery, getRequest, requestSubscription } = relay;
const environment = createRelayEnvironment({ url: site.url, key: site.keys.ORGANISER });
const operation = createOperationDescriptor(getRequest(listQuery), { after: null });
environment.retain(operation);
const nodes = () => environment.lookup(operation.fragment).data.projects.edges.map((edge) => edge.node);

const rename = (id, name) =>
  new Promise((onCompleted, onError) =>
    commitMutation(environment, { mutation: renameMutation, variables: { id, names: [{ language: "en", text: name }] }, onCompleted, onError }),
  );

await run({
  "a page is read, and the next one": async () => {
    const first = await fetchQuery(environment, listQuery, { after: null }).toPromise();
    assert.equal(first.projects.edges.length, 4);
    const after = first.projects.pageInfo.endCursor;
    const second = await fetchQuery(environment, listQuery, { after }).toPromise();
    const ids = [...first.projects.edges, ...second.projects.edges].map((edge) => edge.node.id);
    assert.equal(new Set(ids).size, 8);
  },
  "records are kept once, by their ids": async () => {
    const [{ id, name }] = nodes();
    const record = environment.getStore().getSource().get(id);
    assert.equal(record.__typename, "Project");
    assert.equal(record.name, name);
  },
  "what a mutation changes is seen in the list": async () => {
    const { updateProject } = await rename(nodes()[2].id, "Renamed by Relay");
    assert.deepEqual(updateProject.userErrors, []);
    assert.equal(nodes()[2].name, "Renamed by Relay");
  },
  "a subscription changes the list": async () => {
    const { id } = nodes()[3];
    const heard = [];
    const watching = requestSubscription(environment, {
      subscription: watchSubscription,
      variables: { ids: [id] },
      onNext: (event) => heard.push(event),
    });
    for (let turn = 0; heard.length === 0 && turn < 40; turn++) {
      await rename(id, `Renamed again ${turn}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    watching.dispose();
    assert.equal(heard[0].projectChanged.operation, "UPDATE");
    assert.match(nodes()[3].name, /^Renamed again/);
  },
});
