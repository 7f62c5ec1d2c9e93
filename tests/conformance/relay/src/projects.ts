// A list with pages, a refetchable fragment, a ranking with reasons, a mutation with typed errors, a subscription.
import { graphql } from "relay-runtime";

export const card = graphql`
  fragment projects_card on Project @argumentDefinitions(lang: { type: "[LanguageTag!]" }) {
    id
    name(lang: $lang)
    summary(lang: $lang)
    kind
    fundingStage
    ask {
      minimum {
        amount
        currency
      }
    }
    origin {
      name(lang: $lang)
    }
    tracks {
      name(lang: $lang)
    }
  }
`;

export const list = graphql`
  fragment projects_list on Query
  @refetchable(queryName: "projectsListPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }, filter: { type: "ProjectFilter" }) {
    projects(first: $count, after: $cursor, filter: $filter) @connection(key: "projects_list_projects") {
      totalCount
      edges {
        node {
          ...projects_card
        }
      }
    }
  }
`;

export const listBackwards = graphql`
  fragment projects_backwards on Place
  @refetchable(queryName: "projectsBackwardsPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }) {
    landedProjects(last: $count, before: $cursor) @connection(key: "projects_backwards_landedProjects") {
      edges {
        node {
          ...projects_card
        }
      }
    }
  }
`;

export const ranking = graphql`
  fragment projects_ranking on Investor
  @refetchable(queryName: "projectsRankingPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }) {
    name
    rankedProjects(first: $count, after: $cursor) @connection(key: "projects_ranking_rankedProjects") {
      gatedCount
      snapshot {
        modelVersion
      }
      edges {
        rank
        score
        reasons
        contributions {
          block
          points
          reason
        }
        gates {
          gate
          passed
          reason
        }
        node {
          ...projects_card
        }
      }
    }
  }
`;

export const page = graphql`
  query projectsPageQuery($filter: ProjectFilter, $investor: ID!, $place: ID!) {
    viewer {
      role
    }
    ...projects_list @arguments(filter: $filter)
    node(id: $investor) {
      __typename
      ...projects_ranking
    }
    place(id: $place) {
      ...projects_backwards
    }
  }
`;

export const express = graphql`
  mutation projectsExpressMutation($project: ID!) {
    expressInterest(project: $project, kind: LIKE) {
      interest {
        id
        kind
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`;

export const changed = graphql`
  subscription projectsChangedSubscription($ids: [ID!]) {
    projectChanged(ids: $ids) {
      operation
      at
      project {
        ...projects_card
      }
    }
  }
`;
