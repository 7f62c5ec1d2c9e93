"""What prices read from the schema and from values of variables."""

from __future__ import annotations

from collections.abc import Collection

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from schema.cost import prices
from schema.declarations.columns import Column
from schema.types.type_names import DECLARATION


def size_of(value: object) -> int | None:
    """Return a number, or the length of a list; None for anything else."""
    if isinstance(value, list | tuple):
        return len(value)
    return int(value) if isinstance(value, int | float) and abs(value) < 2**31 else None


def conditions(value: object) -> float:
    """Count the fields of all objects in a value, however deep, and one more for each `VALUES` of a list."""
    if isinstance(value, dict):
        return sum(1 + conditions(each) for each in value.values())
    if isinstance(value, list):
        return len(value) // prices.VALUES + sum(conditions(each) for each in value if isinstance(each, dict | list))
    return 0.0


def names_field(value: object, name: str) -> bool:
    """As `Pricing._names`, for a variable's value."""
    if isinstance(value, dict):
        return value.get(name) is not None or any(names_field(each, name) for each in value.values())
    return isinstance(value, list) and any(names_field(each, name) for each in value if isinstance(each, dict | list))


def identifying(schema: GraphQLSchema, connection: GraphQLField) -> Collection[str]:
    """Return fields of a connection's filter with a unique value per row."""
    kind = get_named_type(connection.type)
    edges = kind.fields.get("nodes") if isinstance(kind, GraphQLObjectType) else None
    row = None if edges is None else get_named_type(edges.type)
    names = {"id"}
    if isinstance(row, GraphQLObjectType):
        for name, each in row.fields.items():
            metadata = getattr(each.extensions.get("strawberry-definition"), "metadata", None) or {}
            if isinstance(declaration := metadata.get(DECLARATION), Column) and declaration.identifying:
                names.add(name)
    return names


def definition_of(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    """Return the field of an object type or an interface; None for any other type."""
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        field: GraphQLField | None = parent.fields.get(name)
        return field
    return None


def is_entity(kind: GraphQLNamedType) -> bool:
    """Return whether values of a type are rows with their own ids."""
    if isinstance(kind, GraphQLUnionType):
        return True
    if isinstance(kind, GraphQLInterfaceType):
        return kind.name == "Node"
    return isinstance(kind, GraphQLObjectType) and any(each.name == "Node" for each in kind.interfaces)


def sized_from_above(parent: GraphQLNamedType | None) -> bool:
    """Return whether lists in ``parent`` are as long as its own field's arguments say."""
    return isinstance(parent, GraphQLObjectType) and (
        "pageInfo" in parent.fields or parent.name == "FitMatrix" or parent.name.endswith("UpsertPayload")
    )
