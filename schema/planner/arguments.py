"""A field's arguments as plain data, exactly as the reference executor's resolvers get them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLField,
    Node,
    VariableNode,
    Visitor,
    get_named_type,
    is_required_argument,
    is_scalar_type,
    visit,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from schema.declarations.base import plain
from schema.planner.variables import Variables

_NONE: Mapping[str, Any] = {}


class Arguments:
    """Reads the arguments of one field. Those without variables are read once; single scalars by a short way."""

    def __init__(self, strawberry_schema: Any, definition: GraphQLField, node: FieldNode) -> None:
        self._schema = strawberry_schema
        self._definition = definition
        self._node = node
        self._field: StrawberryField = definition.extensions["strawberry-definition"]
        self.constant: Mapping[str, Any] | None = None
        self.constant_key = b""
        self._short: list[tuple[str, str]] | None = None
        if not definition.args:
            self.constant = _NONE
        elif not _uses_variables(node):
            self.constant = self._read(None)
        else:
            self._short = self._names()
        if self.constant is not None:
            self.constant_key = key_of(self.constant)

    def read(self, variables: Variables) -> Mapping[str, Any]:
        """The arguments by their names in Python; what wasn't given and has no default is left out."""
        if self.constant is not None:
            return self.constant
        if self._short is not None:
            coerced = variables.coerced
            return {name: coerced[variable] for name, variable in self._short if variable in coerced}
        found: Mapping[str, Any] | None = variables.memo.get(self)
        if found is None:
            found = variables.memo[self] = self._read(variables.full)
        return found

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

    def _names(self) -> list[tuple[str, str]] | None:
        """(name in Python, variable) of each argument, where all are variables of a scalar type without default."""
        given = {each.name.value: each.value for each in self._node.arguments or ()}
        names = {self._schema.config.name_converter.from_argument(each): each.python_name
                 for each in self._field.arguments}  # fmt: skip
        found = []
        for name, declared in self._definition.args.items():
            value = given.get(name)
            if value is None:
                if str(declared.default_value) != "Undefined" or is_required_argument(declared):
                    return None
                continue
            if not isinstance(value, VariableNode) or not is_scalar_type(get_named_type(declared.type)):
                return None
            if declared.type is not get_named_type(declared.type) and str(declared.type) != "ID!":
                return None
            found.append((str(names[name]), value.name.value))
        return found


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
