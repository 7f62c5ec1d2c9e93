import { useState } from "react";
import { type Band, CardFragmentDoc, LinesFragmentDoc } from "./generated/graphql";
import { type FragmentType, useFragment } from "./generated";

const BANDS: Partial<Record<Band, string>> = { STRONG: "Strong", FAIR: "Fair", WEAK: "Weak", NO_MATCH: "No match" };

interface Props {
  lines: FragmentType<typeof LinesFragmentDoc>;
  onMore: (after: string) => Promise<unknown>;
}

export function List({ lines, onMore }: Props) {
  const { edges, totalCount, noStrongMatch, pageInfo } = useFragment(LinesFragmentDoc, lines);
  const [loading, setLoading] = useState(false);

  async function more(after: string) {
    setLoading(true);
    await onMore(after).finally(() => setLoading(false));
  }

  return (
    <section>
      <h2>
        {edges.length} of {totalCount} projects
      </h2>
      {noStrongMatch && <p>None of them is a strong match.</p>}
      <ol>
        {edges.map(({ rank, score, band, reasons, node }) => (
          <Line key={rank} rank={rank} score={score} band={band} reasons={reasons} card={node} />
        ))}
      </ol>
      {pageInfo.hasNextPage && pageInfo.endCursor && (
        <button type="button" disabled={loading} onClick={() => void more(pageInfo.endCursor!)}>
          Show more
        </button>
      )}
    </section>
  );
}

interface LineProps {
  rank: number;
  score: number;
  band: Band;
  reasons: string[];
  card: FragmentType<typeof CardFragmentDoc>;
}

function Line({ rank, score, band, reasons, card }: LineProps) {
  const { name, fictional, tracks } = useFragment(CardFragmentDoc, card);
  return (
    <li value={rank}>
      <h3>{name}</h3>
      <p className={`band ${band}`}>
        {BANDS[band] ?? band} <meter min={0} max={100} value={score} /> {score.toFixed(0)}
      </p>
      <p className="tracks">
        {tracks.map((track) => track.name).join(", ")}
        {fictional && " · demonstration"}
      </p>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </li>
  );
}
