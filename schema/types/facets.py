"""The types of facets and their resolvers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from strawberry.types.field import StrawberryField

from plugins.host.manifest import CORE
from schema.declarations.base import Argument, Declaration, GivenArguments, Row
from schema.declarations.columns import LANGUAGE_ARGUMENT, Column, python_type, sql_column
from schema.declarations.entities import Entity
from schema.declarations.extensions import Extended
from schema.declarations.registry import Registry
from schema.declarations.relations import MAXIMUM_PAGE, Listing, Relation
from schema.request.context import Context
from schema.sql.facets import Counts, FacetQuery, ProjectFacetQuery
from schema.sql.page_sizes import first_of
from schema.types.labels import words
from schema.types.scalars import SCALARS
from schema.types.type_names import Names, Resolver, enum_of, enum_type, object_type, output_field
from store.enums import PlaceType
from store.values.localized import pick

_LABELS = {
    "OTHER": {"en": "Other", "zh": "其他"},
    "UNSTATED": {"en": "Not stated", "zh": "未说明"},
}
_FIRST = Argument("first", "Int", f"Maximum number of categories, 0 to {MAXIMUM_PAGE}; the rest is OTHER.", 20)
_COLUMNS = {
    "by_stage": ("funding_stage", "By funding stage."),
    "by_technology_level": ("technology_level", "By appraised level of technology."),
    "by_kind": ("kind", "By kind of project."),
    "by_status": ("status", "By lifecycle state."),
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """One category of a facet."""

    kind: str
    value: str | None
    node: Row
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """All categories of a facet."""

    buckets: list[Bucket]
    total: int


def define_facets(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define the types of facets; return the fields of `Query`."""
    enum_type(
        names,
        enum_of("FacetBucketKind", "The content of a facet's bucket.", {
            "VALUE": "One category.",
            "OTHER": "Items in other categories than those shown.",
            "UNSTATED": "Items that state none.",
        }),
    )  # fmt: skip
    object_type(names, "FacetBucket", "The count of one category.", [
        output_field(names, "kind", "FacetBucketKind!", "Its content."),
        output_field(names, "value", "String", "The category: an enum's value, or an id; null for OTHER and UNSTATED."),
        output_field(names, "label", "String", "The category's name.", arguments=[LANGUAGE_ARGUMENT],
                     resolve=_label),
        output_field(names, "node", "Node", "The category, if it is an entity."),
        output_field(names, "count", "Int!", "How many."),
    ])  # fmt: skip
    object_type(names, "Facet", "Counts by category. An item may be in several.", [
        output_field(names, "buckets", "[FacetBucket!]!", "Largest first, then OTHER and UNSTATED if there are any."),
        output_field(names, "total", "Int!", "Number of counted items."),
    ])  # fmt: skip
    project = registry.entities["Project"]
    scheme = Argument("scheme", "ID", "Only concepts of this vocabulary.", None)
    level = Argument("level", "PlaceType!", "By places of this type that the origin is or lies in.", "COUNTRY")
    object_type(names, "ProjectFacets", "Counts of visible projects that meet the filter.", [
        output_field(names, "by_track", "Facet!", "By track.", arguments=[_FIRST], resolve=_by_track),
        output_field(names, "by_industry", "Facet!", "By industry.", arguments=[_FIRST, scheme], resolve=_by_industry),
        output_field(names, "by_station", "Facet!", "By the station or organisation that recommended them.",
                     arguments=[_FIRST], resolve=_by_station),
        output_field(names, "by_origin", "Facet!", "By where they come from.", arguments=[_FIRST, level],
                     resolve=_by_origin),
        *(output_field(names, name, "Facet!", text, resolve=_by_column(column))
          for name, (column, text) in _COLUMNS.items()),
        *(_category(names, name, each) for name, each in categories(project) if isinstance(each, Extended)),
    ])  # fmt: skip
    return [
        output_field(
            names, "project_facets", "ProjectFacets!", "Counts of projects by category.",
            arguments=[Argument("filter", "ProjectFilter", "Only projects that meet this.", None)],
            resolve=lambda _, context, arguments:
            ProjectFacetQuery(context.scope, project, arguments.get("filter")),
        ),
        *(
            _facets_of(names, each, each.root[0])
            for each in registry.entities.values()
            if each.root is not None and each is not project and any(categories(each))
        ),
    ]  # fmt: skip


def _facets_of(names: Names, entity: Entity, one: str) -> StrawberryField:
    """Define an entity's facets by its declarations; return the field of `Query`."""
    label = words(entity.name)
    object_type(names, f"{entity.name}Facets", f"Counts of visible {label} records that meet the filter.", [
        _category(names, name, declaration) for name, declaration in categories(entity)
    ])  # fmt: skip

    def facets(_: object, context: Context, arguments: GivenArguments) -> FacetQuery:
        return FacetQuery(context.scope, entity, arguments.get("filter"))

    return output_field(
        names, f"{one}_facets", f"{entity.name}Facets!", f"Counts of {label} records by category.",
        arguments=[Argument("filter", f"{entity.name}Filter", f"Only {label} records that meet this.", None)],
        resolve=facets,
    )  # fmt: skip


