"""The names of one schema, and Strawberry types from fields that refer to each other by name."""

from __future__ import annotations

import copy
import functools
import operator
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import EnumMeta, StrEnum
from types import MappingProxyType
from typing import Any, Optional, TypeAlias, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from plugins.host.contributions.type_references import TypeReference, parse_reference
from schema.declarations.base import REQUIRED, Argument, Declaration, GivenArguments, Row, plain
from schema.types import scalars

Defined = TypeVar("Defined")

DECLARATION = "declaration"
"""Metadata key of a field's declaration."""
OWNER = "owner"
"""Metadata key of the plugin that adds an undeclared field."""


Resolver: TypeAlias = Callable[[Any, Any, GivenArguments], object]
"""(source, context, arguments as plain data) -> the value or an awaitable of it."""


class Names(dict[str, Any]):
    """Python types by GraphQL name; annotations are evaluated in it when the schema is built."""

    def __init__(self) -> None:
        super().__init__(scalars.NAMES)
        self["Optional"] = Optional
        self._annotations: dict[str, StrawberryAnnotation] = {}

    def annotation(self, reference: str) -> StrawberryAnnotation:
        """Return the annotation of a type written as in a schema, shared by all fields so that it is evaluated once."""
        if (annotation := self._annotations.get(reference)) is None:
            annotation = self._annotations[reference] = StrawberryAnnotation(
                _python(parse_reference(reference)), namespace=self
            )
        return annotation

    def define(self, name: str, value: Defined) -> Defined:
        """Keep a type under its name. Raises ValueError if the name is taken."""
        if name in self:
            raise ValueError(f"the GraphQL type {name} is declared twice")
        self[name] = value
        return value


def _python(reference: TypeReference) -> str:
    inner = reference.name if reference.of is None else f"list[{_python(reference.of)}]"
    return f"Optional[{inner}]" if reference.nullable else inner


class DeclaredField(StrawberryField):
    """A field whose resolver comes from a declaration: called with row, context and plain arguments."""

    resolve: Resolver | None = None
    lenient: bool = False
    """Whether it tells itself which scalars can't be read."""

    @property
    def is_basic_field(self) -> bool:
        return self.resolve is None and self.base_resolver is None

    def get_result(self, source: object, info: Any, args: list[object], kwargs: dict[str, object]) -> object:
        if self.resolve is None:
            return super().get_result(source, info, args, kwargs)
        return self.resolve(source, info.context, plain(kwargs, self.lenient))

    def __copy__(self) -> DeclaredField:
        copied = super().__copy__()
        copied.resolve, copied.lenient = self.resolve, self.lenient
        return copied


def output_field(
    names: Names,
    name: str,
    reference: str,
    description: str,
    *,
    arguments: Sequence[Argument] = (),
    resolve: Resolver | None = None,
    declaration: Declaration | None = None,
    deprecated: str | None = None,
    graphql_name: str | None = None,
    owner: str | None = None,
) -> StrawberryField:
    """Build a field of an object type; without `resolve` its value is the attribute of the same name."""
    field = DeclaredField(
        python_name=name,
        graphql_name=graphql_name,
        type_annotation=names.annotation(reference),
        description=description,
        metadata={name: value for name, value in ((DECLARATION, declaration), (OWNER, owner)) if value},
        deprecation_reason=deprecated,
    )
    field.resolve = resolve
    field.arguments = [_argument(names, each) for each in arguments]
    return field


def _argument(names: Names, declared: Argument) -> StrawberryArgument:
    unset = declared.default is REQUIRED or declared.default is None
    return StrawberryArgument(
        python_name=declared.name,
        graphql_name=declared.graphql_name,
        type_annotation=names.annotation(declared.type),
        description=declared.description,
        default=UNSET if unset else copy.copy(declared.default),
    )


def object_type(
    names: Names,
    name: str,
    description: str,
    fields: Iterable[StrawberryField],
    *,
    interfaces: Sequence[type] = (),
    is_type_of: Callable[[Any, object], bool] | None = None,
) -> type:
    """Define an object type. `is_type_of` distinguishes its values within an interface or union."""
    extra = {"is_type_of": staticmethod(is_type_of)} if is_type_of else {}
    fields = list(fields)
    annotations = _annotations(fields)
    built: type = strawberry.type(_class(name, fields, interfaces, extra), name=name, description=description)
    _restore(built, annotations)
    return names.define(name, built)


