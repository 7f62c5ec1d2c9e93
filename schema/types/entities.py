"""Strawberry types of every entity: the object, its pages, its filter and its order."""

from __future__ import annotations

from collections.abc import Iterable
from enum import EnumMeta

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument, Declaration, GivenArguments, Row
from schema.declarations.computed import Ranking
from schema.declarations.entities import Entity
from schema.declarations.registry import Registry
from schema.declarations.relations import PAGE_ARGUMENTS, Connection
from schema.reference.connections import ConnectionSource
from schema.reference.resolvers import resolver_of
from schema.sql.filtering import filter_arguments
from schema.sql.ordering import sortable
from schema.sql.scope import camel
from schema.types.labels import with_article, words
from schema.types.rankings.inputs import RANKING_ARGUMENTS
from schema.types.type_names import (
    Names,
    enum_of,
    enum_type,
    id_of,
    identified_type,
    input_type,
    interface_type,
    object_type,
    output_field,
    union_type,
)


def define_entities(names: Names, registry: Registry) -> None:
    """Define Node, and for each entity the object, connection, edge, filter and order types."""

    def name_of(row: Row, info: object, abstract: object) -> str | None:
        identifier = id_of(row)
        kind = registry.of_id(identifier) or registry.identified_by(identifier)
        return kind.name if kind else None

    interface_type(
        names, "Node", "Anything with an id.", [output_field(names, "id", "ID!", "Its opaque, unique id.")],
        name_of,
    )  # fmt: skip
    types: dict[str, type] = {}
    for entity in registry.entities.values():
        fields = fields_of(names, registry, entity.name, entity.fields.values())
        types[entity.name] = identified_type(names, entity.name, entity.description, fields, entity.prefix)
    for group in registry.groups.values():
        object_type(names, group.name, group.description, fields_of(names, registry, group.name, group.fields.values()))
    union_type(names, "Counterpart", "An investor or a place.", [types["Investor"], types["Place"]])
    for name in _listed(registry):
        _define_pages(names, registry.entities[name])


def fields_of(
    names: Names, registry: Registry, type_name: str, declarations: Iterable[Declaration]
) -> list[StrawberryField]:
    """Return the Strawberry fields of declarations."""
    return [
        output_field(
            names, each.name, each.type, each.description, arguments=arguments_of(registry, each),
            resolve=resolver_of(type_name, each), declaration=each, deprecated=each.deprecated,
        )
        for each in declarations
    ]  # fmt: skip


def arguments_of(registry: Registry, declaration: Declaration) -> tuple[Argument, ...]:
    """Return the arguments of a declared field; a connection's follow from its target."""
    if isinstance(declaration, Ranking):
        return (
            Argument("filter", f"{declaration.target}Filter", "Only rows that meet this are ranked.", None),
            *RANKING_ARGUMENTS,
        )
    if not isinstance(declaration, Connection):
        return declaration.arguments
    target = registry.entities[declaration.target]
    order = [Argument("order_by", f"[{target.name}Order!]", "The order; the id breaks ties.", None)]
    return (
        Argument("filter", f"{target.name}Filter", "Only rows that meet this.", None),
        *(order if sortable(target) else ()),
        *PAGE_ARGUMENTS,
    )


def _listed(registry: Registry) -> list[str]:
    """Entities that some connection or ranking lists, in the order of their declaration."""
    declared = [
        *registry.root.values(),
        *(field for entity in registry.entities.values() for field in entity.fields.values()),
        *(field for group in registry.groups.values() for field in group.fields.values()),
    ]
    targets = {each.target for each in declared if isinstance(each, Connection | Ranking)}
    return [name for name in registry.entities if name in targets]


def _define_pages(names: Names, entity: Entity) -> None:
    name = entity.name
    object_type(names, f"{name}Edge", f"{with_article(words(name)).capitalize()} on a page.", [
        output_field(names, "node", f"{name}!", f"The {words(name)}."),
        output_field(names, "cursor", "String!", "Its position, for `after` and `before`."),
    ])  # fmt: skip
    object_type(names, f"{name}Connection", f"A page of {words(name)} records.", [
        output_field(names, "edges", f"[{name}Edge!]!", "The rows of the page, in order.", resolve=_edges),
        output_field(names, "nodes", f"[{name}!]!", "The rows of the page without their cursors, in order.",
                     resolve=_nodes),
        output_field(names, "page_info", "PageInfo!", "Where the page begins and ends.", resolve=_page_info),
        output_field(names, "total_count", "Int!", "Number of rows on all pages; counted only on request.",
                     resolve=lambda source, context, _: source.total_count()),
    ])  # fmt: skip
    input_type(names, f"{name}Filter", f"Selects {words(name)} records; all given conditions must hold.", [
        Argument("and_", f"[{name}Filter!]", "All of these hold.", None, "and"),
        Argument("or_", f"[{name}Filter!]", "At least one of these holds.", None, "or"),
        Argument("not_", f"{name}Filter", "This doesn't hold.", None, "not"),
        *filter_arguments(entity),
    ])  # fmt: skip
    if fields := sortable(entity):
        described = {each: declaration.description for each, declaration in fields.items()}
        enum_type(names, _order_fields(name, described))
        input_type(names, f"{name}Order", f"An order of {words(name)} records.", [
            Argument("field", f"{name}OrderField!", "By what."),
            Argument("direction", "OrderDirection!", "Which way.", "ASC"),
        ])  # fmt: skip


def _order_fields(name: str, described: dict[str, str]) -> EnumMeta:
    return enum_of(
        f"{name}OrderField",
        f"Fields by which {words(name)} records can be ordered.",
        {each.upper(): text for each, text in described.items()},
        {each.upper(): each for each in described},
    )


async def _edges(source: ConnectionSource, context: object, arguments: GivenArguments) -> object:
    return (await source.page()).edges


async def _nodes(source: ConnectionSource, context: object, arguments: GivenArguments) -> object:
    return [edge.node for edge in (await source.page()).edges]


async def _page_info(source: ConnectionSource, context: object, arguments: GivenArguments) -> object:
    return (await source.page()).page_info


__all__ = ["arguments_of", "camel", "define_entities", "fields_of"]
