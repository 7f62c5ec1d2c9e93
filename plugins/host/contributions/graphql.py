"""GraphQL contributions of a plugin: types, fields, queries, mutations, subscriptions."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from plugins.host.contributions.declarations import (
    Declaration,
    must_be_camel,
    must_be_described,
    must_be_pascal,
    must_be_plain,
    must_be_roles,
)
from plugins.host.contributions.type_references import TypeReference, parse_reference

REQUIRED: object = type("Required", (), {"__repr__": lambda self: "REQUIRED"})()
"""The default of an argument that has none."""


@dataclass(frozen=True, kw_only=True)
class Argument(Declaration):
    """An argument of a field. Without a default it must be given, unless its type is nullable."""

    name: str
    type: str
    description: str
    default: object = REQUIRED

    def check(self) -> None:
        must_be_camel("an argument", self.name)
        must_be_described("argument", self.name, self.description)
        parse_reference(self.type)

    @property
    def reference(self) -> TypeReference:
        return parse_reference(self.type)


@dataclass(frozen=True, kw_only=True)
class _Output(Declaration):
    """What all fields share."""

    name: str
    type: str
    description: str
    arguments: Sequence[Argument] = ()
    visible_to: Iterable[str] | None = None
    """Names of the roles that may read it; None means every role. Others get an error with a code."""
    deprecated: str | None = None
    """What to use instead of a deprecated field."""
    time_limit: float | None = None
    """Seconds that one call may take; None means the host's `call_time_limit`."""

    def check(self) -> None:
        must_be_camel("a field", self.name)
        must_be_described("field", self.name, self.description)
        must_be_roles("field", self.name, self.visible_to)
        parse_reference(self.type)
        names = [argument.name for argument in self.arguments]
        for name in {name for name in names if names.count(name) > 1}:
            raise ValueError(f"field '{self.name}' has two arguments named '{name}'")

    @property
    def reference(self) -> TypeReference:
        return parse_reference(self.type)


@dataclass(frozen=True, kw_only=True)
class TypeField(_Output):
    """A field of an `ObjectType`: the value of the same name (`snake_case`) of the returned object or mapping."""

    def check(self) -> None:
        super().check()
        unused = "arguments" if self.arguments else "time_limit" if self.time_limit is not None else None
        if unused:
            raise ValueError(
                f"field '{self.name}' of a type has {unused}, which would be ignored, because no function answers "
                "it: add it with Field(on=...) instead"
            )


@dataclass(frozen=True, kw_only=True)
class ObjectType(Declaration):
    """A GraphQL object type. Its values are objects with attributes, or mappings, as `fields` names them.

    With `prefixes` and `by_ids` it implements `Node`: `node` and `nodes` find its values by their ids.
    """

    name: str
    description: str
    fields: Sequence[TypeField]
    prefixes: Sequence[str] = ()
    """What the ids of its values begin with, before an underscore, as `roadshow.new_id` writes them."""
    by_ids: Callable[..., Sequence[object | None]] | None = None
    """(context, ids) -> the values in the order of the ids; None for what is unknown or the actor may not see."""

    def check(self) -> None:
        must_be_pascal("a type", self.name)
        must_be_described("type", self.name, self.description)
        if not self.fields:
            raise ValueError(f"type '{self.name}' has no fields, which GraphQL doesn't allow")
        names = [each.name for each in self.fields]
        for name in {name for name in names if names.count(name) > 1}:
            raise ValueError(f"type '{self.name}' has two fields named '{name}'")
        if bool(self.prefixes) != (self.by_ids is not None):
            raise ValueError(f"type '{self.name}' has only one of prefixes and by_ids; give both, or neither")
        if self.prefixes:
            wrong = [each for each in self.prefixes if not re.fullmatch(r"[a-z][a-z0-9]{1,7}", each)]
            if wrong:
                raise ValueError(
                    f"'{wrong[0]}' can't be a prefix of type '{self.name}': use two to eight small letters or digits, "
                    "a letter first"
                )
            if ("id", "ID!") not in [(each.name, each.type) for each in self.fields]:
                raise ValueError(f"type '{self.name}' is found by id, so it needs the field id: ID!")


