"""Builds a plan: walks an operation's selections and creates levels and the expressions of their rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.values import VariableValues
from sqlalchemy import Dialect
from strawberry.schema import Schema

from schema.compiled.plan.arguments import Arguments
from schema.compiled.plan.by_ids import ById
from schema.compiled.plan.levels import Level, Source
from schema.compiled.plan.selections import Selections
from schema.compiled.response.failures import FieldLocation, Shape
from schema.compiled.response.written import WrittenLevel
from schema.compiled.run.runtime import Runtime
from schema.declarations.base import Declaration, GivenArguments, Row
from schema.declarations.columns import TwofoldColumn
from schema.declarations.entities import Entity
from schema.declarations.registry import Registry
from schema.declarations.values import WrittenRow
from schema.execution.errors import NotCompilable
from schema.types.type_names import DECLARATION
from store.access.actors import Actor
from store.enums import Role


@dataclass(frozen=True, slots=True)
class Parts:
    """What the builder passes to modules that depend on it."""

    expression: Callable[[Declaration, Builder, Source, GraphQLField, FieldLocation], str]
    """Returns the expression of a declared field's value."""
    ranked_by: Callable[[Registry, str], str | None]
    """What rankings of a type rank; None for any other type."""
    ranking: Callable[[Builder, str, GraphQLObjectType, Sequence[FieldNode]], Callable[..., None]]
    """How a ranking of a target that a function gave is placed."""


