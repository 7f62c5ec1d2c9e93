// The form that asks for a correction of one field of a record.

import { ask, change } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { showProblem, toast } from "../frame/frame.js";
import { t } from "../frame/texts.js";

const labelled = (id, text, control) => h("div", { class: "field" }, h("label", { for: id }, text), control);

/** The form for a record; says so where there is nothing to correct. `again` shows the requests anew. */
export async function suggesting(subject, again) {
  const { correctableFields: fields, node } = await ask("correction-fields", { subject });
  if (!fields.length) return h("section", { class: "card" }, h("p", {}, t("nothingToCorrect")));
  const field = h(
    "select",
    { id: "correction-field" },
    fields.map((each) => h("option", { value: each.name, title: each.description }, each.name)),
  );
  const present = h("output", { id: "correction-present" });
  const proposed = h("textarea", { id: "correction-proposed", rows: "4" });
  const reason = h("textarea", { id: "correction-reason", rows: "2", maxlength: "2000", required: true });
  const source = h("input", { type: "url", id: "correction-source", maxlength: "1000" });
  const chosen = () => fields.find((each) => each.name === field.value);
  const follow = () => {
    present.textContent = chosen().present ?? t("nothing");
    proposed.value = chosen().present ?? "";
  };
  field.addEventListener("change", follow);
  follow();
  const button = h("button", { type: "submit", class: "primary" }, t("sendCorrection"));
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("correctionOf", { name: node?.name ?? subject })),
    h(
      "form",
      {
        async onsubmit(event) {
          event.preventDefault();
          button.disabled = true;
          try {
            await change("correction-request", {
              subject,
              field: field.value,
              language: chosen().language,
              proposed: proposed.value.trim() || null,
              reason: reason.value,
              sourceUrl: source.value || null,
            });
            toast(t("correctionSent"));
            reason.value = source.value = "";
            await again();
          } catch (problem) {
            showProblem(problem);
          } finally {
            button.disabled = false;
          }
        },
      },
      labelled("correction-field", t("correctionField"), field),
      labelled("correction-present", t("presentValue"), present),
      labelled("correction-proposed", t("proposedField"), proposed),
      labelled("correction-reason", t("reason"), reason),
      labelled("correction-source", t("sourceAddress"), source),
      h("p", { class: "actions" }, button),
    ),
  );
}