@dataclass(frozen=True, kw_only=True)
class EnumType(Declaration):
    """A GraphQL enum. `values` gives each value (`UPPER_CASE`) its description; resolvers see its name."""

    name: str
    description: str
    values: Mapping[str, str]

    def check(self) -> None:
        must_be_pascal("a type", self.name)
        must_be_described("type", self.name, self.description)
        for value in self.values:
            if not re.fullmatch(r"[A-Z][A-Z0-9_]*", value):
                raise ValueError(f"'{value}' can't be a value of enum '{self.name}': use UPPER_CASE")
        if not self.values:
            raise ValueError(f"enum '{self.name}' has no values")


@dataclass(frozen=True, kw_only=True)
class ScalarType(Declaration):
    """A GraphQL scalar. Its values are JSON, as they come and as they go."""

    name: str
    description: str

    def check(self) -> None:
        must_be_pascal("a type", self.name)
        must_be_described("type", self.name, self.description)


@dataclass(frozen=True, kw_only=True)
class InputType(Declaration):
    """A GraphQL input type. Resolvers get it as a mapping with `snake_case` keys."""

    name: str
    description: str
    fields: Sequence[Argument]

    def check(self) -> None:
        must_be_pascal("a type", self.name)
        must_be_described("type", self.name, self.description)
        if not self.fields:
            raise ValueError(f"input '{self.name}' has no fields, which GraphQL doesn't allow")


GraphQLType: TypeAlias = ObjectType | EnumType | InputType | ScalarType


@dataclass(frozen=True, kw_only=True)
class Field(_Output):
    """A field on a type that exists already, resolved for a list of parents at once.

    `resolve(parents, context, **arguments)` returns a sequence as long as `parents`, in their order. Parents
    are read-only objects with an `id` and the columns of their entity. An item that is an exception becomes
    an error at its place alone.
    """

    on: str
    resolve: Callable[..., Sequence[object]]
    needs: Sequence[str] = ()
    """Columns of the parent that `resolve` reads, beside `id`; empty means all, which costs more."""
    expression: Callable[[Any], object] | None = None
    """If given, the field can be filtered by and ordered by: a function of the parent's model (`Project`)
    that returns a SQLAlchemy expression with the field's value."""

    def check(self) -> None:
        super().check()
        must_be_pascal("a type", self.on)
        must_be_plain("field", self.name, self.resolve)

    @property
    def coordinate(self) -> str:
        """The field's schema coordinate, such as `Project.sketch`."""
        return f"{self.on}.{self.name}"


@dataclass(frozen=True, kw_only=True)
class Query(_Output):
    """A field on `Query`. `resolve(context, **arguments)` returns its value."""

    resolve: Callable[..., object]

    def check(self) -> None:
        super().check()
        must_be_plain("query", self.name, self.resolve)


@dataclass(frozen=True, kw_only=True)
class Mutation(_Output):
    """A field on `Mutation`. `resolve(context, **arguments)` returns its value.

    It writes through `context.write()`, one transaction, with actor and change log handled. A call past its time limit
    doesn't commit.
    """

    resolve: Callable[..., object]

    def check(self) -> None:
        super().check()
        must_be_plain("mutation", self.name, self.resolve)


@dataclass(frozen=True, kw_only=True)
class Subscription(_Output):
    """A field on `Subscription`. `subscribe(context, **arguments)` is an asynchronous generator of its values."""

    subscribe: Callable[..., AsyncIterator[object]]

    def check(self) -> None:
        super().check()
        if self.time_limit is not None:
            raise ValueError(
                f"subscription '{self.name}' has a time_limit, but a subscription waits as long as it likes"
            )


def python_names(arguments: Mapping[str, object]) -> dict[str, object]:
    """Arguments by their Python names (`snake_case`), whichever they came by."""
    return {snake_case(name): value for name, value in arguments.items()}


def snake_case(name: str) -> str:
    """Return `landingPlace` -> `landing_place`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
