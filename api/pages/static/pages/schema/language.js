// Reads the schema definition language, as the server prints it, into plain objects. No library: the grammar is small.

const TOKEN = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\])*"|[_A-Za-z]\w*|-?\d[\w.+-]*|\.\.\.|[!$&()=:@[\]{|}]|#[^\n]*/g;

/** The tokens of GraphQL text, without comments. */
export const tokensOf = (text) => (text.match(TOKEN) ?? []).filter((token) => !token.startsWith("#"));

/** Types by name, the names of the roots, and directives, of the text of a schema. */
export function parseSchema(text) {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = () => tokens[at];
  const take = (wanted) => {
    if (wanted && tokens[at] !== wanted)
      throw new Error(`The schema can't be read: ${wanted} is expected, not ${tokens[at]}`);
    return tokens[at++];
  };
  const skip = (token) => tokens[at] === token && Boolean(++at);

  const description = () => (peek()?.startsWith('"') ? string(take()) : "");
  const value = () => {
    const open = peek();
    if (open !== "[" && open !== "{") return take();
    const close = open === "[" ? "]" : "}";
    const parts = [];
    take();
    while (!skip(close)) parts.push(open === "{" ? `${take()}${take(":")} ${value()}` : value());
    return `${open}${parts.join(", ")}${close}`;
  };
  const type = () => {
    let found;
    if (skip("[")) {
      const inner = type();
      take("]");
      found = { text: `[${inner.text}]`, name: inner.name };
    } else {
      const name = take();
      found = { text: name, name };
    }
    return skip("!") ? { ...found, text: `${found.text}!` } : found;
  };
  const directives = () => {
    const found = {};
    while (skip("@")) {
      const name = take();
      found[name] = {};
      if (skip("(")) while (!skip(")")) found[name][take()] = (take(":"), value());
    }
    return found;
  };
  const deprecation = (found) =>
    found.deprecated && (found.deprecated.reason ? string(found.deprecated.reason) : "No longer supported");
  const input = () => {
    const described = description();
    const name = take();
    take(":");
    const own = { name, description: described, type: type(), standard: skip("=") ? value() : null };
    return { ...own, deprecated: deprecation(directives()) };
  };
  const inputs = (open, close) => {
    const found = [];
    if (skip(open)) while (!skip(close)) found.push(input());
    return found;
  };
  const fields = () => {
    const found = [];
    if (!skip("{")) return found;
    while (!skip("}")) {
      const described = description();
      const name = take();
      const args = inputs("(", ")");
      take(":");
      found.push({ name, description: described, args, type: type(), deprecated: deprecation(directives()) });
    }
    return found;
  };
  const names = (separator) => {
    const found = [];
    skip(separator);
    do found.push(take());
    while (skip(separator));
    return found;
  };

  const types = new Map();
  const roots = { query: "Query", mutation: "Mutation", subscription: "Subscription" };
  while (at < tokens.length) {
    const described = description();
    const kind = take();
    if (kind === "schema") {
      directives();
      take("{");
      while (!skip("}")) roots[take()] = (take(":"), take());
      continue;
    }
    if (kind === "directive") {
      take("@");
      take();
      inputs("(", ")");
      skip("repeatable");
      take("on");
      names("|");
      continue;
    }
    const made = { kind, name: take(), description: described, interfaces: [], fields: [], values: [], members: [] };
    if (skip("implements")) made.interfaces = names("&");
    const own = directives();
    made.oneOf = Boolean(own.oneOf);
    if (own.specifiedBy) made.specified = string(own.specifiedBy.url);
    if (kind === "type" || kind === "interface") made.fields = fields();
    else if (kind === "input") made.fields = inputs("{", "}").map((each) => ({ ...each, args: [] }));
    else if (kind === "union" && skip("=")) made.members = names("|");
    else if (kind === "enum") {
      take("{");
      while (!skip("}")) {
        const told = description();
        made.values.push({ name: take(), description: told, deprecated: deprecation(directives()) });
      }
    }
    types.set(made.name, made);
  }
  return { types, roots };
}

function string(token) {
  if (!token.startsWith('"""')) return JSON.parse(token);
  const lines = token.slice(3, -3).replaceAll('\\"""', '"""').split("\n");
  const indents = lines
    .slice(1)
    .filter((line) => line.trim())
    .map((line) => line.length - line.trimStart().length);
  const common = indents.length ? Math.min(...indents) : 0;
  return lines
    .map((line, index) => (index ? line.slice(common) : line))
    .join("\n")
    .trim();
}
