// The answer to an introspection query, made from the schema's text: anybody may read that, also where the server
// answers introspection to signed-in clients alone.

import { parseSchema } from "./language.js";

const KINDS = {
  type: "OBJECT",
  interface: "INTERFACE",
  input: "INPUT_OBJECT",
  enum: "ENUM",
  union: "UNION",
  scalar: "SCALAR",
};
const BUILT_IN = ["String", "Int", "Float", "Boolean", "ID"];

/** `{__schema}` of a schema in the schema definition language. */
export function introspected(text) {
  const { types, roots } = parseSchema(text);
  const kindOf = (name) => (types.has(name) ? KINDS[types.get(name).kind] : "SCALAR");
  const named = (name) => ({ kind: kindOf(name), name, ofType: null });
  const reference = (written) => {
    if (written.endsWith("!")) return { kind: "NON_NULL", name: null, ofType: reference(written.slice(0, -1)) };
    if (written.startsWith("[")) return { kind: "LIST", name: null, ofType: reference(written.slice(1, -1)) };
    return named(written);
  };
  const told = (each) => ({
    name: each.name,
    description: each.description || null,
    isDeprecated: Boolean(each.deprecated),
    deprecationReason: each.deprecated || null,
  });
  const input = (each) => ({ ...told(each), type: reference(each.type.text), defaultValue: each.standard });
  const full = (type) => ({
    kind: KINDS[type.kind],
    name: type.name,
    description: type.description || null,
    specifiedByURL: type.specified ?? null,
    isOneOf: type.kind === "input" ? type.oneOf : null,
    fields: ["type", "interface"].includes(type.kind)
      ? type.fields.map((each) => ({ ...told(each), args: each.args.map(input), type: reference(each.type.text) }))
      : null,
    inputFields: type.kind === "input" ? type.fields.map(input) : null,
    interfaces: ["type", "interface"].includes(type.kind) ? type.interfaces.map(named) : null,
    enumValues: type.kind === "enum" ? type.values.map(told) : null,
    possibleTypes:
      {
        union: () => type.members.map(named),
        interface: () =>
          [...types.values()].filter((each) => each.interfaces.includes(type.name)).map(({ name }) => named(name)),
      }[type.kind]?.() ?? null,
  });
  const scalars = BUILT_IN.filter((name) => !types.has(name)).map((name) =>
    full({ kind: "scalar", name, interfaces: [], fields: [] }),
  );
  const argument = {
    name: "if",
    description: null,
    type: reference("Boolean!"),
    defaultValue: null,
    isDeprecated: false,
    deprecationReason: null,
  };
  const directive = (name) => ({
    name,
    description: null,
    isRepeatable: false,
    locations: ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"],
    args: [argument],
  });
  const root = (name) => (types.has(name) ? { name, kind: "OBJECT" } : null);
  return {
    __schema: {
      description: null,
      queryType: root(roots.query),
      mutationType: root(roots.mutation),
      subscriptionType: root(roots.subscription),
      types: [...scalars, ...[...types.values()].map(full)],
      directives: ["skip", "include"].map(directive),
    },
  };
}
