"""A field's arguments as plain data, exactly as the reference executor's resolvers get them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

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
from graphql.pyutils import Undefined
from sqlalchemy import String, bindparam
from strawberry.schema import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from schema.compiled.run.variables import Variables
from schema.declarations.base import GivenArguments, plain

_NONE: GivenArguments = {}
_CURSORS = ("after", "before")


class Arguments:
    """Reads the arguments of one field. Those without variables are read once, single scalars by a fast path."""

    def __init__(
        self,
        strawberry_schema: Schema,
        definition: GraphQLField,
        node: FieldNode,
        samples: VariableValues | None = None,
    ) -> None:
        self._schema = strawberry_schema
        self._definition = definition
        self._node = node
        self._field: StrawberryField = definition.extensions["strawberry-definition"]
        self.constant: GivenArguments | None = None
        self.constant_key = b""
        self._short: list[tuple[str, str]] | None = None
        self._late: _LateArguments | None = None
        self._problem: Exception | None = None
        """Why arguments without variables can't be used."""
        if not definition.args:
            self.constant = _NONE
        elif not _variables(node):
            try:
                self.constant = self._read(None)
            except Exception as problem:
                self._problem = problem
        else:
            self._short = self._names()
            if self._short is None and samples is not None:
                self._late = self._with_late_ids(samples)
        if self.constant is not None:
            self.constant_key = key_of(self.constant)

    def read(self, variables: Variables) -> GivenArguments:
        """Return the arguments by their Python names, without those neither given nor defaulted.

        Raises the field's error if they can't be used.
        """
        if self.constant is not None:
            return self.constant
        if self._problem is not None:
            raise self._problem
        if self._short is not None and not variables.odd:
            coerced = variables.coerced
            return {name: coerced[variable] for name, variable in self._short if variable in coerced}
        return variables.read_once(self, self._read)

    def fresh(self, variables: Variables) -> dict[str, object]:
        """As `read`, for somebody who may change them: nothing in them is shared."""
        return self._read(None if self.constant is not None else variables.full)

    def read_late(self, variables: Variables) -> tuple[GivenArguments, Hashable, dict[str, object]]:
        """The arguments for SQL, a key of all but their cursors, and values of parameters that stand in them.

        Ids that variables put into filters are parameters, so that the SQL text is the same for all.
        """
        late = self._late
        if late is None or variables.odd:
            return self.read_whole(variables)
        coerced = variables.coerced
        given = {name: coerced[variable] for name, variable in late.direct if variable in coerced}
        key = tuple(item for item in given.items() if item[0] not in _CURSORS)
        return {**late.fixed, **given}, key, {f"late_id_{name}": coerced[name] for name in late.names}

    def read_whole(self, variables: Variables) -> tuple[GivenArguments, Hashable, dict[str, object]]:
        """As `read_late`, without parameters."""
        result = self.read(variables)
        if self.constant is not None:
            return result, self.constant_key, {}
        return result, key_of({name: value for name, value in result.items() if name not in _CURSORS}), {}

    def without_late(self) -> None:
        """Stop using parameters for ids."""
        self._late = None

    def _read(self, variables: VariableValues | None) -> dict[str, object]:
        given = get_argument_values(self._definition, self._node, variables)
        converted = convert_arguments(
            given, self._field.arguments, self._schema.schema_converter.scalar_registry, self._schema.config
        )
        lenient = getattr(self._field, "lenient", False)
        return {name: plain(value, lenient) for name, value in converted.items()}

    def _with_late_ids(self, samples: VariableValues) -> _LateArguments | None:
        """Replace ids by parameters; None if a variable is used for anything but a required id."""
        direct, within = [], set()
        names = self._python_names()
        for argument in self._node.arguments or ():
            value = argument.value
            if isinstance(value, VariableNode):
                declared = self._definition.args[argument.name.value]
                if not is_scalar_type(declared.type) or declared.default_value is not Undefined:
                    return None
                direct.append((names[argument.name.value], value.name.value))
            else:
                within |= _variables(value)
        parameters = {}
        for name in within:
            if str(samples.sources[name].signature.type) != "ID!":
                return None
            parameters[name] = bindparam(f"late_id_{name}", type_=String)
        try:
            read = self._read(VariableValues(samples.sources, {**samples.coerced, **parameters}))
        except Exception:  # other arguments can't be used; reported when they are read
            return None
        fixed = {name: value for name, value in read.items() if name not in dict(direct)}
        return _LateArguments(tuple(direct), fixed, tuple(within))

    def _python_names(self) -> dict[str, str]:
        naming = self._schema.config.name_converter
        return {naming.from_argument(each): str(each.python_name) for each in self._field.arguments}

    def _names(self) -> list[tuple[str, str]] | None:
        """Return (Python name, variable) of each argument if all are variables of a scalar type without default."""
        given = {each.name.value: each.value for each in self._node.arguments or ()}
        names = self._python_names()
        named = []
        for name, declared in self._definition.args.items():
            value = given.get(name)
            if declared.default_value is not Undefined:  # what applies if nothing gives the variable a value
                return None
            if value is None:
                if is_required_argument(declared):
                    return None
                continue
            if not isinstance(value, VariableNode) or not is_scalar_type(get_named_type(declared.type)):
                return None
            if declared.type is not get_named_type(declared.type) and str(declared.type) != "ID!":
                return None
            named.append((names[name], value.name.value))
        return named


def key_of(arguments: GivenArguments) -> bytes:
    """Return equal bytes for equal arguments, whatever their order."""
    return orjson.dumps(arguments, default=repr, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True, slots=True)
class _LateArguments:
    direct: tuple[tuple[str, str], ...]
    """(Python name, variable) of arguments that are variables."""
    fixed: GivenArguments
    """All other arguments, with parameters in place of ids from variables."""
    names: tuple[str, ...]
    """The variables that provide ids."""


class _Finder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.found.add(node.name.value)


def _variables(node: Node) -> set[str]:
    finder = _Finder()
    for inner in (each.value for each in node.arguments or ()) if isinstance(node, FieldNode) else (node,):
        visit(inner, finder)
    return finder.found
