// The form of a subscription: where the list goes, when, how much of it, in which language.

import { change } from "../frame/api.js";
import { fill, h } from "../frame/dom.js";
import { toast } from "../frame/frame.js";
import { language, t } from "../frame/texts.js";

const DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const CHANNELS = ["EMAIL", "FEED", "WEBHOOK"];
const FREQUENCIES = ["DAILY", "WEEKLY", "DAYS"];
const LANGUAGES = ["EN", "ZH"];

/** A form for a new subscription, or for the present values of one. */
export function form(present, investor, again) {
  const own = present?.id ?? "new";
  const labelled = (name, text, control, help) =>
    h("div", { class: "field" }, h("label", { for: `${own}-${name}` }, text), help, control);
  const select = (name, values, texts, value) => {
    const made = h(
      "select",
      { id: `${own}-${name}` },
      values.map((each) => h("option", { value: each }, t(`${texts}${each}`))),
    );
    made.value = value;
    return made;
  };
  const input = (name, type, value, more = {}) =>
    h("input", { id: `${own}-${name}`, type, value, autocomplete: "off", ...more });
  const channel = select("channel", CHANNELS, "channel_", present?.channel ?? "EMAIL");
  const address = input("address", "text", present?.address ?? "");
  const often = select("often", FREQUENCIES, "", present?.frequency ?? "WEEKLY");
  const time = input("time", "time", present?.time ?? "08:00", { required: true });
  const zone = input("zone", "text", present?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, {
    required: true,
  });
  const spoken = select("language", LANGUAGES, "language_", present?.language ?? (language === "zh" ? "ZH" : "EN"));
  const size = input("size", "number", String(present?.size ?? investor?.capacity ?? 20), {
    min: "1",
    max: "50",
    required: true,
  });
  const chosen = new Set(present?.days ?? ["MONDAY"]);
  const ticks = h(
    "div",
    { class: "days" },
    DAYS.map((day) =>
      h(
        "label",
        { class: "tick" },
        h("input", {
          type: "checkbox",
          name: day,
          checked: chosen.has(day),
          onchange: (event) => pick(day, event.target.checked),
        }),
        t(`day_${day}`),
      ),
    ),
  );
  const pick = (day, on) => {
    if (on && often.value === "WEEKLY")
      for (const each of ticks.querySelectorAll("input")) each.checked = each.name === day;
  };
  const where = h("div");
  const daysField = h("fieldset", { class: "field" }, h("legend", {}, t("onDays")), ticks);
  const follow = () => {
    const kind = present?.channel ?? channel.value;
    const help = h("p", { class: "help", id: `${own}-address-help` }, t(`addressHelp_${kind}`));
    address.type = kind === "EMAIL" ? "email" : "url";
    address.required = kind !== "FEED";
    address.setAttribute("aria-describedby", `${own}-address-help`);
    fill(where, kind === "FEED" ? help : labelled("address", t(`address_${kind}`), address, help));
    daysField.hidden = often.value === "DAILY";
    if (often.value === "WEEKLY")
      [...ticks.querySelectorAll("input:checked")].slice(1).forEach((each) => (each.checked = false));
  };
  channel.addEventListener("change", follow);
  often.addEventListener("change", follow);
  follow();
  const submit = async (event) => {
    event.preventDefault();
    const given = {
      language: spoken.value,
      frequency: often.value,
      time: time.value,
      timeZone: zone.value.trim(),
      size: Number(size.value),
    };
    if (often.value !== "DAILY") given.days = [...ticks.querySelectorAll("input:checked")].map((each) => each.name);
    const kind = present?.channel ?? channel.value;
    if (kind !== "FEED" && address.value.trim() !== (present?.address ?? "")) given.address = address.value.trim();
    try {
      const made = present
        ? await change("digest-update", { id: present.id, input: given })
        : await change("digest-create", { investor: investor.id, input: { channel: kind, ...given } });
      await again();
      toast(
        made.subscription.state === "UNCONFIRMED"
          ? t("confirmSent", { address: given.address ?? present?.address })
          : t("digestSaved"),
      );
    } catch (problem) {
      toast(problem.message || t(problem.code), "bad");
    }
  };
  return h(
    "form",
    { class: "digest-form", onsubmit: submit },
    !present && labelled("channel", t("channelTitle"), channel),
    where,
    h("div", { class: "pair" }, labelled("often", t("often"), often), labelled("time", t("atTime"), time)),
    daysField,
    labelled("zone", t("zone"), zone),
    h("div", { class: "pair" }, labelled("language", t("inLanguage"), spoken), labelled("size", t("atMost"), size)),
    h("p", { class: "actions" }, h("button", { class: "primary" }, present ? t("saveDigest") : t("subscribe"))),
  );
}
