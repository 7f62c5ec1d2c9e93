import type { CityQuery } from "./generated/graphql";
import type { Weights } from "./options";

type Place = NonNullable<CityQuery["place"]>;

interface Props {
  priorities: Place["priorities"];
  weights: Weights;
  onChange: (weights: Weights) => void;
}

/** A slider for each priority. Nothing is saved: the list is what the city would see with these weights. */
export function Priorities({ priorities, weights, onChange }: Props) {
  return (
    <fieldset>
      <legend>What if the priorities were others?</legend>
      {priorities.map(({ id, name, weight }) => (
        <label key={id}>
          {name}
          <input
            type="range"
            min={0}
            max={3}
            step={0.25}
            value={weights[id] ?? weight}
            onChange={(event) => onChange({ ...weights, [id]: event.target.valueAsNumber })}
          />
          <output>{weights[id] ?? weight}</output>
        </label>
      ))}
      <button type="button" disabled={Object.keys(weights).length === 0} onClick={() => onChange({})}>
        As declared
      </button>
    </fieldset>
  );
}
