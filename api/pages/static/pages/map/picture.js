// Points on a canvas: drawn by colour, found by a tree, selected by a frame that the mouse, a finger or the keys draw.

import { h } from "../frame/dom.js";
import { onScheme } from "../plan/colours.js";
import { render } from "./drawing.js";
import { t } from "../frame/texts.js";

const PADDING = 14;

/**
 * `points`: `{x, y}` arrays from 0 to 1; `colours()` gives a colour for each; `selected(indices, frame)` is told of a
 * new selection, `named(index)` gives (a promise of) a point's name.
 */
export class MapPicture {
  constructor({ x, y, colours, selected, named, mode }) {
    Object.assign(this, { x, y, colours, selected, named, mode });
    this.d3 = window.d3;
    this.chosen = null;
    this.frame = null;
    this.cursor = { x: 0.5, y: 0.5, size: 0.08 };
    this.transform = this.d3.zoomIdentity;
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.spoken = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
    this.element = h(
      "div",
      {
        class: "scatter",
        tabindex: "0",
        role: "application",
        "aria-roledescription": t("mapTitle"),
        "aria-label": t("mapName", { count: x.length }),
        onkeydown: (event) => this.key(event),
        onblur: () => this.draw(),
        onfocus: () => this.draw(),
      },
      this.canvas,
      this.tip,
      this.spoken,
    );
    this.tree = this.d3
      .quadtree()
      .x((at) => this.x[at])
      .y((at) => this.y[at])
      .addAll(Array.from(x, (_, at) => at));
    this.zoom = this.d3
      .zoom()
      .scaleExtent([1, 40])
      .filter(
        (event) =>
          event.type === "wheel" ||
          event.touches?.length > 1 ||
          (this.mode === "move" && !event.shiftKey && !event.button),
      )
      .on("zoom", (event) => {
        this.transform = event.transform;
        this.draw();
      });
    this.d3.select(this.canvas).call(this.zoom).on("dblclick.zoom", null);
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", (event) => this.up(event));
    this.canvas.addEventListener("pointercancel", () => (this.start = null));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    onScheme(() => this.recolour());
    new ResizeObserver(() => this.resize()).observe(this.element);
    this.recolour();
  }

  recolour() {
    const groups = new Map();
    this.colours().forEach((colour, at) => {
      if (!groups.has(colour)) groups.set(colour, []);
      groups.get(colour).push(at);
    });
    this.groups = groups;
    this.draw();
  }

  resize() {
    const width = this.element.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.height = Math.round(Math.max(320, Math.min(width * 0.8, innerHeight * 0.62)));
    const ratio = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.canvas.style.setProperty("height", `${this.height}px`);
    this.zoom
      .extent([
        [0, 0],
        [width, this.height],
      ])
      .translateExtent([
        [0, 0],
        [width, this.height],
      ]);
    this.draw();
  }

  toScreen(x, y) {
    return this.transform.apply([
      PADDING + x * (this.width - 2 * PADDING),
      this.height - PADDING - y * (this.height - 2 * PADDING),
    ]);
  }

  toMap(left, top) {
    const [x, y] = this.transform.invert([left, top]);
    return [(x - PADDING) / (this.width - 2 * PADDING), (this.height - PADDING - y) / (this.height - 2 * PADDING)];
  }

  draw() {
    if (this.waiting || !this.width) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      const ratio = devicePixelRatio || 1;
      const context = this.canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      render(this, context);
    });
  }

  radius() {
    const plain = this.x.length > 4000 ? 1.9 : this.x.length > 800 ? 2.8 : 4;
    return plain * Math.min(2.6, Math.sqrt(this.transform.k));
  }

  cursorFrame() {
    const { x, y, size } = this.cursor;
    return [x - size, y - size, x + size, y + size];
  }

  at(event) {
    const area = this.canvas.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  }

  down(event) {
    if (event.button || (this.mode === "move" && !event.shiftKey)) return;
    this.start = this.at(event);
    this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    const here = this.at(event);
    if (this.start) {
      this.frame = ordered(...this.toMap(...this.start), ...this.toMap(...here));
      this.draw();
      return;
    }
    const reach = 12 / (Math.min(this.width, this.height) * this.transform.k);
    const found = this.tree.find(...this.toMap(...here), reach);
    this.point(found ?? null, here);
  }

  up(event) {
    if (!this.start) return;
    const [left, top] = this.start;
    const here = this.at(event);
    this.start = null;
    if (Math.hypot(here[0] - left, here[1] - top) < 5) {
      this.frame = null;
      if (this.pointed !== null && this.pointed !== undefined) return this.take([this.pointed], null);
      return this.take(null, null);
    }
    this.select(ordered(...this.toMap(left, top), ...this.toMap(...here)));
  }

  /** Select what is in the frame. */
  select(frame) {
    const [x0, y0, x1, y1] = frame;
    const found = [];
    this.tree.visit((node, left, low, right, high) => {
      if (!node.length) {
        let leaf = node;
        do {
          const at = leaf.data;
          if (this.x[at] >= x0 && this.x[at] <= x1 && this.y[at] >= y0 && this.y[at] <= y1) found.push(at);
          leaf = leaf.next;
        } while (leaf);
      }
      return left > x1 || low > y1 || right < x0 || high < y0;
    });
    this.take(found, frame);
  }

  take(indices, frame) {
    this.chosen = indices ? new Set(indices) : null;
    this.frame = frame;
    this.draw();
    this.selected(indices, frame);
  }

  async point(at, here) {
    if (at === this.pointed && at !== null) return;
    this.pointed = at;
    this.tip.hidden = true;
    this.draw();
    if (at === null) return;
    const name = await this.named(at);
    if (this.pointed !== at || !name) return;
    this.tip.textContent = name;
    this.tip.hidden = false;
    this.tip.style.setProperty("left", `${Math.max(0, Math.min(here[0] + 14, this.width - 230))}px`);
    this.tip.style.setProperty("top", `${here[1] + 16}px`);
  }

  key(event) {
    const step = this.cursor.size * 0.5;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    const within = (value) => Math.max(0, Math.min(1, value));
    if (moves[event.key]) {
      this.cursor.x = within(this.cursor.x + moves[event.key][0]);
      this.cursor.y = within(this.cursor.y + moves[event.key][1]);
    } else if (event.key === "+" || event.key === "=") this.cursor.size = Math.min(0.5, this.cursor.size * 1.4);
    else if (event.key === "-") this.cursor.size = Math.max(0.01, this.cursor.size / 1.4);
    else if (event.key === "Enter" || event.key === " ") this.select(this.cursorFrame());
    else if (event.key === "Escape" && this.chosen) this.take(null, null);
    else return;
    event.preventDefault();
    this.draw();
  }

  scale(by) {
    this.d3.select(this.canvas).call(this.zoom.scaleBy, by);
  }

  whole() {
    this.d3.select(this.canvas).call(this.zoom.transform, this.d3.zoomIdentity);
  }
}

const ordered = (a, b, c, d) => [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
