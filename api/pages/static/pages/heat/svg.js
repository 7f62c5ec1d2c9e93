// The heat map to keep.

import { h } from "../frame/dom.js";
import { token } from "../plan/colours.js";

/** The whole picture with every name, as SVG; the fields are one picture in it, however many they are. */
export function heatSvg(picture) {
  const size = Math.max(4, Math.min(16, Math.floor(2400 / Math.max(picture.rows.length, 1))));
  const across = Math.max(size, Math.min(80, Math.floor(900 / picture.columns.length)));
  const left = 260;
  const top = 150;
  const width = left + across * picture.columns.length + 90;
  const height = top + size * picture.rows.length + 20;
  const label = (text, x, y, more) =>
    h(
      "text",
      {
        x,
        y,
        fill: token("--text"),
        "font-size": Math.min(11, Math.max(6, size)),
        "font-family": "sans-serif",
        ...more,
      },
      text,
    );
  return h(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` },
    h("rect", { width, height, fill: token("--card") }),
    h("image", {
      x: left,
      y: top,
      width: across * picture.columns.length,
      height: size * picture.rows.length,
      href: enlarged(picture),
      preserveAspectRatio: "none",
      "image-rendering": "pixelated",
    }),
    picture.rows.map((row, at) => label(row.name, left - 6, top + (at + 0.7) * size, { "text-anchor": "end" })),
    picture.columns.map((column, at) =>
      label(column.name, 0, 0, {
        transform: `translate(${left + (at + 0.5) * across},${top - 6}) rotate(-55)`,
        "font-size": 11,
      }),
    ),
  );
}

/** Each field as four by four pixels, so that viewers that smooth pictures keep its edges. */
function enlarged({ rows, columns, fields }) {
  const made = h("canvas", { width: columns.length * 4, height: rows.length * 4 });
  const context = made.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(fields, 0, 0, made.width, made.height);
  return made.toDataURL("image/png");
}
