// Dates as exactly as they are known, in words.

import { language } from "./language.js";

const CHINESE_PARTS = { early: "上旬", mid: "中旬", late: "下旬" };
const FORM = /^(?:(\d{4})|-)(?:-(?:H([12])|Q([1-4])|(\d{2})(?:-(?:(\d{2})|(early|mid|late)))?))?$/;

/** A `PartialDate` as people write it: "10 June", "mid July 2024", "2024年7月中旬". */
export function dateText(partial) {
  const found = FORM.exec(partial?.text ?? "");
  if (!found) return partial?.text ?? "";
  const [, year, half, quarter, month, day, part] = found;
  return language === "zh"
    ? chinese(year, half, quarter, month, day, part)
    : english(year, half, quarter, month, day, part);
}

function english(year, half, quarter, month, day, part) {
  if (half) return `${half === "1" ? "first" : "second"} half of ${year}`;
  if (quarter) return `Q${quarter} ${year}`;
  const name =
    month && new Intl.DateTimeFormat("en-GB", { month: "long" }).format(new Date(2000, Number(month) - 1, 1));
  return [day && String(Number(day)), part, name, year].filter(Boolean).join(" ");
}

function chinese(year, half, quarter, month, day, part) {
  const start = year ? `${year}年` : "";
  if (half) return `${start}${half === "1" ? "上半年" : "下半年"}`;
  if (quarter) return `${start}第${"一二三四"[quarter - 1]}季度`;
  if (!month) return start;
  return `${start}${Number(month)}月${day ? `${Number(day)}日` : (CHINESE_PARTS[part] ?? "")}`;
}
