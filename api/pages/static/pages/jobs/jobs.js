// Jobs: what takes longer than a request, how far it has come, the form of exports, and the way to imports.

import { STAFF, ask, change, currentViewer } from "../frame/api.js";
import { link } from "../frame/address.js";
import { fill, h } from "../frame/dom.js";
import { emptyState, page, showProblem, signIn, titled } from "../frame/frame.js";
import { joined, language, number, t } from "../frame/texts.js";
import { save } from "../work/files.js";
import { exporting } from "./forms.js";
import "./texts.js";

const UNDER_WAY = new Set(["QUEUED", "RUNNING"]);
/** Milliseconds between two looks while something is under way. */
const LOOK_EVERY = 2000;

const moment = (text) =>
  new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(text),
  );

page(async (root) => {
  titled(t("jobsTitle"));
  const viewer = await currentViewer();
  const head = [h("h1", {}, t("jobsTitle")), h("p", { class: "lead" }, t("jobsLead"))];
  if (viewer.role === "PUBLIC") {
    const enter = h("button", { type: "button", class: "primary", onclick: signIn }, t("signIn"));
    return void fill(root, head, emptyState(t("jobsSignIn"), t("jobsSignInHelp"), enter));
  }
  const list = h("div", { "aria-live": "polite" });
  const again = () => show(list);
  fill(
    root,
    head,
    h(
      "div",
      { class: "two" },
      list,
      h(
        "div",
        {},
        h("section", { class: "card" }, h("h2", {}, t("exportTitle")), exporting(again)),
        STAFF.has(viewer.role) &&
          h(
            "section",
            { class: "card" },
            h("h2", {}, t("importTitle")),
            h("p", {}, t("importHelp")),
            h("p", { class: "actions" }, h("a", { class: "button", href: link("/import") }, t("importHere"))),
          ),
      ),
    ),
  );
  await again();
});

let looking = null;
let shown = "";

/** Show the newest jobs, and look again while something is under way. */
async function show(list) {
  clearTimeout(looking);
  const { jobs } = await ask("job-list");
  const found = jobs.edges.map((edge) => edge.node);
  const news = JSON.stringify(found);
  if (news !== shown || !list.childElementCount) {
    shown = news;
    const again = () => show(list);
    fill(
      list,
      found.length ? found.map((each) => card(each, again)) : h("section", { class: "card" }, h("p", {}, t("noJobs"))),
    );
  }
  if (found.some((each) => UNDER_WAY.has(each.state)) && list.isConnected) {
    looking = setTimeout(() => show(list).catch(showProblem), LOOK_EVERY);
  }
}

function card(job, again) {
  const act = (operation) => async () => {
    try {
      await change(operation, { id: job.id });
      await again();
    } catch (problem) {
      showProblem(problem);
    }
  };
  const button = (label, onclick) => h("button", { type: "button", onclick }, label);
  const about = job.arguments.connection ? t(`export_${job.arguments.connection}`) : job.arguments.kind;
  return h(
    "section",
    { class: "card job", data: { id: job.id } },
    h(
      "h2",
      {},
      joined([kindName(job.kind), about]),
      h("span", { class: `badge state-${job.state.toLowerCase()}` }, t(`job_${job.state}`)),
    ),
    h("p", { class: "help" }, joined([job.askedBy, moment(job.createdAt)])),
    UNDER_WAY.has(job.state) &&
      h("progress", job.progress === null ? {} : { value: String(job.progress), max: "1" }, t(`job_${job.state}`)),
    job.state === "RUNNING" && job.message && h("p", { lang: "en" }, job.message),
    outcome(job),
    job.error && h("p", { class: "bad", lang: "en" }, job.error),
    h(
      "p",
      { class: "actions" },
      job.file && button(t("downloadFile", { name: job.file.name }), () => save(job.file).catch(showProblem)),
      job.kind === "import" &&
        job.result?.written &&
        h("a", { class: "button", href: outcomeOf(job) }, t("importOutcome")),
      UNDER_WAY.has(job.state) && !job.cancelRequestedAt && button(t("cancelJob"), act("job-cancel")),
      ["FAILED", "CANCELLED"].includes(job.state) && button(t("retryJob"), act("job-retry")),
    ),
    job.file && h("p", { class: "help" }, t("fileUntil", { at: moment(job.file.expiresAt) })),
  );
}

function kindName(kind) {
  const name = t(`kind_${kind}`);
  return name === `kind_${kind}` ? kind : name;
}

function outcome({ result }) {
  if (typeof result?.rows === "number") return h("p", {}, t("rowsWritten", { count: number(result.rows) }));
  if (!result?.counts) return null;
  const counts = Object.values(result.counts);
  const sum = (name) => number(counts.reduce((total, each) => total + each[name], 0));
  return [
    h("p", {}, t("rowsImported", { fresh: sum("new"), changed: sum("changed"), unchanged: sum("unchanged") })),
    !result.written && h("p", {}, t("onlyChecked")),
    result.problems.length > 0 &&
      h(
        "ul",
        { lang: "en" },
        result.problems.map((each) => h("li", {}, each)),
      ),
  ];
}

/** The page that shows what became of an import, and takes it back. */
function outcomeOf({ id }) {
  const address = link("/import");
  return `${address}${address.includes("?") ? "&" : "?"}job=${encodeURIComponent(id)}`;
}
