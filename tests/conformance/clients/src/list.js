// What the test of Relay asks for; relay-compiler makes the modules in __generated__ from it.
import { graphql } from "relay-runtime";

export const query = graphql`
  query listQuery($after: String) {
    projects(first: 4, after: $after, orderBy: [{ field: NAME }]) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        cursor
        node {
          id
          name
        }
      }
    }
  }
`;

export const rename = graphql`
  mutation listRenameMutation($id: ID!, $names: [LocalizedTextInput!]!) {
    updateProject(id: $id, input: { name: $names }) {
      project {
        id
        name
      }
      userErrors {
        code
      }
    }
  }
`;

export const watch = graphql`
  subscription listWatchSubscription($ids: [ID!]) {
    projectChanged(ids: $ids) {
      operation
      project {
        id
        name
      }
    }
  }
`;
