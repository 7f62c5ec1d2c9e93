"""Completes values that functions return (a plugin's, the recommender's, a root field's).

Each value is put into the dict or list that holds it. Awaitables and entities are only recorded while building:
`settle` awaits all of them together and reads all rows of one selection with one statement.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.pyutils import Undefined, is_iterable
from graphql.pyutils import inspect as shown

from schema.compiled.plan.builder import Builder, ManyTypes
from schema.compiled.response.failures import FieldLocation
from schema.compiled.run.runtime import Runtime
from schema.declarations.values import WrittenRow
from schema.execution.errors import NotCompilable
from schema.execution.running import complete
from schema.types.type_names import DeclaredField

Key: TypeAlias = str | int
"""A response key, or a position in a list."""


class Holder(Protocol):
    """The dict or list that receives a value."""

    def __setitem__(self, key: Any, value: object, /) -> None: ...


Getter: TypeAlias = Callable[[Any, Runtime], object]
"""A field's value, from the object that it stands on."""
Completer: TypeAlias = Callable[[Any, "ResponseBuilder", Holder, Key], None]
"""(value, building, holder, key): put the value into the holder at the key."""


class Awaited(NamedTuple):
    """An awaited value, and where it goes."""

    value: Awaitable[object]
    place: Completer
    holder: Holder
    key: Key
    location: FieldLocation


class ResponseBuilder:
    """What is still open while values are completed."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.awaited: list[Awaited] = []
        self.entities: dict[ManyTypes, list[tuple[str, Holder, Key]]] = {}
        self.written: dict[ManyTypes, list[tuple[WrittenRow, Holder, Key]]] = {}

    def put(self, value: object, place: Completer, holder: Holder, key: Key, location: FieldLocation) -> None:
        """Place a field's value, or note that it is awaited. A value that is an exception is the field's error."""
        if isinstance(value, Exception):
            self.fail(value, holder, key, location)
        elif inspect.isawaitable(value):
            holder[key] = None  # reserves the position among the keys
            self.awaited.append(Awaited(value, place, holder, key, location))
        else:
            try:
                place(value, self, holder, key)
            except Exception as problem:
                self.fail(problem, holder, key, location)

    def fail(self, problem: Exception, holder: Holder, key: Key, location: FieldLocation) -> None:
        """Record that a field can't be given."""
        try:
            holder[key] = self.runtime.failure(problem, location)
        except Exception:  # then nothing more is awaited here
            for each in self.awaited:
                if inspect.iscoroutine(each.value):
                    each.value.close()
            raise

    def settle(self) -> None:
        """Await and read everything that is open."""
        while self.awaited:
            awaited, self.awaited = self.awaited, []

            async def gathered(waiting: list[Awaited] = awaited) -> list[object]:
                return await asyncio.gather(*(each.value for each in waiting), return_exceptions=True)

            for (_, place, holder, key, location), value in zip(awaited, complete(gathered()), strict=True):
                if isinstance(value, BaseException) and not isinstance(value, Exception):
                    raise value
                self.put(value, place, holder, key, location)
        for reader, open_places in self.entities.items():
            objects = reader.read(self.runtime, list(dict.fromkeys(each[0] for each in open_places)))
            for identifier, holder, key in open_places:
                if identifier not in objects:
                    raise NotCompilable("row")
                holder[key] = objects[identifier]
        self.entities = {}
        for reader, places in self.written.items():
            for (_, holder, key), built in zip(
                places, reader.written(self.runtime, [each[0] for each in places]), strict=True
            ):
                holder[key] = built
        self.written = {}


def completer(builder: Builder, kind: GraphQLOutputType, location: FieldLocation) -> Completer:
    """Return how values of a GraphQL type are completed, at a field or in its lists."""
    if is_non_null_type(kind):
        return _required(completer(builder, kind.of_type, location), location)
    if is_list_type(kind):
        return _listed(completer(builder, kind.of_type, location), location)
    if is_leaf_type(kind):
        return _leaf(kind)
    if is_abstract_type(kind) or get_named_type(kind).name in builder.registry.entities:
        return _entity(builder.many_types(kind, location.nodes))
    if is_object_type(kind):
        target = builder.parts.ranked_by(builder.registry, kind.name)
        if target is not None:
            return builder.parts.ranking(builder, target, kind, location.nodes)
        return object_completer(builder, kind, location.nodes)
    raise NotCompilable("type")


