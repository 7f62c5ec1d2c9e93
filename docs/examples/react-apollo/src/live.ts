import { useSubscription } from "@apollo/client/react";
import { useState } from "react";
import { useFragment } from "./generated";
import {
  CardFragmentDoc, CardsChangedDocument, CityDocument, type CityQuery, type CityQueryVariables, LinesFragmentDoc,
  ListChangedDocument,
} from "./generated/graphql";

/** Keeps the list that is shown up to date: its order, and what its lines say. Returns how often it changed. */
export function useLiveList(place: CityQuery["place"] | undefined, variables: CityQueryVariables): number {
  const [changed, setChanged] = useState(0);
  const edges = useFragment(LinesFragmentDoc, place?.rankedProjects)?.edges ?? [];
  const watched = Math.min(Math.max(edges.length, variables.first), 100);

  useSubscription(ListChangedDocument, {
    skip: !place,
    variables: { place: place?.id ?? "", watched, options: variables.options },
    onData({ client, data }) {
      const ranking = data.data?.rankingChanged.ranking;
      if (!ranking) return;
      // Written without `after`, a page replaces the whole list; further ones follow it, as after a first page.
      client.cache.updateQuery({ query: CityDocument, variables }, (city) =>
        city?.place ? { ...city, place: { ...city.place, rankedProjects: ranking } } : city,
      );
      setChanged((count) => count + 1);
    },
  });

  // An event brings the project with its id, so that the cache shows its new name wherever it stands.
  const ids = edges.map((edge) => useFragment(CardFragmentDoc, edge.node).id);
  useSubscription(CardsChangedDocument, {
    skip: ids.length === 0,
    variables: { ids },
    onData: () => setChanged((count) => count + 1),
  });
  return changed;
}
