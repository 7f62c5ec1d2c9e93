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

/** A `ZonedDateTime` by the clock of its zone and, where that shows another time, by the reader's. */
export function zonedText(zoned) {
  const found = /^(.+)\[(.+)\]$/.exec(zoned ?? "");
  if (!found) return "";
  const [, moment, zone] = found;
  const by = (timeZone) =>
    new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
      dateStyle: "long",
      timeStyle: "short",
      ...(timeZone && { timeZone }),
    }).format(new Date(moment));
  const there = by(zone);
  const here = by();
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (here === there) return `${there} (${zone})`;
  return language === "zh"
    ? `${there}（${zone}），您所在时区 ${here}（${own}）`
    : `${there} (${zone}), ${here} your time (${own})`;
}
