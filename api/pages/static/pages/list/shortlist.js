// What an investor has answered, by answer: it left the list for here, and goes back when the answer is taken back.

import { ask, change } from "../frame/api.js";
import { answerButtons } from "../frame/answers.js";
import { link } from "../frame/address.js";
import { h } from "../frame/dom.js";
import { showProblem, toast } from "../frame/frame.js";
import { number, t } from "../frame/texts.js";

/** All answers of an investor, by project, the latest first. */
export async function readAnswers(id) {
  const found = new Map();
  let after = null;
  do {
    const { interests } = (await ask("investor-answers", { id, after })).investor ?? {};
    for (const { node } of interests?.edges ?? []) if (node.project) found.set(node.project.id, node);
    after = interests?.pageInfo.hasNextPage ? interests.pageInfo.endCursor : null;
  } while (after);
  return found;
}

/** The parts of the card. `answered(project, answer)` is told of an answer that is changed or taken back (null). */
export function shortlistParts(answers, subject, answered) {
  const all = [...answers.values()];
  const group = (kind) => all.filter((each) => each.kind === kind);
  const entries = (some) =>
    h(
      "ul",
      { class: "plain" },
      some.map((each) =>
        h(
          "li",
          { data: { id: each.project.id } },
          h("a", { href: link(`/projects/${each.project.id}`) }, each.project.name),
          answerButtons(each.project, subject, each, (answer) => answered(each.project, answer)),
        ),
      ),
    );
  const shown = (kind) => {
    const some = group(kind);
    return some.length > 0 && [h("h3", {}, `${t(kind)} (${number(some.length)})`), entries(some)];
  };
  const passed = group("PASS");
  return [
    h("h2", {}, t("answersTitle")),
    all.length === 0 && h("p", { class: "help" }, t("noAnswers")),
    shown("LIKE"),
    shown("BOOKMARK"),
    passed.length > 0 && h("details", {}, h("summary", {}, `${t("PASS")} (${number(passed.length)})`), entries(passed)),
  ];
}

/** Say where a project went, and offer to take that back. */
export function showMoved(project, subject, answered) {
  const undo = async () => {
    try {
      await change("withdraw-interest", { project: project.id, subject });
      answered(project, null);
    } catch (problem) {
      showProblem(problem);
    }
  };
  toast(
    t("movedToShortlist", { project: project.name }),
    "good",
    h("button", { type: "button", onclick: undo }, t("undo")),
  );
}