def identified_type(
    names: Names, name: str, description: str, fields: Iterable[StrawberryField], *prefixes: str
) -> type:
    """Define an object type that implements Node; its values' ids begin with one of the prefixes."""
    starts = tuple(f"{each}_" for each in prefixes)
    return object_type(
        names, name, description, fields, interfaces=[names["Node"]],
        is_type_of=lambda value, _: id_of(value).startswith(starts),
    )  # fmt: skip


def id_of(value: Row) -> str:
    """Return the id of a row, or of what a plugin gives: an object or a mapping."""
    identifier: str = value["id"] if isinstance(value, Mapping) else value.id
    return identifier


def interface_type(
    names: Names,
    name: str,
    description: str,
    fields: Iterable[StrawberryField],
    resolve_type: Callable[[Any, object, object], str | None],
) -> type:
    """Define an interface."""
    fields = list(fields)
    annotations = _annotations(fields)
    body = _class(name, fields, (), {"resolve_type": staticmethod(resolve_type)})
    built: type = strawberry.interface(body, name=name, description=description)
    _restore(built, annotations)
    return names.define(name, built)


def input_type(names: Names, name: str, description: str, fields: Iterable[Argument]) -> type:
    """Define an input type; resolvers don't see missing fields without a default."""
    declared = []
    for each in fields:
        unset = each.default is REQUIRED or each.default is None
        required = each.default is REQUIRED and each.type.endswith("!")
        options: dict[str, Any] = {} if required else {"default": UNSET if unset else each.default}
        declared.append(
            StrawberryField(
                python_name=each.name,
                graphql_name=each.graphql_name,
                type_annotation=names.annotation(each.type),
                description=each.description,
                **options,
            )
        )
    annotations = _annotations(declared)
    built: type = strawberry.input(_class(name, declared, (), {}), name=name, description=description)
    _restore(built, annotations)
    return names.define(name, built)


def union_type(names: Names, name: str, description: str, members: Sequence[type]) -> object:
    """Define a union."""
    from typing import Annotated

    joined = functools.reduce(operator.or_, members)
    return names.define(name, Annotated[joined, strawberry.union(name, description=description)])


def enum_type(
    names: Names, kind: EnumMeta, name: str | None = None, more: Mapping[str, str] = MappingProxyType({})
) -> EnumMeta:
    """Define an enum by a Python enum whose members have a `description`, and a docstring of its own.

    `more` are names that this schema has besides, with descriptions; `kind` is `Open` then.
    """
    description = (kind.__doc__ or "").strip()
    members: GivenArguments = kind.__members__
    values = [
        EnumValue(name, member.value, description=getattr(member, "description", None))
        for name, member in members.items()
    ]
    values += [EnumValue(member, member, description=text) for member, text in more.items()]
    definition = StrawberryEnumDefinition(kind, name or kind.__name__, values, description)
    kind.__strawberry_definition__ = definition  # type: ignore[attr-defined]
    return names.define(name or kind.__name__, kind)


def enum_of(
    name: str, description: str, described: Mapping[str, str], values: Mapping[str, str] | None = None
) -> EnumMeta:
    """Build a Python enum of texts: each member's description by name, with its value if that isn't the name."""
    kind = StrEnum(name, {member: (values or {}).get(member, member) for member in described})  # type: ignore[misc]
    kind.__doc__ = description
    for member in kind:
        member.description = described[member.name]  # type: ignore[attr-defined]
    return kind


def _class(name: str, fields: Iterable[StrawberryField], bases: Sequence[type], extra: GivenArguments) -> type:
    body: dict[str, object] = {"__module__": __name__, "__annotations__": {}, **extra}
    for each in fields:
        assert each.python_name is not None
        body[each.python_name] = each
    return types.new_class(name, tuple(bases), {}, lambda namespace: namespace.update(body))


def _annotations(fields: Iterable[StrawberryField]) -> dict[str, StrawberryAnnotation | None]:
    """Return the fields' annotations by name, set aside because most name types not yet defined."""
    aside = {str(each.python_name): each.type_annotation for each in fields}
    for each in fields:
        each.type_annotation = StrawberryAnnotation(str)
    return aside


def _restore(built: type, annotations: Mapping[str, StrawberryAnnotation | None]) -> None:
    """Restore the fields' annotations."""
    for each in built.__strawberry_definition__.fields:  # type: ignore[attr-defined]
        if each.python_name in annotations:
            each.type_annotation = annotations[each.python_name]
