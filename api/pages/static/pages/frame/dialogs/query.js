// The queries behind a page, with the variables of now, to copy.

import { asked, hasSession, key } from "../api.js";
import { dialog, fill, h } from "../dom.js";
import { copyButton } from "../frame.js";
import { snippets } from "./snippets.js";
import { t } from "../texts.js";

export async function showQuery() {
  const names = [...asked.keys()].filter((name) => name !== "viewer");
  const shown = h("div");
  const choose = h(
    "select",
    { id: "operation", onchange: () => show(choose.value) },
    names.map((name) => h("option", { value: name }, name)),
  );
  dialog(
    t("showQuery"),
    t("close"),
    h("p", { class: "help" }, t("queryHelp")),
    h("label", { for: "operation" }, t("operation")),
    choose,
    shown,
  );
  const show = async (name) => {
    const response = await fetch(`/static/queries/${name}.graphql`);
    const texts = snippets(await response.text(), asked.get(name), Boolean(key()) || hasSession);
    if (choose.value !== name) return; // another was chosen meanwhile
    fill(
      shown,
      Object.entries(texts).map(([title, text], index) =>
        h(
          "details",
          { open: index === 0 },
          h("summary", {}, title),
          h(
            "div",
            { class: "code" },
            copyButton(text),
            h("pre", { tabindex: "0", "aria-label": title, data: { operation: name } }, h("code", {}, text)),
          ),
        ),
      ),
    );
  };
  if (names.length) await show(names[0]);
}
