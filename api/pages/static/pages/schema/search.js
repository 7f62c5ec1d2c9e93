// What is found in the schema for some words: types, fields, arguments, values.

/** Everything that can be found: `{on, name, description, rank}`; `on` is a schema coordinate. */
export function entries(types) {
  const found = [];
  const add = (on, name, description, rank) =>
    found.push({ on, name: name.toLowerCase(), description, low: `${on} ${description}`.toLowerCase(), rank });
  for (const type of types.values()) {
    add(type.name, type.name, type.description, 0);
    for (const field of type.fields) {
      add(`${type.name}.${field.name}`, field.name, field.description, 1);
      for (const argument of field.args)
        add(`${type.name}.${field.name}(${argument.name}:)`, argument.name, argument.description, 3);
    }
    for (const value of type.values) add(`${type.name}.${value.name}`, value.name, value.description, 2);
  }
  return found;
}

/** The best `most` for `text`: names that are it, then that begin with it, then that hold it, then descriptions. */
export function search(all, text, most = 60) {
  const words = text
    .toLowerCase()
    .split(/[\s.]+/)
    .filter(Boolean);
  if (!words.length) return [];
  const last = words.at(-1);
  const found = [];
  for (const each of all) {
    if (!words.every((word) => each.low.includes(word))) continue;
    const how = each.name === last ? 0 : each.name.startsWith(last) ? 1 : each.name.includes(last) ? 2 : 3;
    found.push([how * 10 + each.rank, each]);
  }
  found.sort((a, b) => a[0] - b[0] || a[1].on.length - b[1].on.length || (a[1].on < b[1].on ? -1 : 1));
  return { total: found.length, first: found.slice(0, most).map(([, each]) => each) };
}
