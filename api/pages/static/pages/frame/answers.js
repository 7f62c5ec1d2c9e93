// Answering to a project: interested, pass with a reason, later, undo. For investors, planners, and organisers for them.

import { change } from "./api.js";
import { announce, fill, h } from "./dom.js";
import { showProblem } from "./frame.js";
import { PASS_REASONS, passReason, t } from "./texts.js";

/**
 * Buttons for one project. `answer`: the present `{kind, reason}` or null; `subject`: the investor or place;
 * `changed(answer)` is told of each change.
 */
export function answerButtons(project, subject, answer, changed) {
  let choosing = false;
  const leave = (event) => {
    if (event.key !== "Escape" || !choosing) return;
    choosing = false;
    show(".pass");
  };
  const box = h("div", { class: "answers", onkeydown: leave });
  const show = (focus) => {
    if (answer) {
      fill(
        box,
        h(
          "span",
          { class: `badge answer ${answer.kind.toLowerCase()}` },
          t(answer.kind),
          answer.reason ? `: ${passReason(answer.reason)}` : "",
        ),
        h("button", { type: "button", class: "quiet undo", onclick: () => send("withdraw-interest", null) }, t("undo")),
      );
    } else if (choosing) {
      const select = h(
        "select",
        { "aria-label": t("passWhy") },
        PASS_REASONS.map((each) => h("option", { value: each }, passReason(each))),
      );
      fill(
        box,
        h("span", {}, t("passWhy")),
        select,
        h(
          "button",
          {
            type: "button",
            class: "primary",
            onclick: () => send("express-interest", { kind: "PASS", reason: select.value }),
          },
          t("PASS"),
        ),
        h(
          "button",
          { type: "button", class: "quiet", onclick: () => ((choosing = false), show(".pass")) },
          t("cancel"),
        ),
      );
      select.focus();
      return;
    } else {
      const say = (kind) => () => send("express-interest", { kind });
      fill(
        box,
        h("button", { type: "button", class: "like", onclick: say("LIKE") }, t("LIKE")),
        h("button", { type: "button", class: "later", onclick: say("BOOKMARK") }, t("BOOKMARK")),
        h("button", { type: "button", class: "pass", onclick: () => ((choosing = true), show()) }, `${t("PASS")}…`),
      );
    }
    if (focus) box.querySelector(focus)?.focus();
  };
  const send = async (operation, next) => {
    for (const button of box.querySelectorAll("button")) button.disabled = true;
    try {
      await change(operation, { project: project.id, subject, ...next });
      answer = next;
      choosing = false;
      announce(
        next ? t("answered", { answer: t(next.kind), project: project.name }) : t("undone", { project: project.name }),
      );
      changed?.(answer);
    } catch (problem) {
      showProblem(problem);
    }
    show("button");
  };
  show();
  return box;
}