def object_completer(
    builder: Builder,
    kind: GraphQLObjectType,
    nodes: Sequence[FieldNode],
    given: Mapping[str, Callable[[Sequence[FieldNode]], Completer]] | None = None,
) -> Completer:
    """How objects are placed, field by field; `given` makes places of the object for fields, by name in Python."""
    fields: list[tuple[str, Getter, Completer, FieldLocation]] = []
    for key, same in builder.selections.of(kind, nodes).items():
        name = same[0].name.value
        location = FieldLocation(kind.name, same)
        if name == "__typename":
            fields.append((key, _itself, _constant(kind.name), location))
            continue
        definition = kind.fields[name]
        field = declared_field(definition)
        assert field.python_name is not None
        if given and field.python_name in given:
            fields.append((key, _itself, given[field.python_name](same), location))
        else:
            fields.append(
                (key, getter(builder, definition, same[0]), completer(builder, definition.type, location), location)
            )

    def place(value: Any, building: ResponseBuilder, holder: Holder, key: Key) -> None:
        if value is None:
            holder[key] = None
            return
        result: dict[str, object] = {}
        holder[key] = result
        for name, get, inner, location in fields:
            try:
                attribute = get(value, building.runtime)
            except Exception as problem:
                building.fail(problem, result, name, location)
            else:
                building.put(attribute, inner, result, name, location)

    return place


def declared_field(definition: GraphQLField) -> DeclaredField:
    """Return the field as the schema's own code defines it. Raises NotCompilable for others."""
    field = definition.extensions.get("strawberry-definition")
    if not isinstance(field, DeclaredField) or field.base_resolver is not None or field.extensions:
        raise NotCompilable("field")
    return field


def getter(builder: Builder, definition: GraphQLField, node: FieldNode) -> Getter:
    """A function of object and runtime that gives a field's value."""
    field = declared_field(definition)
    resolve, name = field.resolve, field.python_name
    if resolve is None:
        assert name is not None
        attribute: str = name
        return lambda value, _: value.get(attribute) if isinstance(value, Mapping) else getattr(value, attribute)
    arguments = builder.arguments(definition, node)
    builder.needs_context = True
    return lambda value, runtime: resolve(value, runtime.needed_context(), dict(arguments.read(runtime.variables)))


def _itself(value: object, _: Runtime) -> object:
    return value


def _required(inner: Completer, location: FieldLocation) -> Completer:
    def place(value: Any, building: ResponseBuilder, holder: Holder, key: Key) -> None:
        if value is None:
            building.fail(location.null(), holder, key, location)
        else:
            inner(value, building, holder, key)

    return place


def _listed(inner: Completer, location: FieldLocation) -> Completer:
    def place(value: Any, building: ResponseBuilder, holder: Holder, key: Key) -> None:
        if value is None:
            holder[key] = None
            return
        if not is_iterable(value):
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{location.coordinate}'.")
        items = list(value)
        completed: list[object] = [None] * len(items)
        holder[key] = completed
        for position, item in enumerate(items):
            building.put(item, inner, completed, position, location)

    return place


def _leaf(kind: GraphQLLeafType) -> Completer:
    coerce = kind.coerce_output_value

    def place(value: Any, building: ResponseBuilder, holder: Holder, key: Key) -> None:
        coerced = None
        if value is not None:
            coerced = coerce(value)
            if coerced is None or coerced is Undefined:
                raise TypeError(
                    f"Expected `{shown(kind)}.coerce_output_value({shown(value)})` to return non-nullable value, "
                    f"returned: {shown(coerced)}"
                )
        holder[key] = coerced

    return place


def _entity(reader: ManyTypes) -> Completer:
    def place(value: WrittenRow | Any, building: ResponseBuilder, holder: Holder, key: Key) -> None:
        holder[key] = None
        if isinstance(value, WrittenRow):
            building.written.setdefault(reader, []).append((value, holder, key))
        elif value is not None:
            building.entities.setdefault(reader, []).append((value.id, holder, key))

    return place


def _constant(text: str) -> Completer:
    def place(value: Any, building: ResponseBuilder, holder: Holder, key: Key) -> None:
        holder[key] = text

    return place
