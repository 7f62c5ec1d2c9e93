// How far talks with a project are: shown, and set by those who may.

import { change } from "../frame/api.js";
import { announce, h } from "../frame/dom.js";
import { tell } from "../frame/frame.js";
import { STAGES, talkStage } from "../plan/texts.js";
import { t } from "../frame/texts.js";

/** The stage of talks with one project, as a select. `talks` maps projects to `{stage}`; it is kept up to date. */
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
          const { match } = await change("advance-match", { project: project.id, subject, stage });
          talks.set(project.id, match);
          announce(t("talksSaved", { stage: talkStage(stage) }));
        } catch (problem) {
          box.value = talks.get(project.id)?.stage ?? "";
          tell(problem);
        }
        box.disabled = false;
        box.focus();
      },
    },
    h("option", { value: "", disabled: Boolean(now) }, t("noTalks")),
    STAGES.map((stage) => h("option", { value: stage }, talkStage(stage))),
  );
  box.value = now?.stage ?? "";
  return h("p", { class: now ? "stages" : "stages none" }, h("span", { class: "help" }, t("talks")), box);
}
