// How far talks with a project are: shown, and set by those who may.

import { change } from "../frame/api.js";
import { announce, h } from "../frame/dom.js";
import { showProblem } from "../frame/frame.js";
import { TALK_STAGES, talkStage } from "./texts.js";
import { t } from "../frame/texts.js";

/** The step that waits for the other side, if the talks have one. */
const waiting = (match) => match?.steps?.findLast((step) => !step.confirmed) ?? null;

/** Records a stage; where the talks would go back, asks why first. */
async function advance(given) {
  try {
    return await change("advance-match", given);
  } catch (problem) {
    if (problem.field?.[0] !== "reason") throw problem;
    const reason = window.prompt(t("talksBack", { stage: talkStage(given.stage) }));
    if (!reason) throw problem;
    return await change("advance-match", { ...given, reason });
  }
}

/** The stage of talks with one project, as a select. `talks` maps projects to their match; it is kept up to date. */
export function talksControl(project, subject, talks) {
  const now = talks.get(project.id);
  const box = h(
    "select",
    {
      "aria-label": t("talksWith", { project: project.name }),
      onchange: async () => {
        const stage = box.value;
        box.disabled = true;
        try {
          const { match } = await advance({ project: project.id, subject, stage });
          talks.set(project.id, match);
          box.value = match.stage;
          note.textContent = pending(match);
          announce(note.textContent || t("talksSaved", { stage: talkStage(stage) }));
        } catch (problem) {
          box.value = talks.get(project.id)?.stage ?? "";
          showProblem(problem);
        }
        box.disabled = false;
        box.focus();
      },
    },
    h("option", { value: "", disabled: Boolean(now) }, t("noTalks")),
    TALK_STAGES.map((stage) => h("option", { value: stage }, talkStage(stage))),
  );
  box.value = now?.stage ?? "";
  const pending = (match) => {
    const step = waiting(match);
    return step ? t("talksWait", { stage: talkStage(step.stage) }) : "";
  };
  const note = h("span", { class: "help" }, pending(now));
  return h("p", { class: now ? "stages" : "stages none" }, h("span", { class: "help" }, t("talks")), box, note);
}
