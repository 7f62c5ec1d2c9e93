// What the tests of Apollo and urql ask for.
export const LIST = /* GraphQL */ `
  query List($after: String) {
    projects(first: 4, after: $after, orderBy: [{ field: NAME }]) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          ask {
            minimum {
              amount
              currency
            }
          }
          tracks {
            id
            name
          }
        }
      }
    }
  }
`;

export const ONE = /* GraphQL */ `
  query One($id: ID!) {
    project(id: $id) {
      id
      name
    }
  }
`;

export const RENAME = /* GraphQL */ `
  mutation Rename($id: ID!, $name: String!) {
    updateProject(id: $id, input: { name: [{ language: EN, text: $name }] }) {
      project {
        id
        name
      }
      userErrors {
        code
        message
      }
    }
  }
`;

export const WATCH = /* GraphQL */ `
  subscription Watch($ids: [ID!]) {
    projectChanged(ids: $ids) {
      projectId
      operation
      project {
        id
        name
      }
    }
  }
`;

export const NAMED = /* GraphQL */ `
  query Any($id: ID!) {
    node(id: $id) {
      ...Named
    }
  }

  fragment Named on Node {
    id
    ... on Place {
      name
    }
  }
`;

export const MINE = /* GraphQL */ `
  query Mine($id: ID!) {
    investor(id: $id) {
      id
      rankedProjects {
        totalCount
      }
    }
  }
`;

// A query that no server has seen before.
export const FRESH = /* GraphQL */ `
  query Fresh${Date.now()} {
    tracks(first: 2) {
      nodes {
        id
        name
      }
    }
  }
`;

export const RANKED = /* GraphQL */ `
  query Ranked($id: ID!, $after: String) {
    place(id: $id) {
      id
      rankedProjects(first: 2, after: $after, options: { spread: NONE }) {
        pageInfo {
          endCursor
        }
        edges {
          rank
          node {
            id
            name
          }
        }
      }
    }
  }
`;

export const NODES = /* GraphQL */ `
  query Nodes($after: String) {
    tracks(first: 2, after: $after) {
      pageInfo {
        endCursor
      }
      nodes {
        id
        name
      }
    }
  }
`;
