// What all pages share: theme, signing in, the query behind the page, and problems in words.

import { ask, currentViewer, hasSession, key, storeKey, takeEnded } from "./api.js";
import { followLanguage, link } from "./address.js";
import { announce, dialog, fill, h } from "./dom.js";
import { roleName, t } from "./texts.js";

/** Fill the page by `render(root)`; what it raises is said in words, with a way on. */
export async function page(render) {
  const root = document.getElementById("page");
  furnish();
  queryButton();
  await null; // until the module that calls has run to its end, its classes aren't there
  const run = async () => {
    root.setAttribute("aria-busy", "true");
    try {
      await render(root);
    } catch (problem) {
      if (!problem.code) console.error(problem);
      fill(root, problemState(problem, run, "h1"));
      if (problem.retryAfter) setTimeout(run, 1000 * problem.retryAfter);
    } finally {
      root.removeAttribute("aria-busy");
      if (safely(takeEnded) && !root.querySelector(".state.problem")) showEnded();
    }
  };
  await run();
  if ("sections" in root.dataset) await (await import("./sections.js")).addSections(root);
}

/** How the reader signs out; null while nobody is signed in. */
let signOut = null;

/** The key isn't valid any more: say so, with a way to sign in again. */
function showEnded() {
  safely(takeEnded);
  showSignedOut();
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
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    import("./dialogs/palette.js").then(({ openPalette }) => openPalette());
  });
}

/** The page's title in the tab. */
export const titled = (name) => (document.title = `${name} · Roadshow`);

function inWords(problem) {
  if (problem.retryAfter) return t("stillLoading");
  return problem.code && t(problem.code) !== problem.code ? t(problem.code) : problem.message;
}

/** A problem in words, with what can be done: as the whole page (`h1`) or in a part of it. */
export function problemState(problem, again, level = "h2") {
  const retry = async () => {
    await again();
    if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
  };
  return h(
    "section",
    { class: "state problem", role: "alert" },
    h(level, {}, t(problem.retryAfter ? "oneMoment" : "problem")),
    h("p", {}, inWords(problem)),
    h(
      "p",
      { class: "actions" },
      again &&
        problem.code !== "NOT_FOUND" &&
        h("button", { type: "button", class: "primary", onclick: retry }, t("again")),
      (["FORBIDDEN", "UNAUTHENTICATED"].includes(problem.code) || (problem.code === "NOT_FOUND" && !signOut)) &&
        h("button", { type: "button", onclick: signIn }, t("signIn")),
      level === "h1" && h("a", { href: link("/places") }, t("toThePlaces")),
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
export function showProblem(problem) {
  if (problem.code === "UNAUTHENTICATED") return showEnded();
  toast(inWords(problem), "bad");
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
  button.addEventListener("click", () => (signOut ?? signIn)());
  showSignedOut();
  if (!key() && !hasSession) return;
  signOut = key() ? forgetKey : endSession;
  button.textContent = t("signOut");
  currentViewer().then(
    ({ role, account, subject }) => {
      const isPublic = role === "PUBLIC"; // as an account without a role is, too
      if (!signOut || (isPublic && !account)) return showSignedOut();
      const name = [account?.name, !isPublic && roleName(role), subject?.name].filter(Boolean).join(" · ");
      const whole = { class: "who", title: t("signedInAs", { name }) };
      button.before(
        signOut === endSession ? h("a", { ...whole, href: link("/account") }, name) : h("span", whole, name),
      );
    },
    () => undefined,
  );
}

function showSignedOut() {
  signOut = null;
  document.getElementById("sign-in").textContent = t("signIn");
  document.querySelector(".tools .who")?.remove();
}

function forgetKey() {
  storeKey(null);
  location.reload();
}

/** Sign out of the browser's session, as the form of `/account` does. */
function endSession() {
  const form = h("form", { method: "post", action: "/sign-out", hidden: true });
  document.body.append(form);
  form.submit();
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
      storeKey(field.value.trim());
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
    h("p", { class: "help" }, h("a", { href: link("/sign-in") }, t("signInByMail"))),
  );
  field.focus();
}

function queryButton() {
  const button = document.getElementById("show-query");
  button.hidden = false;
  button.textContent = t("showQuery");
  button.addEventListener("click", () => import("./dialogs/query.js").then(({ showQuery }) => showQuery()));
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
