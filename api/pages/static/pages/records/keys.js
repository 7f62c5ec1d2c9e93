// A list by keys: / searches, j and k walk through it; Enter opens, as it does everywhere.

const WRITING = /^(INPUT|TEXTAREA|SELECT)$/;

/** `results()`: what holds the records; `field()`: where one searches. */
export function onKeys(results, field) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && document.activeElement === field()) {
      results().querySelector("[data-id] a")?.focus();
      return;
    }
    if (WRITING.test(document.activeElement.tagName)) return;
    if (event.key === "/") field().select();
    else if (event.key === "j") walk(results(), 1);
    else if (event.key === "k") walk(results(), -1);
    else return;
    event.preventDefault();
  });
}

function walk(box, step) {
  const records = [...box.querySelectorAll("[data-id]")];
  const at = records.findIndex((record) => record.contains(document.activeElement));
  const next = at < 0 ? 0 : Math.max(0, Math.min(records.length - 1, at + step));
  records[next]?.querySelector("a")?.focus();
}
