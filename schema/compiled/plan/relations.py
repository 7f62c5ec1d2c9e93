"""Expressions of what is read beside the row: relations, lists, connections, batches and rankings."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import GraphQLField

from schema.compiled.plan.builder import Builder, ids_of, read_slot, required
from schema.compiled.plan.by_ids import ByParent
from schema.compiled.plan.connections import pages
from schema.compiled.plan.fields import expression
from schema.compiled.plan.levels import Source
from schema.compiled.plan.rankings import ranking_slot
from schema.compiled.response.completing import ResponseBuilder, completer
from schema.compiled.response.failures import FieldLocation
from schema.compiled.response.parents import parents_of
from schema.compiled.run.runtime import Runtime
from schema.declarations.base import Row
from schema.declarations.computed import Batch, Ranking
from schema.declarations.relations import Connection, Listing, Relation
from schema.execution.errors import NotCompilable
from schema.reference.resolvers import call_batch

__all__ = ["expression"]


@expression.register
def _relation(
    declaration: Relation, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    if required(definition):
        raise NotCompilable("relation")
    level = source.level
    target = builder.registry.entities.get(declaration.target)
    if target is not None and _refers_to(source, declaration.column, target.table.name):
        joined = level.join(source, target, declaration.column)
        if joined is not None:
            identifier = joined.column("id")
            item = builder.object(joined, builder.object_type(target.name), location.nodes)
            return f"(None if r[{identifier}] is None else {item})"
    reader = builder.many_types(definition.type, location.nodes)
    place = source.column(declaration.column)
    return f"{read_slot(level, place, reader.read, location)}.get(r[{place}])"


def _refers_to(source: Source, column: str, table: str) -> bool:
    return any(key.target_fullname == f"{table}.id" for key in source.entity.table.c[column].foreign_keys)


@expression.register
def _listing(
    declaration: Listing, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    target = builder.entity(declaration.join.target)
    level = ByParent(target, declaration.join)
    builder.statements += 1
    level.define(builder.object(level.base, builder.object_type(target.name), location.nodes))
    place = source.column("id")
    return f"({read_slot(source.level, place, level.read, location)}.get(r[{place}]) or [])"


@expression.register
def _connection(
    declaration: Connection, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    if declaration.join is None:
        raise NotCompilable("connection")
    level = pages(builder, declaration, definition, location.nodes)
    place = source.column("id")
    return f"{read_slot(source.level, place, level.read, location)}[r[{place}]]"


@expression.register
def _batch(
    declaration: Batch, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    builder.needs_context = True
    arguments = builder.arguments(definition, location.nodes[0])
    place = completer(builder, definition.type, location)
    parents = parents_of(builder, source, declaration.needs)
    identifier = source.column("id")

    def fill(runtime: Runtime, rows: Sequence[Row], _: object) -> dict[str, object]:
        ids = ids_of(rows, identifier)
        if not ids:
            return {}
        context = runtime.needed_context()
        values = call_batch(declaration, parents(rows), context, dict(arguments.read(runtime.variables)))
        if len(values) != len(ids):
            raise ValueError(f"{location.coordinate} gave {len(values)} values for {len(ids)} parents")
        by_parent: dict[str, object] = {}
        building = ResponseBuilder(runtime)
        for each, value in zip(ids, values, strict=True):
            building.put(value, place, by_parent, each, location)
        building.settle()
        return by_parent

    return f"{source.level.slot(fill, location)}.get(r[{identifier}])"


@expression.register
def _ranking(
    declaration: Ranking, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    builder.needs_context = True
    identifier = source.column("id")
    slot = ranking_slot(builder, source.level, identifier, declaration, definition, location)
    return f"{slot}.get(r[{identifier}])"
