"""Rows of core referred to by plugins' functions: the reader gets only what it may see.

A plugin returns references: ids, or objects with an `id`. The rows are read here, by the actor's rules. A reference to
a hidden row is null, and is left out of a list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from plugins.host.contributions.graphql import ObjectType, snake_case
from plugins.host.contributions.registry import Entry
from plugins.host.contributions.type_references import TypeReference, parse_reference
from schema.declarations.base import GivenArguments, Row
from schema.request.context import Context
from schema.sql.pages import rows_statement

ANY_ENTITY = "Node"

parsed = lru_cache(maxsize=1024)(parse_reference)

Rows = GivenArguments
"""Rows by id."""


class Typed(Protocol):
    """A contribution that says of which GraphQL type its values are."""

    @property
    def type(self) -> str: ...


class ReferringObject:
    """A plugin's object, with rows of core in place of its references."""

    __slots__ = ("_rows", "original")

    def __init__(self, original: object, rows: GivenArguments) -> None:
        self.original = original
        self._rows = rows

    def __getattr__(self, name: str) -> Any:
        rows = object.__getattribute__(self, "_rows")
        return rows[name] if name in rows else getattr(self.original, name)


def referring_types(types: Iterable[ObjectType], entities: Iterable[str]) -> dict[str, Mapping[str, TypeReference]]:
    """Map each plugin type that refers to core, directly or through others, to those fields by Python name."""
    declared = {each.name: {snake_case(field.name): field.reference for field in each.fields} for each in types}
    referring = {*entities, ANY_ENTITY}
    while more := {
        name
        for name, fields in declared.items()
        if name not in referring and any(reference.name in referring for reference in fields.values())
    }:
        referring |= more
    return {
        name: {field: reference for field, reference in fields.items() if reference.name in referring}
        for name, fields in declared.items()
        if name in referring
    }


def visible_values(context: Context, reference: str, values: Sequence[object]) -> Sequence[object]:
    """`values` of a plugin's function, each of the type `reference`, with rows of core in place of its references.

    Raises
    ------
    ValueError: what stands for a row of core is neither an id nor an object with one.
    """
    kind = parsed(reference)
    if kind.name != ANY_ENTITY and kind.name not in context.registry.entities and kind.name not in _types(context):
        return values
    wanted: dict[str, set[str]] = defaultdict(set)
    for value in values:
        _collect(context, kind, value, wanted)
    rows: dict[str, Row] = {}
    for name, ids in wanted.items():
        rows.update(_visible(context, name, sorted(ids)))
    return [_replaced(context, kind, value, rows) for value in values]


def _visible(context: Context, type_name: str, ids: Sequence[str]) -> Rows:
    """Values of a type by id, those that the actor may see."""
    entity = context.registry.entities.get(type_name)
    if entity is not None:
        return {row.id: row for row in context.session.execute(rows_statement(context.scope, entity, ids))}
    identified = context.registry.identified_by(ids[0])
    assert identified is not None
    return {each: row for each, row in zip(ids, identified.read(context, ids), strict=True) if row is not None}


def shown_values(entry: Entry[Typed], context: Context, values: Sequence[object]) -> Sequence[object]:
    """The values of a plugin's contribution, each of its declared type, as the actor may see them.

    Raises
    ------
    PluginFailedError: what stands for a row of core is no reference; it counts as the plugin's failure.
    """
    try:
        return visible_values(context, entry.value.type, values)
    except (ValueError, AttributeError, TypeError) as error:
        raise context.host.wrong_answer(entry, error) from error


def shown_value(entry: Entry[Typed], context: Context, value: object) -> object:
    """As `shown_values`, of one."""
    (shown,) = shown_values(entry, context, [value])
    return shown


def _types(context: Context) -> Mapping[str, Mapping[str, TypeReference]]:
    return context.registry.referring


def _collect(context: Context, kind: TypeReference, value: Any, wanted: dict[str, set[str]]) -> None:
    if value is None or isinstance(value, Exception):
        return
    if kind.of is not None:
        for item in value:
            _collect(context, kind.of, item, wanted)
    elif (fields := _types(context).get(kind.name)) is not None:
        for name, reference in fields.items():
            _collect(context, reference, _attribute(value, name), wanted)
    else:
        identifier = _id_of(kind.name, value)
        entity = context.registry.of_id(identifier)
        if entity is not None and kind.name in (entity.name, ANY_ENTITY):
            wanted[entity.name].add(identifier)
        elif kind.name == ANY_ENTITY and (identified := context.registry.identified_by(identifier)) is not None:
            wanted[identified.name].add(identifier)


def _replaced(context: Context, kind: TypeReference, value: Any, rows: Rows) -> Any:
    if value is None or isinstance(value, Exception):
        return value
    if kind.of is not None:
        replaced = ((item, _replaced(context, kind.of, item, rows)) for item in value)
        return [new for old, new in replaced if new is not None or old is None]
    if (fields := _types(context).get(kind.name)) is not None:
        own = {name: _replaced(context, reference, _attribute(value, name), rows) for name, reference in fields.items()}
        return {**value, **own} if isinstance(value, Mapping) else ReferringObject(value, own)
    return rows.get(_id_of(kind.name, value))


def _attribute(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name)


def _id_of(kind: str, value: object) -> str:
    identifier = value if isinstance(value, str) else _attribute(value, "id") if hasattr(value, "id") else None
    if isinstance(value, Mapping):
        identifier = value.get("id")
    if not isinstance(identifier, str):
        raise ValueError(f"a {kind} is returned as its id, or as an object with one; this is {type(value).__name__}")
    return identifier
