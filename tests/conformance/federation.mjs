// Composes Roadshow's subgraph with another service's, and asks both through Apollo's gateway.
// Prints what it found as JSON.
import { composeServices } from "@apollo/composition";
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from "@apollo/gateway";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";

const known = JSON.parse(process.argv[2]);

async function ask(query, variables) {
  const response = await fetch(known.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${known.key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

// Another service: notes about Roadshow's projects and investors, and a list of favourites.
const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Project @key(fields: "id") { id: ID! note: String }
  type Investor @key(fields: "id") { id: ID! note: String }
  union Favourite = Project | Investor
  type Query { favourites: [Favourite!]! hidden: Project }
`);
const note = { __resolveReference: ({ id }) => ({ id, note: `about ${id}` }) };
const resolvers = {
  Project: note,
  Investor: note,
  Query: {
    favourites: () => [
      { __typename: "Project", id: known.project },
      { __typename: "Investor", id: known.investor, note: `about ${known.investor}` },
    ],
    hidden: () => ({ id: known.hidden }),
  },
};

const { _service } = await ask("{ _service { sdl } }");
const roadshow = { name: "roadshow", url: known.url, typeDefs: parse(_service.sdl) };
const composed = composeServices([roadshow, { name: "notes", url: "local:", typeDefs }]);
if (composed.errors) throw new Error(composed.errors.join("\n"));

class WithKey extends RemoteGraphQLDataSource {
  willSendRequest({ request }) {
    request.http.headers.set("Authorization", `Bearer ${known.key}`);
  }
}
const gateway = new ApolloGateway({
  supergraphSdl: composed.supergraphSdl,
  buildService: ({ name, url }) =>
    name === "notes" ? new LocalGraphQLDataSource(buildSubgraphSchema([{ typeDefs, resolvers }])) : new WithKey({ url }),
});
const { schema, executor } = await gateway.load();
if (!schema.getType("Project").getFields().note) throw new Error("the composed type lacks the other service's field");

function through(query) {
  return executor({
    request: { query, variables: {}, http: { headers: new Map() } },
    document: parse(query),
    operationName: null,
    queryHash: query,
    schema,
    context: {},
    cache: undefined,
    logger: console,
  });
}

const answers = {
  // Roadshow's list, with fields of the other service.
  list: await through("{ projects(first: 3) { nodes { id name note } } }"),
  // The other service's list, with fields of Roadshow.
  favourites: await through(
    "{ favourites { __typename ... on Project { id name tracks { name } } ... on Investor { id name note } } }",
  ),
  hidden: await through("{ hidden { id name } }"),
};
const keyed = (_service.sdl.match(/@key\(fields: "id"\)/g) ?? []).length;
console.log(JSON.stringify({ ...answers, keyed }));
await gateway.stop();
