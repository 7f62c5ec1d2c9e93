// How an investor's list arrives: subscriptions by e-mail, feed and webhook, their log, and a preview.

import { ask, change, currentViewer } from "../frame/api.js";
import { parameters } from "../frame/address.js";
import { form } from "./form.js";
import "./texts.js";
import { fill, h } from "../frame/dom.js";
import { copyButton, emptyState, page, signIn, showProblem, titled, toast } from "../frame/frame.js";
import { joined, language, t } from "../frame/texts.js";

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
  const [viewer, { capabilities }] = await Promise.all([currentViewer(), ask("plugins")]);
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
      showProblem(problem);
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
      showProblem(problem);
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
