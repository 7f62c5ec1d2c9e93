// What the map's canvas shows, and the map to keep.

import { h } from "../frame/dom.js";
import { token } from "../plan/colours.js";

/** Draw the points as they are moved, zoomed and chosen now. */
export function render(picture, context) {
  const { width, height } = picture;
  context.globalAlpha = 1;
  context.fillStyle = token("--card");
  context.fillRect(0, 0, width, height);
  const radius = picture.radius();
  const square = picture.x.length > 4000 && radius < 3; // looks the same, and costs less than circles
  for (const [colour, members] of picture.groups) {
    for (const dim of picture.chosen ? [true, false] : [false]) {
      context.globalAlpha = dim ? 0.16 : 0.82;
      context.fillStyle = colour;
      context.beginPath();
      for (const at of members) {
        if (picture.chosen && picture.chosen.has(at) === dim) continue;
        const [x, y] = picture.toScreen(picture.x[at], picture.y[at]);
        if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
        if (square) context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
        else {
          context.moveTo(x + radius, y);
          context.arc(x, y, radius, 0, 2 * Math.PI);
        }
      }
      context.fill();
    }
  }
  context.globalAlpha = 1;
  if (picture.pointed !== undefined && picture.pointed !== null) {
    const [x, y] = picture.toScreen(picture.x[picture.pointed], picture.y[picture.pointed]);
    context.strokeStyle = token("--text");
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, radius + 3, 0, 2 * Math.PI);
    context.stroke();
  }
  if (picture.frame) rectangle(picture, context, picture.frame, token("--accent"), false);
  if (document.activeElement === picture.element)
    rectangle(picture, context, picture.cursorFrame(), token("--text"), true);
}

function rectangle(picture, context, [x0, y0, x1, y1], colour, dashed) {
  const [left, bottom] = picture.toScreen(x0, y0);
  const [right, top] = picture.toScreen(x1, y1);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash(dashed ? [5, 4] : []);
  context.strokeRect(left, top, right - left, bottom - top);
  context.setLineDash([]);
  context.globalAlpha = 0.08;
  context.fillStyle = colour;
  context.fillRect(left, top, right - left, bottom - top);
  context.globalAlpha = 1;
}

/** All points as SVG, with the legend's entries `[colour, name]`. */
export function mapSvg({ x: across, y: up, groups }, entries) {
  const size = 1000;
  const height = size + 30 + 22 * Math.ceil(entries.length / 3);
  return h(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width: size, height, viewBox: `0 0 ${size} ${height}` },
    h("rect", { width: size, height, fill: token("--card") }),
    [...groups].map(([colour, members]) =>
      h("path", {
        fill: "none",
        stroke: colour,
        "stroke-width": across.length > 4000 ? 5 : 9,
        "stroke-linecap": "round",
        "stroke-opacity": 0.8,
        d: members.map((at) => `M${(10 + across[at] * 980).toFixed(1)} ${(990 - up[at] * 980).toFixed(1)}h0`).join(""),
      }),
    ),
    entries.map(([colour, name], at) => {
      const [x, y] = [20 + (at % 3) * 325, size + 22 + 22 * Math.floor(at / 3)];
      return [
        h("circle", { cx: x, cy: y - 4, r: 6, fill: colour }),
        h("text", { x: x + 14, y, fill: token("--text"), "font-size": 14, "font-family": "sans-serif" }, name),
      ];
    }),
  );
}
