// The heat map: one pixel for each field in a picture that is stretched, so 300 x 300 fields cost one drawing.

import { h } from "../frame/dom.js";
import { onScheme, scheme, scoreColour } from "../plan/colours.js";
import { render } from "./drawing.js";
import { t } from "../frame/texts.js";

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
      render(this, context);
    });
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
}
