"""Makes selections for every field of a type, so that tests can walk the whole schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_non_null_type,
)

import schema.domain.catalogue  # noqa: F401  (fills CORE)
from schema.declarations.entities import CORE

LISTED = {name: each.root for name, each in CORE.items() if each.root is not None}
"""The fields of `Query` with one row and with all rows, of each of core's entities that has them."""
WRITABLE = [name for name, each in CORE.items() if each.writable]
"""Core's entities with mutations that create, update, archive and restore."""


def selection(schema: GraphQLSchema, field: GraphQLField) -> str | None:
    """What is selected below a field: ids and leaves; empty for a leaf, None for a field that needs arguments."""
    if any(is_non_null_type(argument.type) and argument.default_value is None for argument in field.args.values()):
        return None
    return _below(schema, get_named_type(field.type), depth=3)


def _below(schema: GraphQLSchema, kind: Any, depth: int) -> str:
    if is_leaf_type(kind):
        return ""
    if is_abstract_type(kind):
        return " { __typename ... on Node { id } }"
    if "id" in kind.fields and kind.interfaces:
        return " { id }"
    parts = [
        f"{name}{below}"
        for name, field in kind.fields.items()
        if depth and not any(is_non_null_type(each.type) for each in field.args.values())
        and (below := _below(schema, get_named_type(field.type), depth - 1)) != " { }"
    ]  # fmt: skip
    return " { " + " ".join(parts) + " }"


def fields_of(schema: GraphQLSchema, type_name: str) -> Iterator[tuple[str, str]]:
    """Each field of a type that can be asked for without arguments, with its selection."""
    kind = schema.type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    for name, field in kind.fields.items():
        below = selection(schema, field)
        if below is not None:
            yield name, below
