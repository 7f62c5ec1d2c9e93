"""References to GraphQL types, written as in a schema: `String!`, `[Sketch!]!`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from graphql import GraphQLSyntaxError, parse_type
from graphql.language import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode

TYPE_NAME = re.compile(r"_?[A-Z][A-Za-z0-9]*")
FIELD_NAME = re.compile(r"_?[a-z][A-Za-z0-9]*")
"""A leading underscore is for protocols that ask for it, such as the federation's `_service`."""


@dataclass(frozen=True, slots=True)
class TypeReference:
    """A type by name, or a list of another reference; and whether it is nullable."""

    name: str
    """The innermost type's name, also of a list."""
    of: TypeReference | None = None
    """For a list: the reference of its items."""
    nullable: bool = True

    def __str__(self) -> str:
        inner = self.name if self.of is None else f"[{self.of}]"
        return inner if self.nullable else f"{inner}!"

    def annotation(self, lookup: Callable[[str], object]) -> object:
        """Return the Python annotation (`list[X] | None`), where `lookup` gives the Python type of a name."""
        inner = lookup(self.name) if self.of is None else list[self.of.annotation(lookup)]  # type: ignore[misc]
        return inner | None if self.nullable else inner  # type: ignore[operator]


def parse_reference(text: str) -> TypeReference:
    """Read `text`.

    Raises
    ------
    ValueError: it isn't a reference to a type.
    """
    try:
        return _read(parse_type(text), nullable=True)
    except GraphQLSyntaxError as error:
        raise ValueError(f"'{text}' is not a GraphQL type; write one such as String, Int! or [Project!]!") from error


def _read(node: TypeNode, nullable: bool) -> TypeReference:
    if isinstance(node, NonNullTypeNode):
        return _read(node.type, nullable=False)
    if isinstance(node, ListTypeNode):
        of = _read(node.type, nullable=True)
        return TypeReference(of.name, of, nullable)
    assert isinstance(node, NamedTypeNode)
    return TypeReference(node.name.value, None, nullable)
