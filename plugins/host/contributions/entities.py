"""Entities that plugins declare, as far as the host reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from plugins.host.contributions.kinds import Kind


class StoredEntity(Protocol):
    """A type with rows in a table of the plugin's own. `schema.declarations.entities.Entity` is the whole of it."""

    @property
    def name(self) -> str:
        """Its GraphQL type."""

    @property
    def prefix(self) -> str:
        """The prefix of its ids."""

    @property
    def table_name(self) -> str: ...

    @property
    def column_names(self) -> frozenset[str]: ...

    @property
    def root_names(self) -> tuple[str, ...]:
        """The fields of `Query` that read it."""

    @property
    def ranking_name(self) -> str | None:
        """The field of `Project` that ranks it."""

    @property
    def ranked(self) -> object:
        """What the recommender ranks of it, if anything; the recommender's room knows its type."""

    @property
    def writable(self) -> bool:
        """Whether it has mutations."""


class StoredExtension(Protocol):
    """Stored fields that a plugin adds to an entity. `schema.declarations.extensions.Extension` is the whole of it."""

    @property
    def name(self) -> str: ...

    @property
    def on(self) -> str:
        """The GraphQL type extended."""

    @property
    def prefix(self) -> str:
        """The prefix of its rows' ids."""

    @property
    def table_name(self) -> str: ...

    @property
    def coordinates(self) -> tuple[str, ...]:
        """The fields that it adds, such as `Project.teamSize`."""


_RANKED = ("Ranked{}Connection", "Ranked{}Edge")
_TYPES = ("", "Connection", "Edge", "Facets", "Filter", "Order", "OrderField")
_WRITTEN = ("CreateInput", "Input", "Payload")
VERBS = ("create", "update", "archive", "restore")


def types_of(entity: StoredEntity) -> Iterator[str]:
    """The GraphQL types that an entity makes."""
    written = _WRITTEN if entity.writable else ()
    yield from (f"{entity.name}{ending}" for ending in (*_TYPES, *written))
    yield from (name.format(entity.name) for name in _RANKED if entity.ranked is not None)


def mutations_of(entity: StoredEntity) -> Iterator[str]:
    """The fields of `Mutation` that an entity makes."""
    yield from (f"{verb}{entity.name}" for verb in VERBS if entity.writable)


def names_of(entity: StoredEntity) -> Iterator[tuple[Kind, str]]:
    """All names that an entity takes."""
    yield (Kind.PREFIX, entity.prefix)
    yield from ((Kind.TYPE, name) for name in types_of(entity))
    facets = [f"{name}Facets" for name in entity.root_names[:1]]
    yield from ((Kind.FIELD, f"Query.{name}") for name in (*entity.root_names, *facets))
    if entity.ranking_name is not None:
        yield (Kind.FIELD, f"Project.{entity.ranking_name}")
    yield from ((Kind.FIELD, f"Mutation.{name}") for name in mutations_of(entity))


def names_of_extension(extension: StoredExtension) -> Iterator[tuple[Kind, str]]:
    """All names that an extension takes; a facet has the field's name after `by`."""
    yield (Kind.PREFIX, extension.prefix)
    for coordinate in extension.coordinates:
        yield (Kind.FIELD, coordinate)
        name = coordinate.partition(".")[2]
        yield (Kind.FIELD, f"{extension.on}Facets.by{name[:1].upper()}{name[1:]}")
