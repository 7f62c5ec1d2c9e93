// What is asked of an import: the file, the mapping, and corrections of cells; what the last check found.

import { language } from "../frame/texts.js";

/** @typedef {{ field?: string, values?: Record<string, string>, [option: string]: unknown }} Spec */

export class Mending {
  /** `given`: upload, name, namespace, kind, and the text of a mapping file. */
  constructor(given) {
    this.given = given;
    this.mappingText = given.mappingText;
    /** @type {{ [setting: string]: unknown }} */
    this.mapping = {};
    /** Corrections by row and header. */
    this.cells = new Map();
    this.leftOut = new Set();
    this.preview = null;
    this.unchecked = 0;
    this.onchange = () => {};
  }

  /** Take over what a check found; from now on the mapping is what the file of it said, and what is chosen here. */
  found(preview) {
    this.preview = preview;
    this.mapping = preview.mapping;
    this.mappingText = null;
    this.given.kind = preview.kind ?? this.given.kind;
    this.unchecked = 0;
  }

  /** The variables of `startImport`. */
  asked(options) {
    const corrections = [...this.leftOut].map((row) => ({ row, column: null, value: null }));
    for (const [row, cells] of this.cells) {
      for (const [column, value] of cells) corrections.push({ row, column, value });
    }
    return {
      upload: this.given.upload,
      namespace: this.given.namespace,
      kind: this.given.kind || null,
      mapping: this.mappingText ?? JSON.stringify(this.mapping),
      corrections,
      skipBadRows: false,
      skipBadCells: false,
      ...options,
    };
  }

  /** @returns {Spec} What the mapping says of a column, or what its header was taken for. */
  spec(header) {
    const said = this.mapping.columns?.[header];
    if (typeof said === "string") return { field: said };
    if (said) return said;
    const column = this.preview.columns.find((each) => each.header === header);
    return column?.field ? { field: column.field } : {};
  }

  /** Whether the mapping gives a column to several fields, which only a mapping file can say. */
  isSplit(header) {
    return Array.isArray(this.mapping.columns?.[header]);
  }

  /** Say something of a column, beside what was said before. */
  map(header, changes) {
    const spec = { ...this.spec(header), ...changes };
    for (const name of Object.keys(spec)) if (spec[name] === "") delete spec[name];
    this.set("columns", { ...this.mapping.columns, [header]: spec });
  }

  /** Let a value of a column mean another one, wherever it stands. */
  replace(header, value, meaning) {
    this.map(header, { values: { ...this.spec(header).values, [value]: meaning } });
  }

  /** Give a field the same value in all rows. */
  constant(field, value) {
    this.set("constants", { ...this.mapping.constants, [field]: value });
  }

  /** Set or, by an empty value, unset something of the mapping. */
  set(name, value) {
    this.mapping = { ...this.mapping, [name]: value };
    if (value === "") delete this.mapping[name];
    this.changed();
  }

  /** Write another content into a cell. */
  correct(row, header, value) {
    if (!this.cells.has(row)) this.cells.set(row, new Map());
    this.cells.get(row).set(header, value);
    this.changed();
  }

  /** Leave a row out, or take it in again. */
  leaveOut(row, out) {
    if (out) this.leftOut.add(row);
    else this.leftOut.delete(row);
    this.changed();
  }

  changed() {
    this.unchecked += 1;
    this.onchange();
  }

  /** A field's name in the reader's language. */
  label(name) {
    return this.preview.fields.find((each) => each.name === name)?.label[language] ?? name;
  }

  /** The numbers of the check, over all kinds of records. */
  count(name) {
    return Object.values(this.preview.counts).reduce((sum, each) => sum + each[name], 0);
  }

  /** Whether the whole file stands in the way, not single rows. */
  get isBlocked() {
    return this.preview.groups.some((each) => each.file);
  }
}