class Builder:
    """Shared state of one plan while it is built, and when rows of further types appear."""

    def __init__(
        self, strawberry_schema: Schema, registry: Registry, dialect: Dialect, selections: Selections, role: Role,
        parts: Parts, samples: VariableValues | None = None,
    ) -> None:  # fmt: skip
        self.schema = strawberry_schema
        self.registry = registry
        self.dialect = dialect
        self.selections = selections
        self.parts = parts
        self.samples = samples
        self.actor = Actor(role)
        """Stands for everybody with the role: rules by field depend on no more."""
        self.needs_context = False
        """Whether a part calls functions that take a context."""
        self.statements = 0
        """Maximum number of statements, for the types known when planning."""
        self.lock = threading.RLock()

    def arguments(self, definition: GraphQLField, node: FieldNode) -> Arguments:
        """Return a reader of a field's arguments."""
        return Arguments(self.schema, definition, node, self.samples)

    def entity(self, name: str) -> Entity:
        return self.registry.entities[name]

    def object_type(self, name: str) -> GraphQLObjectType:
        """Return the object type of this name."""
        kind = self.selections.schema.get_type(name)
        if not is_object_type(kind):
            raise NotCompilable("type")
        return kind

    def by_id(self, entity: Entity, nodes: Sequence[FieldNode]) -> ById:
        """Return a level for rows of one entity."""
        level = ById(entity)
        self.statements += 1
        level.define(self.object(level.base, self.object_type(entity.name), nodes))
        return level

    def written(self, entity: Entity, nodes: Sequence[FieldNode]) -> WrittenLevel:
        """Return a level for rows of one entity that a mutation wrote."""
        level = WrittenLevel(entity, self.dialect)
        level.define(self.object(level.base, self.object_type(entity.name), nodes))
        return level

    def many_types(self, kind: GraphQLOutputType, nodes: Sequence[FieldNode]) -> ManyTypes:
        """Return a reader of rows of all types that a GraphQL type covers."""
        return ManyTypes(self, get_named_type(kind).name, nodes)

    def object(self, source: Source, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> str:
        """Return the expression of a row's object: of an entity, or of a group of its fields."""
        parts = []
        for key, same in self.selections.of(kind, nodes).items():
            parts.append(f"{key!r}: {self._field(source, kind, same)}")
        return "{" + ", ".join(parts) + "}"

    def _field(self, source: Source, kind: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        name = nodes[0].name.value
        if name == "__typename":
            return repr(kind.name)
        definition = kind.fields[name]
        declaration = declaration_of(definition)
        if declaration is None:
            if name != "id" or kind.name not in self.registry.entities:
                raise NotCompilable("field")
            return f"r[{source.column('id')}]"
        location = FieldLocation(kind.name, nodes)
        if isinstance(declaration, TwofoldColumn):
            return self._twofold(declaration, source, definition, location)
        rule = declaration.readers
        if rule is None:
            return self.parts.expression(declaration, self, source, definition, location)
        if not rule.may_read(self.actor):
            return f"{self._refused(source.level, declaration, definition, location, kind.name)}(r)"
        if rule.everywhere(self.actor):
            return self.parts.expression(declaration, self, source, definition, location)
        own = source.own(declaration)
        with source.level.guarded(own):
            expression = self.parts.expression(declaration, self, source, definition, location)
        if declaration.masked is not None:
            return f"({expression} if r[{own}] else r[{source.masked(declaration)}])"
        return f"({expression} if r[{own}] else {needed('None', source.level, definition, location)})"

    def _twofold(
        self, declaration: TwofoldColumn, source: Source, definition: GraphQLField, location: FieldLocation
    ) -> str:
        full, public = declaration.forms

        def form(column: Declaration) -> str:
            return self.parts.expression(column, self, source, definition, location)

        if declaration.whole.everywhere(self.actor):
            return form(full)
        if not declaration.whole.may_read(self.actor):
            return form(public)
        return f"({form(full)} if r[{source.own(full)}] else {form(public)})"

    def _refused(
        self, level: Level, declaration: Declaration, definition: GraphQLField, location: FieldLocation, type_name: str
    ) -> str:
        """Return the name of the placeholder for a field that the actor may not read."""
        arguments = self.arguments(definition, location.nodes[0])

        def fill(runtime: Runtime, rows: Sequence[Row], _: object) -> None:
            arguments.read(runtime.variables)  # report bad arguments first
            runtime.scope.require(type_name, declaration)

        return level.slot(fill, location)


class ManyTypes:
    """Reads rows of several types by id: one level per type, created when the first such id appears."""

    def __init__(self, builder: Builder, type_name: str, nodes: Sequence[FieldNode]) -> None:
        self.builder = builder
        self.nodes = nodes
        builder.statements += 0 if is_object_type(builder.selections.schema.get_type(type_name)) else 2
        schema = builder.selections.schema
        kind = schema.get_type(type_name)
        self.possible = {type_name}
        if is_abstract_type(kind):
            self.possible = {each.name for each in schema.get_possible_types(kind)}
        self.levels: dict[str, ById] = {}
        self._name = type_name
        self._written: WrittenLevel | None = None
        if is_object_type(kind):
            self._level(builder.entity(type_name))

    def read(self, runtime: Runtime, ids: Sequence[str]) -> dict[str, object]:
        """Objects by id, of those that the actor may see; ids of no type that there is are left out."""
        groups: dict[str, list[str]] = {}
        for identifier in ids:
            entity = runtime.registry.of_id(identifier)
            if entity is not None:
                groups.setdefault(entity.name, []).append(identifier)
        objects: dict[str, object] = {}
        for name, group in groups.items():
            if runtime.fast_path and name not in self.levels:
                raise NotCompilable("not at hand")
            level = self._level(runtime.registry.entities[name])
            read = level.read(runtime, group)
            if read and name not in self.possible:
                raise NotCompilable("type")
            objects.update(read)
        return objects

    def written(self, runtime: Runtime, rows: Sequence[WrittenRow]) -> list[object]:
        """Objects of rows that a mutation wrote, in their order."""
        if self._written is None:
            with self.builder.lock:
                self._written = self._written or self.builder.written(self.builder.entity(self._name), self.nodes)
        return self._written.read(runtime, rows)

    def _level(self, entity: Entity) -> ById:
        level = self.levels.get(entity.name)
        if level is None:
            with self.builder.lock:
                level = self.levels.get(entity.name)
                if level is None:
                    level = self.levels[entity.name] = self.builder.by_id(entity, self.nodes)
        return level


def declaration_of(definition: GraphQLField) -> Declaration | None:
    """Return the declaration behind a field."""
    field = definition.extensions.get("strawberry-definition")
    metadata: GivenArguments = getattr(field, "metadata", None) or {}
    declaration: Declaration | None = metadata.get(DECLARATION)
    return declaration


def shape_of(builder: Builder, operation: OperationDefinitionNode) -> Callable[[], Shape]:
    """Return a function that gives the shape of the whole response, for responses with failures."""
    kind = builder.selections.schema.get_root_type(operation.operation)
    assert kind is not None
    return lambda: Shape.root(builder.selections, kind, operation)


def required(definition: GraphQLField) -> bool:
    """Return whether a field may not be null."""
    return is_non_null_type(definition.type)


def needed(value: str, level: Level, definition: GraphQLField, location: FieldLocation) -> str:
    """Return the expression of a field's value, from a nullable one."""
    return f"need({value}, q, {level.constant(location)})" if required(definition) else value


def ids_of(rows: Sequence[Row], place: int) -> list[str]:
    """Return the ids in one column of rows, each once."""
    ids = dict.fromkeys([row[place] for row in rows])
    ids.pop(None, None)
    return list(ids)


Reads = Callable[[Runtime, Sequence[str]], GivenArguments]


def read_slot(level: Level, place: int, read: Reads, location: FieldLocation) -> str:
    """Return the name of what `read` gives for the ids in one column of the level's rows."""
    return level.slot(lambda runtime, rows, _: read(runtime, ids_of(rows, place)), location)
