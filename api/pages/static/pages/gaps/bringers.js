// Which station, event or country brings how much of which track, as bars of several colours.

import { write } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState } from "../frame/frame.js";
import { onScheme, token, trackColour } from "../plan/colours.js";
import { saveButtons, saveCsv, saveSvg, saveXlsx } from "../plan/files.js";
import { firstOf, gapPanel, moreButton } from "./panels.js";
import { pieces, piecesTotal, stackedSvg } from "./stacks.js";
import { joined, number, t } from "../frame/texts.js";

const KINDS = ["STATION", "EVENT", "COUNTRY"];
const nameOf = (each) => each.node?.name ?? t("fromNone");

export function bringersPanel(view) {
  if (!KINDS.includes(view.by)) view.by = KINDS[0];
  const made = gapPanel(view, {
    title: t("bringersTitle"),
    wide: true,
    operation: "gaps-bringers",
    variables: () => ({ by: view.by }),
    draw: ({ bringers }, panel) => draw(view, bringers, panel),
  });
  onScheme(() => made.element.isConnected && made.draw());
  return made;
}

/** The tracks that are brought, those with most projects first, and a colour for each. */
function tracksOf(bringers) {
  const tracks = new Map();
  for (const { track, count } of bringers.flatMap((each) => each.tracks))
    tracks.set(track.id, { name: track.name, count: (tracks.get(track.id)?.count ?? 0) + count });
  const order = [...tracks.keys()].sort((a, b) => tracks.get(b).count - tracks.get(a).count);
  return { order, name: (id) => tracks.get(id).name, colour: (id) => trackColour(order.indexOf(id)) };
}

function draw(view, bringers, panel) {
  const tracks = tracksOf(bringers);
  const title = `${t("bringersTitle")} ${t(`BY_${view.by}`)}`;
  const choose = (by) => {
    view.by = by;
    write({ by: by === KINDS[0] ? null : by }, { push: true });
    panel.load().then(() => panel.element.querySelector(`[data-by="${by}"]`)?.focus());
  };
  const entries = tracks.order.map((id) => [tracks.colour(id), tracks.name(id)]);
  fill(
    panel.element,
    h("h2", {}, t("bringersTitle")),
    h(
      "div",
      { class: "picture-head" },
      h(
        "div",
        { class: "segmented", role: "group", "aria-label": t("bringersTitle") },
        KINDS.map((by) =>
          h(
            "button",
            { type: "button", data: { by }, "aria-pressed": String(view.by === by), onclick: () => choose(by) },
            t(`BY_${by}`),
          ),
        ),
      ),
      saveButtons({
        downloadXlsx: () => saveXlsx(title, table(bringers, tracks)),
        downloadCsv: () => saveCsv(title, table(bringers, tracks)),
        downloadSvg: () => saveSvg(title, stackedSvg(bringers, nameOf, tracks.colour, entries)),
      }),
    ),
    bringers.length ? bars(bringers, tracks, panel) : emptyState(t("nothingFits"), t("nothingFitsHelp")),
  );
}

function bars(bringers, tracks, panel) {
  const most = Math.max(1, ...bringers.map((each) => each.projectCount));
  const shown = firstOf(panel, bringers);
  const whole = () => {
    panel.whole = true;
    panel.draw();
    panel.element.querySelector("[data-by][aria-pressed=true]")?.focus({ preventScroll: true });
  };
  return h(
    "div",
    { class: "bars" },
    shown.map((each) => bar(each, tracks, most)),
    shown.length < bringers.length && moreButton(bringers.length - shown.length, whole),
    h(
      "ul",
      { class: "legend" },
      tracks.order
        .slice(0, 10)
        .map((id) =>
          h(
            "li",
            {},
            h("span", { class: "swatch", style: { background: tracks.colour(id) }, "aria-hidden": "true" }),
            tracks.name(id),
          ),
        ),
    ),
  );
}

const bar = (each, tracks, most) =>
  h(
    "div",
    { class: "bring" },
    h("span", {}, nameOf(each)),
    h(
      "div",
      {
        class: "stack",
        role: "img",
        "aria-label": each.tracks.length
          ? joined(each.tracks.map((one) => `${one.track.name} ${one.count}`))
          : t("noTrack"),
      },
      pieces(each).map(({ id, count, title }) =>
        h("span", {
          title,
          style: {
            width: `${(100 * count * each.projectCount) / (piecesTotal(each) * most)}%`,
            background: id ? tracks.colour(id) : token("--strong-line"),
          },
        }),
      ),
    ),
    h(
      "span",
      { class: "figure" },
      number(each.projectCount),
      each.landedCount ? ` · ${t("landedOf", { count: number(each.landedCount) })}` : "",
    ),
  );

const table = (bringers, tracks) => [
  [t("who"), t("projectCount"), t("landedOf", { count: "" }).trim(), ...tracks.order.map(tracks.name)],
  ...bringers.map((each) => [
    nameOf(each),
    each.projectCount,
    each.landedCount,
    ...tracks.order.map((id) => each.tracks.find((one) => one.track.id === id)?.count ?? 0),
  ]),
];
