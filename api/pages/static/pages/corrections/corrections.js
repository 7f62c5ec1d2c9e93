// Corrections: the form that asks for one, and the requests that one made or may decide on.

import { STAFF, ask, change, currentViewer } from "../frame/api.js";
import { link, parameters } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, showProblem, signIn, titled, toast } from "../frame/frame.js";
import { joined, language, t } from "../frame/texts.js";
import { suggesting } from "./form.js";
import "./texts.js";

const FOLDERS = {
  Project: "projects",
  Investor: "investors",
  Talent: "talents",
  Organisation: "organisations",
  Place: "places",
  Event: "events",
  EventEdition: "editions",
  MatchingNeed: "needs",
  Policy: "policies",
};
const moment = (text) =>
  new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(text),
  );

page(async (root) => {
  titled(t("correctionsTitle"));
  const viewer = await currentViewer();
  const head = [h("h1", {}, t("correctionsTitle")), h("p", { class: "lead" }, t("correctionsLead"))];
  if (viewer.role === "PUBLIC") {
    const enter = h("button", { type: "button", class: "primary", onclick: signIn }, t("signIn"));
    return void fill(root, head, emptyState(t("correctionsSignIn"), t("correctionsSignInHelp"), enter));
  }
  const list = h("div", { "aria-live": "polite" });
  const staff = STAFF.has(viewer.role);
  const subject = parameters().get("subject");
  const form = subject && (await suggesting(subject, () => show(list, staff)));
  fill(root, head, form, h("h2", {}, t("requests")), list);
  await show(list, staff);
});

async function show(list, staff) {
  const found = [];
  let after = null;
  do {
    const { correctionRequests } = await ask("correction-list", { after });
    found.push(...correctionRequests.edges.map((edge) => edge.node));
    after =
      correctionRequests.pageInfo.hasNextPage && found.length < 500 ? correctionRequests.pageInfo.endCursor : null;
  } while (after);
  const again = () => show(list, staff);
  fill(list, found.length ? found.map((each) => card(each, staff, again)) : h("p", {}, t("noRequests")));
}

function card(request, staff, again) {
  const { subject } = request;
  const folder = FOLDERS[subject?.__typename];
  const name = subject?.name ?? subject?.id ?? t("recordGone");
  return h(
    "section",
    { class: "card", data: { id: request.id } },
    h(
      "h3",
      {},
      folder ? h("a", { href: link(`/${folder}/${subject.id}`) }, name) : name,
      h("span", { class: "badge" }, t(`correction_${request.state}`)),
    ),
    h("p", { class: "help" }, joined([request.askedBy, moment(request.createdAt)])),
    h(
      "dl",
      { class: "facts" },
      [
        ["correctionField", joined([request.field, request.language])],
        ["presentValue", request.present ?? t("nothing")],
        ["proposedValue", request.proposed ?? t("nothing")],
        ["reason", request.reason],
      ].map(([label, value]) => [h("dt", {}, t(label)), h("dd", {}, value)]),
    ),
    request.sourceUrl && h("p", {}, h("a", { href: request.sourceUrl, rel: "noreferrer nofollow" }, request.sourceUrl)),
    request.answer && h("p", {}, t("answered", { answer: request.answer })),
    request.state === "RECEIVED" && [
      h("p", { class: "help" }, t("dueBy", { at: moment(request.dueAt) })),
      deciding(request, staff, again),
    ],
  );
}

function deciding(request, staff, again) {
  const act = (operation, more = () => ({})) => {
    return async (event) => {
      event.target.disabled = true;
      try {
        await change(operation, { id: request.id, ...more() });
        toast(t("correctionDone"));
        await again();
      } catch (problem) {
        showProblem(problem);
        if (problem.code === "CONFLICT") await again();
      } finally {
        event.target.disabled = false;
      }
    };
  };
  const button = (label, onclick) => h("button", { type: "button", onclick }, label);
  if (request.mine && !staff) return h("p", { class: "actions" }, button(t("withdraw"), act("correction-withdraw")));
  const id = `answer-${request.id}`;
  const answer = h("input", { type: "text", id, maxlength: "2000" });
  return [
    h("div", { class: "field" }, h("label", { for: id }, t("declineWhy")), answer),
    h(
      "p",
      { class: "actions" },
      button(t("accept"), act("correction-accept")),
      button(
        t("decline"),
        act("correction-decline", () => ({ answer: answer.value })),
      ),
      request.mine && button(t("withdraw"), act("correction-withdraw")),
    ),
  ];
}
