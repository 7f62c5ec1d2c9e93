// Buttons that save tables as CSV and XLSX, pictures as PNG and SVG; what writes them is fetched when it is asked for.

import { h } from "../frame/dom.js";
import { showProblem, toast } from "../frame/frame.js";
import { addTexts, t } from "../frame/texts.js";

addTexts({
  downloadXlsx: ["Excel", "Excel"],
  downloadCsv: ["CSV", "CSV"],
  downloadPng: ["PNG", "PNG"],
  downloadSvg: ["SVG", "SVG"],
  printReport: ["Print report", "打印报告"],
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

/** The same functions of `writers.js`, which is fetched when something is saved. */
const later =
  (name) =>
  async (...given) =>
    (await import("./writers.js"))[name](...given);
export const saveCsv = later("saveCsv");
export const saveXlsx = later("saveXlsx");
export const saveSvg = later("saveSvg");
export const savePng = later("savePng");

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
              showProblem(problem);
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
