// Writes files to keep: tables as CSV and XLSX, pictures as PNG and SVG.

import { csv, download } from "../frame/dom.js";
import { script } from "./files.js";

/** A name that every file system takes. */
const safe = (name) =>
  name
    // eslint-disable-next-line no-control-regex -- control characters are what is replaced
    .replaceAll(/[\\/:*?"<>|\u0000-\u001f]+/g, " ")
    .trim()
    .slice(0, 80) || "roadshow";

export const saveCsv = (name, rows) => download(`${safe(name)}.csv`, "text/csv;charset=utf-8", csv(rows));

/** Rows, the first one being titles, as a workbook: titles bold and kept in view, numbers as numbers. */
export async function saveXlsx(name, rows) {
  await script("/assets/write-excel-file.js").catch(() => {
    throw Object.assign(new Error(), { code: "writerMissing" });
  });
  const [titles, ...rest] = rows;
  const cell = (value) =>
    typeof value === "number"
      ? { value, type: Number, format: Number.isInteger(value) ? "0" : "0.00" }
      : value
        ? { value: String(value), type: String }
        : null;
  const width = (column) => ({
    width: Math.min(48, Math.max(8, ...rows.slice(0, 60).map((row) => wide(String(row[column] ?? ""))))) + 1,
  });
  const file = await window.writeXlsxFile(
    [
      titles.map((title) => ({ value: String(title), type: String, fontWeight: "bold", backgroundColor: "#e7f0f7" })),
      ...rest.map((row) => row.map(cell)),
    ],
    {
      columns: titles.map((_, column) => width(column)),
      sheet: safe(name)
        .slice(0, 31)
        .replaceAll(/[[\]']/g, " "),
      stickyRowsCount: 1,
    },
  );
  download(
    `${safe(name)}.xlsx`,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    file instanceof Blob ? file : await file.toBlob(),
  );
}

/** Columns that a text takes: Han letters take two. */
const wide = (text) => [...text].reduce((all, letter) => all + (letter > "\u2e7f" ? 2 : 1), 0);

export const saveSvg = (name, svg) =>
  download(
    `${safe(name)}.svg`,
    "image/svg+xml",
    `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}`,
  );

/** What `canvas` shows, on its own background. */
export const savePng = (name, canvas) =>
  new Promise((done) => canvas.toBlob((blob) => done(download(`${safe(name)}.png`, "image/png", blob)), "image/png"));
