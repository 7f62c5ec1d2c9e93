// The import of a spreadsheet: choose, see how it was understood, mend, import, and take back.

import { STAFF, change, currentViewer } from "../frame/api.js";
import { parameters, write } from "../frame/address.js";
import { announce, fill, h } from "../frame/dom.js";
import { emptyState, page, showProblem, signIn, titled } from "../frame/frame.js";
import { t } from "../frame/texts.js";
import { readJson } from "../work/files.js";
import { ended } from "../work/follow.js";
import { choosing } from "./choosing.js";
import { columns } from "./columns.js";
import { problems } from "./problems.js";
import { outcome } from "./outcome.js";
import { rows } from "./rows.js";
import { starting } from "./starting.js";
import { summary } from "./summary.js";
import "./texts.js";

page(async (root) => {
  titled(t("importPage"));
  const viewer = await currentViewer();
  const head = [h("h1", {}, t("importPage")), h("p", { class: "lead" }, t("importLead"))];
  if (!STAFF.has(viewer.role)) {
    const enter = h("button", { type: "button", class: "primary", onclick: signIn }, t("signIn"));
    return void fill(root, head, emptyState(t("importSignIn"), t("importSignInHelp"), enter));
  }
  const work = h("div", { class: "import" });
  const progress = h("div", { class: "import-progress", "aria-live": "polite" });
  const begin = () => {
    write({ job: null });
    fill(
      work,
      choosing((mending) => check(mending)),
    );
  };

  /** Show how far a job is while `doing` waits for it. */
  async function shown(label, doing) {
    const bar = h("progress", { "aria-label": label, max: "1" });
    const said = h("span", {}, label);
    fill(progress, bar, said);
    try {
      return await doing((job) => {
        if (typeof job.progress === "number") bar.value = job.progress;
        fill(said, label, job.message && h("span", { lang: "en" }, ` · ${job.message}`));
      });
    } finally {
      fill(progress);
    }
  }

  /** Check the file with what was mended so far, and show what was found. */
  async function check(mending) {
    try {
      const preview = await shown(t("importChecking"), async (told) => {
        const { job } = await change("job-import", mending.asked({ checkOnly: true, file: "PREVIEW" }));
        return readJson((await ended(job.id, told)).file);
      });
      mending.found(preview);
      show(mending);
      announce(t("importChecked"));
    } catch (problem) {
      showProblem(problem);
    }
  }

  function show(mending) {
    const again = () => check(mending);
    const bar = starting(mending, { again, start: (options) => run(mending, options), other: begin, shown });
    mending.onchange = bar.changed;
    fill(work, summary(mending, again), columns(mending), problems(mending), rows(mending), bar.element);
  }

  async function run(mending, options) {
    try {
      const { job } = await change("job-import", mending.asked({ ...options, checkOnly: false, file: "ROWS" }));
      write({ job: job.id });
      await follow(job.id);
    } catch (problem) {
      showProblem(problem);
    }
  }

  /** Show an import until it has ended, then what became of it. */
  async function follow(id) {
    const job = await shown(t("importWriting"), (told) => ended(id, told));
    fill(work, outcome(job, { shown, other: begin }));
    work.querySelector("h2").focus();
  }

  fill(root, head, progress, work);
  const asked = parameters().get("job");
  if (asked) await follow(asked);
  else begin();
});
