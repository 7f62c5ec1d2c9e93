// What a front end does with the schema, checked by the TypeScript compiler under --strict.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { graphql, useFragment, type FragmentType } from "./generated/index";

declare function execute<Result, Variables>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Result>;

export const Card = graphql(/* GraphQL */ `
  fragment Card on Project {
    id
    name
    fundingStage
    ask {
      minimum {
        amount
        currency
      }
    }
    founded {
      text
      precision
    }
  }
`);

const Projects = graphql(/* GraphQL */ `
  query Projects($first: Int, $filter: ProjectFilter, $orderBy: [ProjectOrder!]) {
    projects(first: $first, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        cursor
        node {
          ...Card
        }
      }
    }
  }
`);

const Ranking = graphql(/* GraphQL */ `
  query Ranking($place: ID!, $options: RankingOptions) {
    place(id: $place) {
      name
      rankedProjects(first: 10, options: $options) {
        edges {
          rank
          score
          reasons
          contributions {
            block
            points
          }
          node {
            ...Card
          }
        }
      }
      fitByTrack {
        track {
          name
        }
      }
    }
  }
`);

const Node = graphql(/* GraphQL */ `
  query Node($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Investor {
        mandate {
          tracks {
            __typename
          }
        }
      }
      ... on Place {
        priorities {
          __typename
        }
      }
    }
  }
`);

const Create = graphql(/* GraphQL */ `
  mutation Create($input: ProjectCreateInput!) {
    createProject(input: $input, dryRun: true) {
      project {
        ...Card
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export function title(card: FragmentType<typeof Card>): string {
  const project = useFragment(Card, card);
  const least = project.ask?.minimum;
  return `${project.name ?? project.id}${least ? ` asks for ${least.amount} ${least.currency}` : ""}`;
}

export async function show(place: string): Promise<string[]> {
  const list = await execute(Projects, { first: 10, filter: { fundingStage: ["SEED"], search: "医疗" } });
  const next: string | null | undefined = list.projects.pageInfo.endCursor;
  const ranked = await execute(Ranking, { place, options: { weights: [{ block: "track", weight: 2 }] } });
  const lines = (ranked.place?.rankedProjects?.edges ?? []).map(
    (edge) => `${edge.rank}. ${title(edge.node)} (${edge.score.toFixed(0)}): ${edge.reasons.join("; ")}`,
  );
  const node = await execute(Node, { id: place });
  if (node.node?.__typename === "Place") lines.push(`${node.node.priorities.length} priorities`);
  const created = await execute(Create, { input: { name: [{ language: "en", text: "Example" }] } });
  for (const error of created.createProject.userErrors) lines.push(`${error.field.join(".")}: ${error.message}`);
  return next ? [...lines, next] : lines;
}
