// Parts of a page that load, fail and are tried again on their own.

import { fill, h } from "./dom.js";
import { problemState } from "./frame.js";

/** Grey lines in the place of what is on its way. */
export const skeleton = (lines = 4) =>
  h(
    "div",
    { class: "skeleton", "aria-hidden": "true" },
    Array.from({ length: lines }, () => h("span")),
  );

/**
 * Fill `box` by `work()`. Until then an empty box shows a skeleton; a failure is shown in the box alone, below
 * `title` if it has one, with a button that tries again. Resolves with whether it worked.
 */
export async function loadPanel(box, work, { title = null, lines = 4 } = {}) {
  const run = (box.run = Symbol("run"));
  box.setAttribute("aria-busy", "true");
  if (!box.childElementCount) fill(box, title && h("h2", {}, title), lines > 0 && skeleton(lines));
  try {
    await work();
    return true;
  } catch (problem) {
    if (problem.name === "AbortError" || box.run !== run) return false;
    if (problem.code === "UNAUTHENTICATED") return (location.reload(), false); // shows what the public sees, says why
    if (!problem.code) console.error(problem);
    const retry = () => loadPanel(box, work, { title, lines });
    fill(box, title && h("h2", {}, title), problemState(problem, retry, title ? "h3" : "h2"));
    if (problem.retryAfter) setTimeout(() => box.run === run && box.isConnected && retry(), 1000 * problem.retryAfter);
    return false;
  } finally {
    if (box.run === run) box.removeAttribute("aria-busy");
  }
}
