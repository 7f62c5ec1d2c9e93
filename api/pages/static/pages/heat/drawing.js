// What the heat map's canvas shows: fields as pixels stretched, lines and scores where there is room, names beside.

import { scoreColour, token } from "../plan/colours.js";
import { score } from "../frame/texts.js";

const FONT = 12;

/** Draw the picture as it is moved and zoomed now. */
export function render(picture, context) {
  const { width, height } = picture;
  context.fillStyle = token("--card");
  context.fillRect(0, 0, width, height);
  const [left, top, wide, high] = picture.box(0, 0);
  context.save();
  context.beginPath();
  context.rect(picture.left, picture.top, width - picture.left, height - picture.top);
  context.clip();
  context.imageSmoothingEnabled = false;
  context.drawImage(picture.fields, left, top, wide * picture.columns.length, high * picture.rows.length);
  if (wide > 14 && high > 9) grid(picture, context, wide, high);
  for (const [field, colour, line] of [
    [picture.hover, token("--text"), 1],
    [picture.at, token("--accent"), 3],
  ]) {
    if (!field) continue;
    const [x, y, across, down] = picture.box(...field);
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(x + line / 2, y + line / 2, Math.max(2, across - line), Math.max(2, down - line));
  }
  context.restore();
  names(picture, context);
}

/** Lines between fields, and scores in those that are large enough. */
function grid(picture, context, wide, high) {
  context.strokeStyle = token("--card");
  context.lineWidth = 1;
  context.beginPath();
  for (let row = 0; row <= picture.rows.length; row++) {
    const y = Math.round(picture.box(row, 0)[1]) + 0.5;
    context.moveTo(picture.left, y);
    context.lineTo(picture.width, y);
  }
  for (let column = 0; column <= picture.columns.length; column++) {
    const x = Math.round(picture.box(0, column)[0]) + 0.5;
    context.moveTo(x, picture.top);
    context.lineTo(x, picture.height);
  }
  context.stroke();
  if (wide < 46 || high < 16) return;
  context.font = `${FONT}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let row = 0; row < picture.rows.length; row++) {
    const [, y] = picture.box(row, 0);
    if (y + high < picture.top || y > picture.height) continue;
    for (let column = 0; column < picture.columns.length; column++) {
      const value = picture.value(row, column);
      const [x] = picture.box(row, column);
      if (value === null || x + wide < picture.left || x > picture.width) continue;
      const [red, green, blue] = scoreColour(value);
      context.fillStyle = 0.3 * red + 0.59 * green + 0.11 * blue > 128 ? "#10161d" : "#fff";
      context.fillText(score(value), x + wide / 2, y + high / 2);
    }
  }
}

/** Names of rows and columns, as many as can be read. */
function names(picture, context) {
  const { width, height } = picture;
  context.font = `${FONT}px ${getComputedStyle(document.body).fontFamily}`;
  context.fillStyle = token("--text");
  context.textBaseline = "middle";
  context.textAlign = "right";
  const [, , wide, high] = picture.box(0, 0);
  const every = Math.max(1, Math.ceil(13 / high));
  context.save();
  context.beginPath();
  context.rect(0, picture.top - 6, picture.left, height - picture.top + 6);
  context.clip();
  for (let row = 0; row < picture.rows.length; row += every) {
    const y = picture.box(row, 0)[1] + (high * every > 26 ? high : Math.min(high, 13)) / 2;
    if (y > picture.top - 4 && y < height)
      context.fillText(fitted(context, picture.rows[row].name, picture.left - 14), picture.left - 8, y);
  }
  context.restore();
  const slanted = picture.top > 40;
  const step = Math.max(1, Math.ceil((slanted ? 14 : 60) / wide));
  context.save();
  context.beginPath();
  context.rect(picture.left, 0, width - picture.left, picture.top);
  context.clip();
  for (let column = 0; column < picture.columns.length; column += step) {
    const x = picture.box(0, column)[0] + wide / 2;
    if (x < picture.left - 4 || x > width + 4) continue;
    context.save();
    context.translate(x, picture.top - 8);
    if (slanted) {
      context.rotate(-Math.PI / 3);
      context.textAlign = "left";
      context.fillText(fitted(context, picture.columns[column].name, 92), 0, 0);
    } else {
      context.textAlign = "center";
      context.fillText(fitted(context, picture.columns[column].name, wide - 6), 0, -6);
    }
    context.restore();
  }
  context.restore();
}

/** The text, cut where it would be wider than `width`. */
function fitted(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length -= 1;
  return `${text.slice(0, length)}…`;
}
