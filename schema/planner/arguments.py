"""A field's arguments as plain data, exactly as the reference executor's resolvers get them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import FieldNode, GraphQLField, Node, VariableNode, Visitor, visit
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from schema.declarations.base import plain

_NONE: Mapping[str, Any] = {}


class Arguments:
    """Reads the arguments of one field. Those without variables are read once."""

    def __init__(self, strawberry_schema: Any, definition: GraphQLField, node: FieldNode) -> None:
        self._schema = strawberry_schema
        self._definition = definition
        self._node = node
        self._field: StrawberryField = definition.extensions["strawberry-definition"]
        self.constant: Mapping[str, Any] | None = None
        self.constant_key = b""
        if not definition.args:
            self.constant = _NONE
        elif not _uses_variables(node):
            self.constant = self._read(None)
        if self.constant is not None:
            self.constant_key = key_of(self.constant)

    def read(self, variables: VariableValues) -> Mapping[str, Any]:
        """The arguments by their names in Python; what wasn't given and has no default is left out."""
        return self.constant if self.constant is not None else self._read(variables)

    def key(self, read: Mapping[str, Any]) -> bytes:
        """The same bytes for the same arguments."""
        return self.constant_key if read is self.constant else key_of(read)

    def _read(self, variables: VariableValues | None) -> Mapping[str, Any]:
        given = get_argument_values(self._definition, self._node, variables)
        converted = convert_arguments(
            given, self._field.arguments, self._schema.schema_converter.scalar_registry, self._schema.config
        )
        result: dict[str, Any] = {name: plain(value) for name, value in converted.items()}
        return result


def key_of(arguments: Mapping[str, Any]) -> bytes:
    """Bytes that are the same for the same arguments, of whatever order."""
    return orjson.dumps(arguments, default=repr, option=orjson.OPT_SORT_KEYS)


class _Finder(Visitor):
    found = False

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.found = True


def _uses_variables(node: FieldNode) -> bool:
    finder = _Finder()
    for argument in node.arguments or ():
        inner: Node = argument.value
        visit(inner, finder)
    return finder.found
