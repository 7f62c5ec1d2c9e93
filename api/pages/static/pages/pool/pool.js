// The pool that a picture looks at: edition, track and stage, in the address and as a `ProjectFilter`.

import { ask, everyNode } from "../frame/api.js";
import { parameters, write } from "../frame/address.js";
import { h } from "../frame/dom.js";
import { FUNDING_STAGES, t, word } from "../frame/texts.js";

const KEYS = ["edition", "track", "stage"];

/** What can be chosen: editions with projects, and tracks. */
export async function poolChoices() {
  const { editions, tracks } = await ask("pool-choices");
  return {
    editions: editions.edges.map((edge) => edge.node).filter((each) => each.projects.totalCount),
    tracks: tracks.edges.map((edge) => edge.node),
  };
}

/** All places that state priorities, in the order of these. */
export async function placesWithPriorities() {
  const priorities = await everyNode("heat-places", "industryPriorities");
  const found = new Map(priorities.filter(({ place }) => place).map(({ place }) => [place.id, place]));
  return [...found.values()];
}

export const readPool = () => Object.fromEntries(KEYS.map((name) => [name, parameters().get(name)]));

export function poolFilter(pool) {
  const filter = {};
  if (pool.edition) filter.edition = [pool.edition];
  if (pool.track) filter.track = [pool.track];
  if (pool.stage) filter.fundingStage = [pool.stage];
  return Object.keys(filter).length ? filter : null;
}

/** Selects that narrow the pool; `changed()` is called when `pool` has another choice. */
export function poolControls({ editions, tracks }, pool, changed) {
  const change = (name) => (value) => {
    pool[name] = value || null;
    write(pool, { push: true });
    changed();
  };
  return [
    editions.length > 0 &&
      select(
        "edition",
        t("edition"),
        [["", t("anyEdition")], ...editions.map((each) => [each.id, each.name])],
        pool.edition,
        change("edition"),
      ),
    tracks.length > 0 &&
      select(
        "track",
        t("track"),
        [["", t("allTracks")], ...tracks.map((each) => [each.id, each.name])],
        pool.track,
        change("track"),
      ),
    select(
      "stage",
      t("stage"),
      [["", t("allStages")], ...FUNDING_STAGES.map((each) => [each, word(each)])],
      pool.stage,
      change("stage"),
    ),
  ];
}

/** A labelled select. `options`: pairs of value and text. */
export function select(name, label, options, value, changed) {
  const box = h(
    "select",
    { id: `choose-${name}`, onchange: () => changed(box.value) },
    options.map(([key, text]) => h("option", { value: key }, text)),
  );
  box.value = value ?? "";
  return h("p", { class: "choose" }, h("label", { for: `choose-${name}` }, label), box);
}
