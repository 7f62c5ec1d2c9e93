// How an investor's list arrives: subscriptions by e-mail, feed and webhook, their log, and a preview.

import { ask, change, whoAsks } from "../frame/api.js";
import { parameters } from "../frame/address.js";
import "./texts.js";
import { fill, h } from "../frame/dom.js";
import { copyButton, emptyState, page, signIn, tell, titled, toast } from "../frame/frame.js";
import { joined, language, t } from "../frame/texts.js";

const DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const CHANNELS = ["EMAIL", "FEED", "WEBHOOK"];
/** A moment in the reader's time zone, or in the subscription's, which a browser may not know. */
function at(text, timeZone) {
  const inZone = (zone) =>
    new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
      dateStyle: "medium",
      timeStyle: "short",
      ...zone,
    }).format(new Date(text));
  try {
    return inZone(timeZone && { timeZone });
  } catch {
    return inZone();
  }
}

page(async (root) => {
  titled(t("digestsTitle"));
  const [viewer, { capabilities }] = await Promise.all([whoAsks(), ask("plugins")]);
  const head = [
    h("p", { class: "path" }, h("a", { href: `/list${location.search}` }, `‹ ${t("backToList")}`)),
    h("h1", {}, t("digestsTitle")),
    h("p", { class: "lead" }, t("digestsLead")),
  ];
  if (
    !capabilities.plugins.some(
      (each) =>
        each.name === "digest" && each.state !== "DISABLED" && each.state !== "REFUSED" && each.state !== "FAILED",
    )
  ) {
    return void fill(root, head, emptyState(t("digestsOff"), t("digestsOffHelp")));
  }
  const own =
    viewer.role === "INVESTOR" ? viewer.subject?.id : viewer.role === "ADMIN" ? parameters().get("investor") : null;
  if (!own)
    return void fill(
      root,
      head,
      emptyState(
        t("digestsSignIn"),
        t("listSignInHelp"),
        h("button", { type: "button", class: "primary", onclick: signIn }, t("signIn")),
      ),
    );
  await show(root, head, own);
});

async function show(root, head, id) {
  const { investor } = await ask("digest-list", { id });
  if (!investor) throw Object.assign(new Error(), { code: "NOT_FOUND" });
  const living = investor.digests.filter((each) => each.state !== "UNSUBSCRIBED");
  const again = () => show(root, head, id);
  fill(
    root,
    h("div", { class: "title" }, head),
    h(
      "div",
      { class: "two" },
      h(
        "div",
        {},
        living.length
          ? living.map((each) => subscription(each, again))
          : h("section", { class: "card" }, h("p", {}, t("noDigests"))),
        preview(id),
      ),
      h("div", {}, h("section", { class: "card" }, h("h2", {}, t("newDigest")), form(null, investor, again))),
    ),
  );
}

function subscription(each, again) {
  const act = (operation, said) => async () => {
    try {
      await change(operation, { id: each.id });
      if (said) toast(t(said));
      await again();
    } catch (problem) {
      tell(problem);
    }
  };
  const button = (label, onclick) => h("button", { type: "button", onclick }, label);
  const days = each.frequency === "DAILY" ? t("DAILY") : joined(each.days.map((day) => t(`day_${day}`)));
  const editor = h("div", { class: "editor" });
  return h(
    "section",
    { class: "card digest", data: { id: each.id } },
    h(
      "h2",
      {},
      t(`channel_${each.channel}`),
      h("span", { class: `badge state-${each.state.toLowerCase()}` }, t(`state_${each.state}`)),
    ),
    each.address && h("p", { class: "name" }, each.address),
    h(
      "p",
      {},
      t("when", {
        days,
        time: each.time,
        zone: each.timeZone,
        size: each.size,
        language: t(`language_${each.language}`),
      }),
    ),
    each.nextAt && h("p", { class: "help" }, t("nextAt", { at: at(each.nextAt, each.timeZone) })),
    each.reason && h("p", { class: "bad", lang: "en" }, each.reason),
    addresses(each),
    h(
      "p",
      { class: "actions" },
      button(t("changeDigest"), () =>
        editor.childElementCount
          ? editor.replaceChildren()
          : (fill(editor, form(each, null, again)), editor.querySelector("input, select").focus()),
      ),
      each.state === "ACTIVE" && button(t("pause"), act("digest-pause")),
      each.state === "PAUSED" && button(t("resume"), act("digest-resume")),
      each.channel !== "FEED" && each.state === "ACTIVE" && button(t("sendTest"), act("digest-test", "testSent")),
      each.state !== "UNCONFIRMED" && button(t("rotate"), act("digest-rotate")),
      button(t("endIt"), () => confirm(t("endSure")) && act("digest-end")()),
    ),
    editor,
    log(each.deliveries ?? []),
  );
}

