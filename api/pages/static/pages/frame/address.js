// The whole view is in the address: what is chosen, what is weighed otherwise, the language.

/** The parameters in force. */
export const parameters = () => new URLSearchParams(location.search);

/** Write `changes` (name to value, list of values, or null) into the address without a new page. */
export function write(changes, { push = false } = {}) {
  const now = parameters();
  for (const [name, value] of Object.entries(changes)) {
    now.delete(name);
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== null && each !== undefined && each !== "") now.append(name, each);
    }
  }
  const text = now.toString();
  const address = location.pathname + (text ? `?${text}` : "");
  if (address === location.pathname + location.search) return;
  history[push ? "pushState" : "replaceState"](null, "", address);
  followLanguage();
}

/** A link to another page that keeps the language where it was asked for. */
export function link(path) {
  const asked = parameters().get("lang");
  return asked ? `${path}?lang=${asked}` : path;
}

/** A link to the form that asks for a correction of a record. */
export function correctionLink(id) {
  const page = link("/corrections");
  return `${page}${page.includes("?") ? "&" : "?"}subject=${encodeURIComponent(id)}`;
}

/** The other language's link shows the same view. */
export function followLanguage() {
  const other = document.querySelector("a.language");
  const asked = parameters();
  asked.set("lang", other.lang);
  other.href = `?${asked}`;
}
