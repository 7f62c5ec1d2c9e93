import { useQuery } from "@apollo/client/react";
import { useEffect, useState } from "react";
import { CityDocument } from "./generated/graphql";
import { List } from "./List";
import { optionsOf, PAGE, type Weights } from "./options";
import { Priorities } from "./Priorities";
import { useLiveList } from "./live";

export function App({ code }: { code: string }) {
  const [weights, setWeights] = useState<Weights>({});
  const variables = { code, first: PAGE, options: optionsOf(useSettled(weights)) };
  const { data, previousData, error, loading, fetchMore, refetch } = useQuery(CityDocument, { variables });
  const place = (data ?? previousData)?.place; // while another list is loading, the last one stays
  const changed = useLiveList(data?.place, variables);

  const more = (after: string) => fetchMore({ variables: { after } });
  return (
    <main aria-busy={loading}>
      <h1>{place?.name ?? code}</h1>
      {error && (
        <p role="alert">
          {error.message} <button onClick={() => void refetch()}>Try again</button>
        </p>
      )}
      {!loading && !error && !place && <p>There is no place with the code {code}.</p>}
      {place && <Priorities priorities={place.priorities} weights={weights} onChange={setWeights} />}
      {place?.rankedProjects && <List lines={place.rankedProjects} onMore={more} />}
      <p role="status">{changed > 0 && `Changed while you were looking: ${changed}`}</p>
    </main>
  );
}

/** The value once it has stayed the same for a moment, so that a moved slider asks once. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 250);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
