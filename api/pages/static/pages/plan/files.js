// Files to keep: tables as CSV and XLSX, pictures as PNG and SVG. The XLSX writer is fetched when it is asked for.

import { csv, download, h } from "../frame/dom.js";
import { tell, toast } from "../frame/frame.js";
import { learnTexts, t } from "../frame/texts.js";

learnTexts({
  downloadXlsx: ["Excel", "Excel"],
  downloadCsv: ["CSV", "CSV"],
  downloadPng: ["PNG", "PNG"],
  downloadSvg: ["SVG", "SVG"],
  downloadAs: ["Download", "下载"],
  chartMissing: [
    "The chart library isn't installed on this server (make assets fetches it). What it would draw is listed here.",
    "本服务器未安装图表库（可用 make assets 获取）。图中内容见此处列表。",
  ],
  writerMissing: [
    "Excel files can't be written: this server lacks the library for it (make assets fetches it). CSV can be had.",
    "无法生成 Excel 文件：本服务器缺少所需的库（可用 make assets 获取）。可改为下载 CSV。",
  ],
  gathering: ["The file is being written. A large pool takes a while.", "正在生成文件。项目较多时需要一些时间。"],
  xlsx: ["Excel", "Excel"],
  svg: ["SVG", "SVG"],
});

const loading = new Map();

/** Run the script at `path`, once; the promise says when. Raises where it can't be had. */
export function script(path) {
  if (!loading.has(path)) {
    loading.set(
      path,
      new Promise((done, failed) => {
        const element = h("script", {
          src: path,
          onload: done,
          onerror: () => failed(Object.assign(new Error(path), { code: "chartMissing" })),
        });
        document.head.append(element);
      }),
    );
  }
  return loading.get(path);
}

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

/** Buttons that save; `ways`: from the name of a text to what is done. */
export function saveButtons(ways) {
  return h(
    "div",
    { class: "saves", role: "group", "aria-label": t("downloadAs") },
    h("span", { class: "help", "aria-hidden": "true" }, t("downloadAs")),
    Object.entries(ways).map(([name, save]) => {
      const button = h(
        "button",
        {
          type: "button",
          class: "quiet",
          data: { save: name },
          onclick: async () => {
            button.disabled = true;
            const slow = setTimeout(() => toast(t("gathering")), 1500);
            try {
              await save();
            } catch (problem) {
              tell(problem);
            } finally {
              clearTimeout(slow);
            }
            button.disabled = false;
            if (document.activeElement === document.body) button.focus({ preventScroll: true });
          },
        },
        t(name),
      );
      return button;
    }),
  );
}