/** What is private to the investor: shown, and copied with one press. */
function addresses({ feedUrl, csvUrl, secret }) {
  const found = [
    ["feedAddress", feedUrl],
    ["csvAddress", csvUrl],
    ["secretTitle", secret],
  ].filter(([, value]) => value);
  if (!found.length) return null;
  return h(
    "details",
    { class: "private" },
    h("summary", {}, joined(found.map(([title]) => t(title)))),
    h("p", { class: "help" }, t("privateHelp")),
    found.map(([title, value]) =>
      h(
        "div",
        {},
        h("p", { class: "name" }, t(title)),
        h(
          "div",
          { class: "code" },
          copyButton(value),
          h("pre", { tabindex: "0", "aria-label": t(title) }, h("code", {}, value)),
        ),
      ),
    ),
  );
}

function log(deliveries) {
  const cells = (each) => {
    const what = each.kind === "DIGEST" ? t("kind_DIGEST", { count: each.projectIds.length }) : t(`kind_${each.kind}`);
    return h(
      "tr",
      {},
      h("td", {}, at(each.endedAt ?? each.madeAt)),
      h("td", {}, what),
      h(
        "td",
        {},
        t(`delivery_${each.state}`),
        each.detail && h("span", { class: "help", lang: "en" }, ` ${each.detail}`),
      ),
    );
  };
  return h(
    "details",
    { class: "log" },
    h("summary", {}, t("log"), h("span", { class: "badge" }, String(deliveries.length))),
    deliveries.length
      ? h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["logWhen", "logWhat", "logHow"].map((title) => h("th", { scope: "col" }, t(title))),
            ),
          ),
          h("tbody", {}, deliveries.map(cells)),
        )
      : h("p", { class: "help" }, t("logEmpty")),
  );
}

function preview(investor) {
  const shown = h("div", {});
  const load = async () => {
    try {
      const { digestPreview } = await ask("digest-preview", { investor, language: language === "zh" ? "ZH" : "EN" });
      fill(
        shown,
        digestPreview
          ? [
              h("p", { class: "name" }, digestPreview.subject),
              h("pre", { class: "preview", tabindex: "0", "aria-label": t("preview") }, digestPreview.text),
            ]
          : h("p", {}, t("previewEmpty")),
      );
    } catch (problem) {
      tell(problem);
    }
  };
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("preview")),
    h("p", { class: "actions" }, h("button", { type: "button", onclick: load }, t("previewButton"))),
    shown,
  );
}

/** A form for a new subscription, or for the present values of one. */
function form(present, investor, again) {
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
  const often = select("often", ["DAILY", "WEEKLY", "DAYS"], "", present?.frequency ?? "WEEKLY");
  const time = input("time", "time", present?.time ?? "08:00", { required: true });
  const zone = input("zone", "text", present?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, {
    required: true,
  });
  const spoken = select("language", ["EN", "ZH"], "language_", present?.language ?? (language === "zh" ? "ZH" : "EN"));
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
