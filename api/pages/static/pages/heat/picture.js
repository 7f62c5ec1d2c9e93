// The heat map: one pixel for each field in a picture that is stretched, so 300 x 300 fields cost one drawing.

import { h } from "../frame/dom.js";
import { onScheme, scheme, scoreColour, token } from "../plan/colours.js";
import { score, t } from "../frame/texts.js";

const FONT = 12;

/**
 * A canvas to look at, walk through by keys, and choose from. `rows`, `columns`: `{name}` in the order of drawing;
 * `value(row, column)`: a score or null; `chosen(row, column)` is told of a click or Enter, `says(row, column)`
 * gives a field in words.
 */
export class HeatPicture {
  constructor({ rows, columns, value, chosen, says }) {
    Object.assign(this, { rows, columns, value, chosen, says });
    this.d3 = window.d3;
    this.at = null;
    this.hover = null;
    this.canvas = h("canvas", { class: "heat-canvas", "aria-hidden": "true" });
    this.tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.spoken = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
    this.element = h(
      "div",
      {
        class: "heat",
        tabindex: "0",
        role: "application",
        "aria-roledescription": t("heatTitle"),
        "aria-label": t("heatName", { rows: rows.length, columns: columns.length }),
        onkeydown: (event) => this.key(event),
      },
      this.canvas,
      this.tip,
      this.spoken,
    );
    this.transform = this.d3.zoomIdentity;
    this.zoom = this.d3
      .zoom()
      .scaleExtent([1, Math.max(1, Math.min(60, Math.max(rows.length / 8, columns.length / 4)))])
      .filter((event) => event.type !== "touchstart" || event.touches.length > 1) // one finger scrolls the page
      .on("zoom", (event) => {
        this.transform = event.transform;
        this.draw();
      });
    this.d3.select(this.canvas).call(this.zoom).on("dblclick.zoom", null);
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerleave", () => this.leave());
    this.paint();
    onScheme(() => {
      this.paint();
      this.draw();
    });
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  /** The fields as pixels. */
  paint() {
    const image = new ImageData(this.columns.length, this.rows.length);
    const within = scheme();
    for (let row = 0, at = 0; row < this.rows.length; row++) {
      for (let column = 0; column < this.columns.length; column++, at += 4) {
        const value = this.value(row, column);
        if (value === null) continue;
        image.data.set(scoreColour(value, within), at);
        image.data[at + 3] = 255;
      }
    }
    this.fields = h("canvas", { width: this.columns.length, height: this.rows.length });
    this.fields.getContext("2d").putImageData(image, 0, 0);
  }

  resize() {
    const width = this.element.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    const narrow = width < 600;
    this.left = narrow ? 104 : 210;
    this.top = this.columns.length > (width - this.left) / 90 ? 92 : 34;
    const plain = this.rows.length * 22 + this.top;
    this.height = Math.round(Math.max(220, Math.min(plain, Math.max(420, innerHeight * 0.74))));
    const ratio = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.canvas.style.setProperty("height", `${this.height}px`);
    this.zoom
      .extent([
        [this.left, this.top],
        [width, this.height],
      ])
      .translateExtent([
        [this.left, this.top],
        [width, this.height],
      ]);
    this.draw();
  }

  /** Where a field is on the canvas: left, top, width, height. */
  box(row, column) {
    const { k, x, y } = this.transform;
    const width = ((this.width - this.left) / this.columns.length) * k;
    const height = ((this.height - this.top) / this.rows.length) * k;
    return [this.left * k + x + column * width, this.top * k + y + row * height, width, height];
  }

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      const ratio = devicePixelRatio || 1;
      const context = this.canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.render(context, this.width, this.height);
    });
  }

  render(context, width, height) {
    context.fillStyle = token("--card");
    context.fillRect(0, 0, width, height);
    const [left, top, wide, high] = this.box(0, 0);
    context.save();
    context.beginPath();
    context.rect(this.left, this.top, width - this.left, height - this.top);
    context.clip();
    context.imageSmoothingEnabled = false;
    context.drawImage(this.fields, left, top, wide * this.columns.length, high * this.rows.length);
    if (wide > 14 && high > 9) this.grid(context, wide, high);
    for (const [field, colour, line] of [
      [this.hover, token("--text"), 1],
      [this.at, token("--accent"), 3],
    ]) {
      if (!field) continue;
      const [x, y, across, down] = this.box(...field);
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(x + line / 2, y + line / 2, Math.max(2, across - line), Math.max(2, down - line));
    }
    context.restore();
    this.names(context, width, height);
  }

  grid(context, wide, high) {
    context.strokeStyle = token("--card");
    context.lineWidth = 1;
    context.beginPath();
    for (let row = 0; row <= this.rows.length; row++) {
      const y = Math.round(this.box(row, 0)[1]) + 0.5;
      context.moveTo(this.left, y);
      context.lineTo(this.width, y);
    }
    for (let column = 0; column <= this.columns.length; column++) {
      const x = Math.round(this.box(0, column)[0]) + 0.5;
      context.moveTo(x, this.top);
      context.lineTo(x, this.height);
    }
    context.stroke();
    if (wide < 46 || high < 16) return;
    context.font = `${FONT}px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let row = 0; row < this.rows.length; row++) {
      const [, y] = this.box(row, 0);
      if (y + high < this.top || y > this.height) continue;
      for (let column = 0; column < this.columns.length; column++) {
        const value = this.value(row, column);
        const [x] = this.box(row, column);
        if (value === null || x + wide < this.left || x > this.width) continue;
        const [red, green, blue] = scoreColour(value);
        context.fillStyle = 0.3 * red + 0.59 * green + 0.11 * blue > 128 ? "#10161d" : "#fff";
        context.fillText(score(value), x + wide / 2, y + high / 2);
      }
    }
  }

  names(context, width, height) {
    context.font = `${FONT}px ${getComputedStyle(document.body).fontFamily}`;
    context.fillStyle = token("--text");
    context.textBaseline = "middle";
    context.textAlign = "right";
    const [, , wide, high] = this.box(0, 0);
    const every = Math.max(1, Math.ceil(13 / high));
    context.save();
    context.beginPath();
    context.rect(0, this.top - 6, this.left, height - this.top + 6);
    context.clip();
    for (let row = 0; row < this.rows.length; row += every) {
      const y = this.box(row, 0)[1] + (high * every > 26 ? high : Math.min(high, 13)) / 2;
      if (y > this.top - 4 && y < height)
        context.fillText(fitted(context, this.rows[row].name, this.left - 14), this.left - 8, y);
    }
    context.restore();
    const slanted = this.top > 40;
    const step = Math.max(1, Math.ceil((slanted ? 14 : 60) / wide));
    context.save();
    context.beginPath();
    context.rect(this.left - (slanted ? 0 : 0), 0, width - this.left, this.top);
    context.clip();
    for (let column = 0; column < this.columns.length; column += step) {
      const x = this.box(0, column)[0] + wide / 2;
      if (x < this.left - 4 || x > width + 4) continue;
      context.save();
      context.translate(x, this.top - 8);
      if (slanted) {
        context.rotate(-Math.PI / 3);
        context.textAlign = "left";
        context.fillText(fitted(context, this.columns[column].name, 92), 0, 0);
      } else {
        context.textAlign = "center";
        context.fillText(fitted(context, this.columns[column].name, wide - 6), 0, -6);
      }
      context.restore();
    }
    context.restore();
  }

  /** Row and column under a point of the canvas, or null. */
  field(event) {
    const area = this.canvas.getBoundingClientRect();
    const x = event.clientX - area.left;
    const y = event.clientY - area.top;
    if (x < this.left || y < this.top) return null;
    const [left, top, wide, high] = this.box(0, 0);
    const row = Math.floor((y - top) / high);
    const column = Math.floor((x - left) / wide);
    return row >= 0 && row < this.rows.length && column >= 0 && column < this.columns.length ? [row, column] : null;
  }

  click(event) {
    const field = this.field(event);
    if (field) this.choose(field);
  }

  choose(field) {
    this.at = field;
    this.draw();
    this.chosen(...field);
  }

  move(event) {
    const field = this.field(event);
    if (String(field) === String(this.hover)) return;
    this.hover = field;
    this.tip.hidden = !field;
    if (field) {
      this.tip.textContent = this.says(...field);
      const area = this.element.getBoundingClientRect();
      this.tip.style.setProperty(
        "left",
        `${Math.min(event.clientX - area.left + 14, Math.max(0, area.width - 240))}px`,
      );
      this.tip.style.setProperty("top", `${event.clientY - area.top + 16}px`);
    }
    this.draw();
  }

  leave() {
    this.hover = null;
    this.tip.hidden = true;
    this.draw();
  }

  key(event) {
    const [row, column] = this.at ?? [0, -1];
    const steps = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageUp: [-10, 0],
      PageDown: [10, 0],
      Home: [-row, -column],
      End: [this.rows.length, 0],
    };
    const step = steps[event.key];
    if (step) {
      const kept = (value, most) => Math.max(0, Math.min(most - 1, value));
      this.at = this.at ? [kept(row + step[0], this.rows.length), kept(column + step[1], this.columns.length)] : [0, 0];
      this.spoken.textContent = this.says(...this.at);
      this.reveal();
    } else if ((event.key === "Enter" || event.key === " ") && this.at) this.choose(this.at);
    else if (event.key === "+" || event.key === "=") this.scale(1.5);
    else if (event.key === "-") this.scale(1 / 1.5);
    else if (event.key === "0") this.d3.select(this.canvas).call(this.zoom.transform, this.d3.zoomIdentity);
    else return;
    event.preventDefault();
    this.draw();
  }

  scale(by) {
    this.d3.select(this.canvas).call(this.zoom.scaleBy, by);
  }

  /** Move the picture so that the chosen field is in it. */
  reveal() {
    const [x, y, wide, high] = this.box(...this.at);
    const across = x < this.left ? this.left - x : x + wide > this.width ? this.width - x - wide : 0;
    const down = y < this.top ? this.top - y : y + high > this.height ? this.height - y - high : 0;
    if (across || down)
      this.d3.select(this.canvas).call(this.zoom.translateBy, across / this.transform.k, down / this.transform.k);
  }

  /** The whole picture with every name, as SVG; the fields are one picture in it, however many they are. */
  svg() {
    const size = Math.max(4, Math.min(16, Math.floor(2400 / Math.max(this.rows.length, 1))));
    const across = Math.max(size, Math.min(80, Math.floor(900 / this.columns.length)));
    const left = 260;
    const top = 150;
    const width = left + across * this.columns.length + 90;
    const height = top + size * this.rows.length + 20;
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
        width: across * this.columns.length,
        height: size * this.rows.length,
        href: this.enlarged(),
        preserveAspectRatio: "none",
        "image-rendering": "pixelated",
      }),
      this.rows.map((row, at) => label(row.name, left - 6, top + (at + 0.7) * size, { "text-anchor": "end" })),
      this.columns.map((column, at) =>
        label(column.name, 0, 0, {
          transform: `translate(${left + (at + 0.5) * across},${top - 6}) rotate(-55)`,
          "font-size": 11,
        }),
      ),
    );
  }

  /** Each field as four by four pixels, so that viewers that smooth pictures keep its edges. */
  enlarged() {
    const made = h("canvas", { width: this.columns.length * 4, height: this.rows.length * 4 });
    const context = made.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(this.fields, 0, 0, made.width, made.height);
    return made.toDataURL("image/png");
  }
}

/** The text, cut where it would be wider than `width`. */
function fitted(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length -= 1;
  return `${text.slice(0, length)}…`;
}
