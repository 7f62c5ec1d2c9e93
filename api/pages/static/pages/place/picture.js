// The first projects of a place as a picture to keep: names, bars by block, scores.

import { h } from "../frame/dom.js";
import { blockName, family } from "../frame/bars.js";
import { token } from "../plan/colours.js";
import { score, t } from "../frame/texts.js";

/** An SVG of ranked `edges`: what speaks for a project right of the middle, what speaks against it left. */
export function rankedSvg(title, edges) {
  const row = 30;
  const width = 1000;
  const middle = 560;
  const blocks = [
    ...new Set(
      edges.flatMap((edge) =>
        edge.contributions
          .filter((each) => each.block !== "baseline" && Math.abs(each.points) >= 0.05)
          .map((each) => each.block),
      ),
    ),
  ];
  const groups = [...new Set(blocks.map(family))];
  const most = Math.max(
    20,
    ...edges.map((edge) =>
      Math.abs(
        edge.contributions
          .filter((each) => each.block !== "baseline" && each.points > 0)
          .reduce((all, each) => all + each.points, 0),
      ),
    ),
  );
  const scale = 330 / most;
  const height = 70 + edges.length * row + Math.ceil(groups.length / 2) * 20 + 16;
  const words = (text, x, y, more = {}) =>
    h("text", { x, y, fill: token("--text"), "font-size": 13, "font-family": "sans-serif", ...more }, text);
  const bars = (edge, y) => {
    const ends = { right: middle, left: middle };
    return edge.contributions
      .filter((each) => each.block !== "baseline" && Math.abs(each.points) >= 0.05)
      .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
      .map((each) => {
        const size = Math.min(Math.abs(each.points) * scale, each.points > 0 ? 330 : 140);
        const x = each.points > 0 ? ends.right : (ends.left -= size);
        if (each.points > 0) ends.right += size;
        return h("rect", {
          x,
          y,
          width: Math.max(0.5, size - 0.8),
          height: 14,
          fill: token(`--f-${family(each.block)}`),
          "fill-opacity": each.points > 0 ? 1 : 0.5,
        });
      });
  };
  return h(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" },
    h("title", {}, title),
    h("rect", { width, height, fill: token("--card") }),
    words(title, 20, 30, { "font-size": 18, "font-weight": 600 }),
    edges.map((edge, at) => {
      const y = 54 + at * row;
      return [
        words(`${edge.rank}. ${clipped(edge.node.name ?? "", 46)}`, 20, y + 12),
        bars(edge, y),
        words(score(edge.score), 980, y + 12, { "text-anchor": "end", "font-weight": 600 }),
      ];
    }),
    h("line", { x1: middle, x2: middle, y1: 48, y2: 50 + edges.length * row, stroke: token("--strong-line") }),
    groups.map((group, at) => {
      const [x, y] = [20 + (at % 2) * 480, 68 + edges.length * row + Math.floor(at / 2) * 20];
      const names = blocks
        .filter((block) => family(block) === group)
        .map(blockName)
        .join(", ");
      return [
        h("rect", { x, y: y - 10, width: 12, height: 12, fill: token(`--f-${group}`) }),
        words(clipped(names, 64), x + 18, y, { "font-size": 12 }),
      ];
    }),
  );
}

/** Han letters are twice as wide as others. */
function clipped(text, width) {
  let used = 0;
  for (const [at, letter] of [...text].entries()) {
    used += letter > "\u2e7f" ? 2 : 1;
    if (used > width) return `${[...text].slice(0, at).join("")}…`;
  }
  return text;
}

/** An SVG as a canvas of twice its size, for a PNG. */
export function rastered(svg) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => {
      const canvas = h("canvas", { width: 2 * image.width, height: 2 * image.height });
      const context = canvas.getContext("2d");
      context.scale(2, 2);
      context.drawImage(image, 0, 0);
      done(canvas);
    };
    image.onerror = () => failed(new Error(t("problem")));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  });
}