def _category(names: Names, name: str, declaration: Declaration) -> StrawberryField:
    stored = declaration.inner if isinstance(declaration, Extended) else declaration
    return output_field(
        names, f"by_{name}", "Facet!", f"By this: {declaration.description}",
        arguments=[] if isinstance(stored, Column) else [_FIRST], resolve=_by(declaration),
    )  # fmt: skip


def categories(entity: Entity) -> Iterator[tuple[str, Declaration]]:
    """Return the fields of an entity by which records are counted, with the name of each category.

    They are what everybody may read: enums and truth values, other records, and lists of either.
    """
    for name, field in entity.fields.items():
        if (field.readers is not None and not field.narrowed) or field.deprecated:
            continue
        each = field.inner if isinstance(field, Extended) else field
        if isinstance(each, Column):
            kind = python_type(sql_column(each.model, each.column))
            if each.items is not None or name in _CODES:
                yield _SINGULAR.get(name, name), field
            elif kind is bool or issubclass(kind, Enum) or (kind is str and _is_of_enum(field, each)):
                yield name, field
        elif isinstance(each, Relation) and each.target not in ("Node", "Counterpart"):
            yield name, field
        elif isinstance(each, Listing) and each.join.through is not None:
            yield _SINGULAR.get(name, name), field


def _is_of_enum(field: Declaration, column: Column) -> bool:
    """Return whether a text column of a plugin holds values of one of the plugin's enums."""
    return field.owner != CORE and column.type.rstrip("!") not in _TEXTS


_TEXTS = frozenset({"String", "ID", *(scalar.name for scalar in SCALARS.values())})
_CODES = ("languages",)
"""Lists of codes, of which there are few."""
_SINGULAR = {
    "industries": "industry", "tracks": "track", "fields": "field", "skills": "skill", "stages": "stage",
    "project_kinds": "project_kind", "categories": "category", "languages": "language",
}  # fmt: skip


def _by(declaration: Declaration) -> Resolver:
    extension = declaration.extension if isinstance(declaration, Extended) else None
    stored = declaration.inner if isinstance(declaration, Extended) else declaration

    async def resolve(query: FacetQuery, context: Context, arguments: GivenArguments) -> Facet:
        session = context.session
        context.scope.require_everywhere(query.entity.name, declaration, "count")
        if isinstance(stored, Column):
            listed = stored.type.startswith("[")
            counts = (query.by_items if listed else query.by_column)(session, stored.column, extension)
        elif isinstance(stored, Relation):
            counts = query.by_relation(session, stored.target, stored.column, first_of(arguments), extension)
        else:
            assert isinstance(stored, Listing)
            counts = query.by_link(session, stored.join, first_of(arguments))
        return await _facet(context, counts, nodes=not isinstance(stored, Column))

    return resolve


async def _by_track(query: ProjectFacetQuery, context: Context, arguments: GivenArguments) -> Facet:
    return await _facet(context, query.by_track(context.session, first_of(arguments)), nodes=True)


async def _by_station(query: ProjectFacetQuery, context: Context, arguments: GivenArguments) -> Facet:
    return await _facet(context, query.by_station(context.session, first_of(arguments)), nodes=True)


async def _by_industry(query: ProjectFacetQuery, context: Context, arguments: GivenArguments) -> Facet:
    counts = query.by_industry(context.session, first_of(arguments), arguments.get("scheme"))
    return await _facet(context, counts, nodes=True)


async def _by_origin(query: ProjectFacetQuery, context: Context, arguments: GivenArguments) -> Facet:
    level = PlaceType[str(arguments["level"])]
    return await _facet(context, query.by_origin(context.session, first_of(arguments), level), nodes=True)


def _by_column(column: str) -> Any:
    async def resolve(query: ProjectFacetQuery, context: Context, _: object) -> Facet:
        context.scope.require_everywhere("Project", query.entity.fields[column], "count")
        return await _facet(context, query.by_column(context.session, column), nodes=False)

    return resolve


async def _facet(context: Context, counts: Counts, nodes: bool) -> Facet:
    rows = [None] * len(counts.values)
    if nodes:
        rows = list(await asyncio.gather(*(context.node(value) for value, _ in counts.values)))
    buckets = [Bucket("VALUE", value, row, count) for (value, count), row in zip(counts.values, rows, strict=True)]
    rest = [("OTHER", counts.other), ("UNSTATED", counts.unstated)]
    return Facet([*buckets, *(Bucket(kind, None, None, count) for kind, count in rest if count)], counts.total)


def _label(bucket: Bucket, context: Context, arguments: GivenArguments) -> str | None:
    texts = _LABELS.get(bucket.kind) if bucket.node is None else bucket.node.name
    return pick(texts, context.preferred(arguments.get("lang"))) if texts else bucket.value
