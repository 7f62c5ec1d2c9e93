"""Registers tables of plugins in the places where core's are listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from store.bulk.shapes import REFERENCES, forget_shape
from store.documents.vocabulary import IDENTITY, LINKS, MONEY, NAMES, LinkField, MoneyField
from store.imports.kinds import KINDS, Kind
from store.models import ENTITIES
from store.models.base import Identified, table_of
from store.search.fields import SEARCHABLE, SearchFields


@dataclass(frozen=True, slots=True)
class PluginTable:
    """What the store knows of a plugin's entity."""

    name: str
    """What data documents call it: the GraphQL type."""
    model: type[Identified]
    search: SearchFields | None = None
    references: Mapping[str, str] = field(default_factory=dict)
    """Column to the table it refers to."""
    links: Mapping[str, LinkField] = field(default_factory=dict)
    """Lists of a record, each with its link table."""
    link_targets: Mapping[str, str] = field(default_factory=dict)
    """For each list the table that it leads to."""
    money: Mapping[str, MoneyField] = field(default_factory=dict)
    kind: Kind | None = None
    """How files of it are imported."""
    person: str | None = None
    """The column with the talent whose data a row is."""


PERSONAL: dict[type[Identified], PluginTable] = {}
"""Tables whose rows are erased with a person."""


def register(tables: Iterable[PluginTable]) -> None:
    """Make the tables known for as long as the process runs."""
    for table in tables:
        for listed, key, value in _entries(table):
            listed[key] = value
        _forget(table)


@contextmanager
def registered(tables: Iterable[PluginTable]) -> Iterator[None]:
    """As `register`, until the block ends."""
    added = tuple(tables)
    register(added)
    try:
        yield
    finally:
        for table in added:
            for listed, key, _ in _entries(table):
                listed.pop(key, None)
            _forget(table)


def _forget(table: PluginTable) -> None:
    for model in (table.model, *(link.model for link in table.links.values())):
        forget_shape(model)


def _entries(table: PluginTable) -> Iterator[tuple[dict[Any, Any], object, object]]:
    """The dictionaries of core that list tables, with what each gets."""
    model = table.model
    yield ENTITIES, model.prefix, model
    yield NAMES, model, table.name
    yield REFERENCES, model, table.references
    yield LINKS, model, dict(table.links)
    yield MONEY, model, dict(table.money)
    if table.search is not None:
        yield SEARCHABLE, model.prefix, table.search
    if table.kind is not None:
        yield KINDS, table.kind.name, table.kind
    if table.person is not None:
        yield PERSONAL, model, table
    owner = str(table_of(model).name)
    for name, link in table.links.items():
        yield REFERENCES, link.model, {link.parent: owner, link.target: table.link_targets[name]}
        yield IDENTITY, link.model, (link.parent, link.target)
