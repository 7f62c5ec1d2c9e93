// What all pages share: theme, signing in, the query behind the page, and problems in words.

import { ask, asked, endedUnsaid, keep, key, whoAsks } from "./api.js";
import { followLanguage, link } from "./address.js";
import { announce, dialog, fill, h } from "./dom.js";
import { snippets } from "./snippets.js";
import { roleName, t } from "./texts.js";

/** Fill the page by `render(root)`; what it raises is said in words, with a way on. */
export async function page(render) {
  const root = document.getElementById("page");
  furnish();
  queryButton();
  const run = async () => {
    root.setAttribute("aria-busy", "true");
    try {
      await render(root);
    } catch (problem) {
      if (!problem.code) console.error(problem);
      fill(root, problemState(problem, run, "h1"));
    } finally {
      root.removeAttribute("aria-busy");
      if (safely(endedUnsaid) && !root.querySelector(".state.problem")) sayEnded();
    }
  };
  await run();
}

/** The key isn't valid any more: say so, with a way to sign in again. */
function sayEnded() {
  safely(endedUnsaid);
  const button = document.getElementById("sign-in");
  button.textContent = t("signIn");
  document.querySelector(".tools .who")?.remove();
  toast(t("UNAUTHENTICATED"), "bad", h("button", { type: "button", onclick: signIn }, t("signIn")));
}

/** A browser may keep its storage closed. */
function safely(read) {
  try {
    return read();
  } catch {
    return false;
  }
}

/** Put the buttons to work that every page has. */
export function furnish() {
  followLanguage();
  themeButton();
  signInButton();
}

/** The page's title in the tab. */
export const titled = (name) => (document.title = `${name} · Roadshow`);

/** A problem in words, with what can be done. */
export function problemState(problem, again, level = "h2") {
  const known = t(problem.code) !== problem.code;
  const retry = async () => {
    await again();
    if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
  };
  return h(
    "section",
    { class: "state problem", role: "alert" },
    h(level, {}, t("problem")),
    h("p", {}, known ? t(problem.code) : problem.message),
    h(
      "p",
      { class: "actions" },
      again &&
        problem.code !== "NOT_FOUND" &&
        h("button", { type: "button", class: "primary", onclick: retry }, t("again")),
      (["FORBIDDEN", "UNAUTHENTICATED"].includes(problem.code) || (problem.code === "NOT_FOUND" && !key())) &&
        h("button", { type: "button", onclick: signIn }, t("signIn")),
      h("a", { href: link("/places") }, t("toThePlaces")),
    ),
  );
}

/** Nothing to show, and what to do about it. */
export const emptyState = (title, help, ...actions) =>
  h(
    "section",
    { class: "state" },
    h("h2", {}, title),
    h("p", {}, help),
    actions.length ? h("p", { class: "actions" }, actions) : null,
  );

/** Say in words what went wrong with something that was done. */
export function tell(problem) {
  if (problem.code === "UNAUTHENTICATED") return sayEnded();
  const text = problem.code && t(problem.code) !== problem.code ? t(problem.code) : problem.message;
  toast(text, "bad");
}

let toastBox;

/** A sentence that stays for a while; what went wrong stays until it is closed. */
export function toast(text, kind = "good", ...actions) {
  toastBox?.remove();
  toastBox = h(
    "div",
    { class: `toast ${kind}` },
    text,
    actions,
    h("button", { type: "button", class: "quiet", onclick: () => toastBox.remove() }, t("close")),
  );
  document.getElementById("main").append(toastBox); // within a landmark
  announce(text);
  const shown = toastBox;
  if (kind === "good") setTimeout(() => shown.remove(), 8000);
}

function themeButton() {
  const button = document.getElementById("theme");
  const names = { "": "themeAuto", light: "themeLight", dark: "themeDark" };
  const show = () => (button.textContent = t(names[document.documentElement.dataset.theme ?? ""]));
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    const order = ["", "light", "dark"];
    const next = order[(order.indexOf(document.documentElement.dataset.theme ?? "") + 1) % 3];
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
    try {
      if (next) localStorage.setItem("roadshow.theme", next);
      else localStorage.removeItem("roadshow.theme");
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    show();
  });
}

function signInButton() {
  const button = document.getElementById("sign-in");
  button.hidden = false;
  button.textContent = key() ? t("signOut") : t("signIn");
  button.addEventListener("click", () => {
    if (!key()) return signIn();
    keep(null);
    location.reload();
  });
  if (!key()) return;
  whoAsks().then(
    (viewer) => {
      if (!key()) return void (button.textContent = t("signIn"));
      const name = [roleName(viewer.role), viewer.subject?.name].filter(Boolean).join(" · ");
      button.before(h("span", { class: "who", title: t("signedInAs", { name }) }, name));
    },
    () => undefined,
  );
}

/** Ask for a key, try it, keep it in this tab. */
export function signIn() {
  const field = h("input", {
    type: "password",
    id: "api-key",
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    "aria-describedby": "key-help key-problem",
  });
  const said = h("p", { class: "bad", id: "key-problem", role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    said.textContent = "";
    try {
      await ask("viewer", {}, { authorization: field.value.trim() });
      keep(field.value.trim());
      location.reload();
    } catch (problem) {
      said.textContent = problem.code === "UNAUTHENTICATED" ? t("keyRefused") : t(problem.code);
      field.focus();
    }
  };
  dialog(
    t("signIn"),
    t("close"),
    h(
      "form",
      { onsubmit: submit },
      h("label", { for: "api-key" }, t("apiKey")),
      field,
      h("p", { id: "key-help", class: "help" }, t("signInHelp")),
      said,
      h("button", { class: "primary" }, t("signIn")),
    ),
  );
  field.focus();
}

function queryButton() {
  const button = document.getElementById("show-query");
  button.hidden = false;
  button.textContent = t("showQuery");
  button.addEventListener("click", showQuery);
}

async function showQuery() {
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
    const texts = snippets(await response.text(), asked.get(name), Boolean(key()));
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

/** A button that puts `text` on the clipboard, also where the page came without TLS. */
export function copyButton(text, label = t("copy")) {
  const button = h(
    "button",
    { type: "button", class: "quiet copy", onclick: () => copy(typeof text === "function" ? text() : text, button) },
    label,
  );
  return button;
}

async function copy(text, beside) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = h("textarea", { class: "unseen" }, text);
    beside.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  toast(t("copied"));
}
