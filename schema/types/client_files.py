"""Cache settings for front ends, generated from the schema: what Apollo Client and urql must know of its types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import orjson
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_object_type,
)

PAGING = ("first", "last", "after", "before")
WRAPPERS = ("Connection", "Edge", "Payload", "Preview", "Result")
"""Endings of types that are read anew as a whole."""

_APOLLO = """// Cache settings for Apollo Client, generated from this server's schema:
// new InMemoryCache({ possibleTypes, typePolicies }).
import { relayStylePagination } from "@apollo/client/utilities";

// Further pages are appended or put in front, in `edges` and in `nodes`.
export function pages(keyArgs) {
  const policy = relayStylePagination(keyArgs);
  return {
    ...policy,
    merge(existing, incoming, options) {
      if (!incoming) return incoming; // it failed, which isn't an empty list
      const merged = policy.merge(existing ?? undefined, incoming, options);
      const kept = existing?.nodes ?? [];
      if (incoming?.nodes && options.args?.after) merged.nodes = [...kept, ...incoming.nodes];
      if (incoming?.nodes && options.args?.before) merged.nodes = [...incoming.nodes, ...kept];
      return merged;
    },
  };
}

// A record that some list brought along isn't asked for again.
function record(__typename) {
  return (existing, { args, toReference }) =>
    existing === undefined && args?.id ? toReference({ __typename, id: args.id }) : existing;
}

// Parts of a record, none of their own: queries that ask for different fields add up.
const part = { keyFields: false, merge: true };

"""
_URQL = """// Cache settings for urql, generated from this server's schema:
// cacheExchange({ possibleTypes, keys, resolvers }) of @urql/exchange-graphcache.
import { relayPagination } from "@urql/exchange-graphcache/extras";

// Types without an id belong to what holds them.
const part = () => null;

// A record that some list brought along isn't asked for again.
function record(__typename) {
  return (parent, args, cache, info) =>
    args.id ? { __typename, id: args.id } : cache.resolve(info.parentKey, info.fieldName, args);
}

"""


def client_files(schema: GraphQLSchema) -> Mapping[str, Callable[[], str]]:
    """Return by name what writes each file."""
    return {"apollo.js": lambda: apollo(schema), "urql.js": lambda: urql(schema)}


def apollo(schema: GraphQLSchema) -> str:
    """Return the module with `possibleTypes` and `typePolicies`."""
    policies: dict[str, str] = {}
    for kind in _objects(schema):
        fields = {name: f"pages({_json(_key_arguments(field))})" for name, field in _connections(kind)}
        if kind is schema.query_type:
            fields |= {name: f"{{ read: record({_json(target)}) }}" for name, target in _lookups(kind)}
        if fields:
            policies[kind.name] = f"{{ fields: {_object(fields, 2)} }}"
        elif _is_part(schema, kind) and not kind.name.endswith(WRAPPERS):
            policies[kind.name] = "part"
    return f"{_APOLLO}{_possible(schema)}export const typePolicies = {_object(policies)};\n"


def urql(schema: GraphQLSchema) -> str:
    """Return the module with `possibleTypes`, `keys` and `resolvers`."""
    keys = {kind.name: "part" for kind in _objects(schema) if _is_part(schema, kind)}
    resolvers: dict[str, str] = {}
    for kind in _objects(schema):
        fields = {name: "relayPagination()" for name, _ in _connections(kind)}
        if kind is schema.query_type:
            fields |= {name: f"record({_json(target)})" for name, target in _lookups(kind)}
        if fields:
            resolvers[kind.name] = _object(fields, 2)
    exported = f"export const keys = {_object(keys)};\n\nexport const resolvers = {_object(resolvers)};\n"
    return f"{_URQL}{_possible(schema)}{exported}"


def _possible(schema: GraphQLSchema) -> str:
    by_interface = {
        name: _json([each.name for each in schema.get_possible_types(kind)])
        for name, kind in sorted(schema.type_map.items())
        if is_abstract_type(kind)
    }
    return f"export const possibleTypes = {_object(by_interface)};\n\n"


def _objects(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    for name, kind in sorted(schema.type_map.items()):
        if is_object_type(kind) and not name.startswith("__"):
            yield kind


def _connections(kind: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField]]:
    for name, field in sorted(kind.fields.items()):
        if get_named_type(field.type).name.endswith("Connection") and "after" in field.args:
            yield name, field


def _key_arguments(field: GraphQLField) -> list[str]:
    return sorted(name for name in field.args if name not in PAGING)


def _lookups(query: GraphQLObjectType) -> Iterator[tuple[str, str]]:
    """Fields that give one record of one type by its id."""
    for name, field in sorted(query.fields.items()):
        target = field.type
        if "id" in field.args and is_object_type(target) and "id" in target.fields:
            yield name, target.name


def _is_part(schema: GraphQLSchema, kind: GraphQLObjectType) -> bool:
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    identified = "id" in kind.fields and kind.fields["id"].deprecation_reason is None
    return not identified and kind not in roots


def _object(items: Mapping[str, str], indent: int = 0) -> str:
    margin = " " * (indent + 2)
    lines = "".join(f"{margin}{name}: {value},\n" for name, value in items.items())
    return f"{{\n{lines}{' ' * indent}}}"


def _json(value: object) -> str:
    return orjson.dumps(value).decode().replace(",", ", ")
