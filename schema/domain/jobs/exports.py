"""Exports: pages of a connection of `Query`, asked as whoever wants the file, so that every rule holds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from schema.declarations.base import Declaration
from schema.declarations.columns import Column, Localized, MoneyRange, MoneyValue, Part, PartialDateValue
from schema.declarations.entities import Entity
from schema.declarations.extensions import Extended
from schema.declarations.relations import MAXIMUM_PAGE, Connection, Relation
from schema.domain.shared.problems import bad, forbidden
from schema.request.context import Context
from schema.sql.scope import camel, snake

MOST_FIELDS = 200
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,5}", re.ASCII)
Selection: TypeAlias = dict[str, "Selection"]


@dataclass(frozen=True, slots=True)
class Export:
    """What is asked for each page, and the columns of the file."""

    connection: str
    document: str
    columns: Sequence[str]


def export_of(context: Context, connection: str, fields: Sequence[str] | None) -> Export:
    """Return the export of a connection with these fields, dotted where nested; by default all stored ones.

    Raises RefusedError for an unknown connection, or for texts that can't be fields.
    """
    known = {camel(name): each for name, each in context.registry.root.items() if isinstance(each, Connection)}
    chosen = known.get(connection)
    if chosen is None:
        close = difflib.get_close_matches(connection, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"give one of {', '.join(sorted(known))}."
        raise bad(f"Query has no connection {connection[:80]!r}; {hint}", "connection")
    entity = context.registry.entities[chosen.target]
    columns = list(
        dict.fromkeys(_checked(context, entity, fields) if fields is not None else stored_fields(context, entity))
    )
    document = f"""query ($filter: {entity.name}Filter, $first: Int!, $after: String, $count: Boolean!) {{
  {connection}(filter: $filter, first: $first, after: $after) {{
    totalCount @include(if: $count) pageInfo {{ hasNextPage endCursor }}
    nodes {{ {_written(_tree(columns))} }}
  }}
}}"""
    return Export(connection, document, columns)


def stored_fields(context: Context, entity: Entity) -> Iterator[str]:
    """Yield what is stored in an entity's own rows and the actor may read: values, and the ids of other entities."""
    yield "id"
    yield from _stored(context, entity.fields)


def cells(node: Mapping[str, object], columns: Sequence[str]) -> dict[str, object]:
    """Return a node's value for each column; what is nested in a list, as a list."""
    return {column: _at(node, column.split(".")) for column in columns}


def _stored(context: Context, fields: Mapping[str, Declaration], prefix: str = "") -> Iterator[str]:
    for name, each in fields.items():
        path = f"{prefix}{camel(name)}"
        if each.deprecated or (each.readers is not None and not each.readers.may_read(context.actor)):
            continue
        if isinstance(each, Extended):
            yield from _stored(context, {name: each.inner}, prefix)
        elif isinstance(each, Column | Localized):
            yield path
        elif isinstance(each, PartialDateValue):
            yield f"{path}.text"
        elif isinstance(each, MoneyValue):
            yield from (f"{path}.amount", f"{path}.currency")
        elif isinstance(each, MoneyRange):
            yield from (f"{path}.{end}.{part}" for end in ("minimum", "maximum") for part in ("amount", "currency"))
        elif isinstance(each, Relation) and each.target in context.registry.entities:
            yield f"{path}.id"
        elif isinstance(each, Part):
            yield from _stored(context, context.registry.groups[each.type.rstrip("!")].fields, f"{path}.")


def _checked(context: Context, entity: Entity, fields: Sequence[str]) -> Sequence[str]:
    if not 0 < len(fields) <= MOST_FIELDS:
        raise bad(f"Name 1 to {MOST_FIELDS} fields, or leave this out for all that are stored.", "fields")
    for position, each in enumerate(fields):
        if not _PATH.fullmatch(each):
            wrong = f"{each[:80]!r} can't be a field; write its name, or a path such as place.name."
            raise bad(wrong, "fields", str(position))
        declared = entity.fields.get(snake(each.partition(".")[0]))
        if declared is not None and declared.readers is not None and not declared.readers.may_read(context.actor):
            raise forbidden(f"{context.actor.role} may not read {entity.name}.{each}.", "fields", str(position))
    return fields


def _tree(columns: Sequence[str]) -> Selection:
    tree: Selection = {}
    for column in columns:
        inner = tree
        for part in column.split("."):
            inner = inner.setdefault(part, {})
    return tree


def _written(tree: Selection) -> str:
    return " ".join(f"{name} {{ {_written(inner)} }}" if inner else name for name, inner in tree.items())


def _at(value: object, path: Sequence[str]) -> object:
    if isinstance(value, list):
        return [_at(each, path) for each in value]
    if not path:
        return value
    return _at(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else None


__all__ = ["MAXIMUM_PAGE", "Export", "cells", "export_of", "stored_fields"]
