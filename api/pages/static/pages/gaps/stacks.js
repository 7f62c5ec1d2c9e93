// The pieces of a bar that has one for each track, and all bars as a picture to keep.

import { h } from "../frame/dom.js";
import { token } from "../plan/colours.js";
import { number, t } from "../frame/texts.js";

/** A project may stand in several tracks, so a bar's pieces are shares of its length. */
export const piecesTotal = (each) => pieces(each).reduce((all, one) => all + one.count, 0);
export const pieces = (each) =>
  each.tracks.length
    ? each.tracks.map(({ track, count }) => ({ id: track.id, count, title: `${track.name}: ${count}` }))
    : [{ id: null, count: 1, title: t("noTrack") }];

/** Bars as SVG; `name(bringer)` and `colour(track)`; `entries`: pairs of colour and name for the legend. */
export function stackedSvg(bringers, name, colour, entries) {
  const most = Math.max(1, ...bringers.map((each) => each.projectCount));
  const height = 40 + bringers.length * 26 + Math.ceil(entries.length / 3) * 22;
  const words = (text, x, y, more = {}) =>
    h("text", { x, y, fill: token("--text"), "font-size": 13, "font-family": "sans-serif", ...more }, text);
  return h(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width: 1000, height, viewBox: `0 0 1000 ${height}` },
    h("rect", { width: 1000, height, fill: token("--card") }),
    bringers.map((each, row) => {
      const y = 14 + row * 26;
      let x = 280;
      return [
        words(name(each).slice(0, 44), 270, y + 14, { "text-anchor": "end" }),
        pieces(each).map(({ id, count }) => {
          const width = (620 * count * each.projectCount) / (piecesTotal(each) * most);
          const piece = h("rect", {
            x,
            y,
            width: Math.max(1, width - 1),
            height: 18,
            fill: id ? colour(id) : token("--strong-line"),
          });
          x += width;
          return piece;
        }),
        words(number(each.projectCount), x + 8, y + 14),
      ];
    }),
    entries.map(([fill_, text], at) => {
      const [x, y] = [280 + (at % 3) * 230, 34 + bringers.length * 26 + Math.floor(at / 3) * 22];
      return [h("rect", { x, y: y - 10, width: 12, height: 12, fill: fill_ }), words(text.slice(0, 30), x + 18, y)];
    }),
  );
}
