"""The schema as deterministic text, and the changes between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from graphql import (
    GraphQLEnumType,
    GraphQLSchema,
    build_schema,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    lexicographic_sort_schema,
    print_schema,
)
from graphql.utilities import DangerousChangeType, find_breaking_changes, find_dangerous_changes

_ADDED = (DangerousChangeType.OPTIONAL_ARG_ADDED, DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED)
"""Additions that no operation meets: arguments and fields of inputs that may be omitted."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new schema does to clients of the old one."""

    breaking: tuple[str, ...]
    """Sentences: an operation that was valid isn't any more."""
    dangerous: tuple[str, ...]
    """Sentences: an operation stays valid, but may meet what it doesn't expect, such as a new enum value."""
    added: tuple[str, ...] = ()
    """Coordinates of new types, and of new fields, arguments and enum values of types that were there."""
    deprecated: tuple[str, ...] = ()
    """Coordinates newly deprecated, each with its reason."""

    @property
    def text(self) -> str:
        """A report: one change a line, breaking ones first."""
        return "\n".join(
            [*(f"Breaking: {each}" for each in self.breaking), *(f"Dangerous: {each}" for each in self.dangerous)]
        )


def sdl(schema: GraphQLSchema) -> str:
    """Print `schema` with types and fields by name and enum values as declared; it ends with a line break."""
    ordered = lexicographic_sort_schema(schema)
    for name, kind in ordered.type_map.items():
        if isinstance(kind, GraphQLEnumType):
            declared = cast(GraphQLEnumType, schema.type_map[name]).values
            kind.values = {value: kind.values[value] for value in declared}
    return print_schema(ordered) + "\n"


def changes(before: str, after: str) -> Changes:
    """List what changed from one text to another. Raises GraphQLSyntaxError where one isn't a schema."""
    old, new = build_schema(before), build_schema(after)
    was, now = dict(_coordinates(old)), dict(_coordinates(new))
    dangerous = (each for each in find_dangerous_changes(old, new) if each.type not in _ADDED)
    return Changes(
        tuple(sorted(each.description for each in find_breaking_changes(old, new))),
        tuple(sorted(each.description for each in dangerous)),
        tuple(sorted(each for each in now if each not in was and _owner(each) in (each, *was))),
        tuple(sorted(f"{each}: {reason}" for each, reason in now.items() if reason and not was.get(each))),
    )


def _owner(coordinate: str) -> str:
    """Return the coordinate without its last part: `Type.field` of `Type.field(argument:)`; a type is its own."""
    if "(" in coordinate:
        return coordinate.partition("(")[0]
    return coordinate.rpartition(".")[0] or coordinate


def _coordinates(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Yield each type, field, argument and enum value with the reason of its deprecation."""
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        yield name, None
        if is_object_type(kind) or is_interface_type(kind):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field.deprecation_reason
                for argument_name, argument in field.args.items():
                    yield f"{name}.{field_name}({argument_name}:)", argument.deprecation_reason
        elif is_input_object_type(kind):
            for field_name, given in kind.fields.items():
                yield f"{name}.{field_name}", given.deprecation_reason
        elif is_enum_type(kind):
            for value_name, value in kind.values.items():
                yield f"{name}.{value_name}", value.deprecation_reason
