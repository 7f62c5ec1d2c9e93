"""Registers tables of plugins in the places where core's are listed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from store.bulk.shapes import REFERENCES, forget_shape
from store.documents.vocabulary import IDENTITY, LINKS, MONEY, NAMES, LinkField, MoneyField
from store.imports.kinds import KINDS, Kind
from store.imports.kinds.field import Field
from store.imports.values.folding import folded
from store.models import ENTITIES
from store.models.base import HIDDEN, Identified, table_of
from store.search.fields import SEARCHABLE, SearchFields


@dataclass(frozen=True, slots=True)
class PluginTable:
    """What the store knows of a plugin's entity."""

    name: str
    """What data documents call it: the GraphQL type."""
    model: type[Identified]
    search: SearchFields | None = None
    references: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Column to the table it refers to."""
    links: Mapping[str, LinkField] = dataclasses.field(default_factory=dict)
    """Lists of a record, each with its link table."""
    link_targets: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """For each list the table that it leads to."""
    money: Mapping[str, MoneyField] = dataclasses.field(default_factory=dict)
    kind: Kind | None = None
    """How files of it are imported."""
    person: str | None = None
    """The column with the talent whose data a row is."""
    extends: type[Identified] | None = None
    """The model of the records of which it has further columns, by `record_id`."""
    import_fields: tuple[Field, ...] = ()
    """What files of those records may hold of it."""


PERSONAL: dict[type[Identified], PluginTable] = {}
"""Tables whose rows are erased with a person."""
EXTENSIONS: dict[type[Identified], PluginTable] = {}
"""Tables with further columns of other records."""


def register(tables: Iterable[PluginTable]) -> None:
    """Make the tables known for as long as the process runs."""
    for table in tables:
        for listed, key, value in _entries(table):
            listed[key] = value
        _forget(table)
        _extend_kinds(table, table.import_fields)


def hide(columns: Mapping[type, frozenset[str]]) -> None:
    """Count writes of these columns as private, because a plugin's rule hides them from some who see the row."""
    for model, names in columns.items():
        HIDDEN[model] = HIDDEN.get(model, frozenset()) | names


@contextmanager
def registered(
    tables: Iterable[PluginTable], hidden: Mapping[type, frozenset[str]] = MappingProxyType({})
) -> Iterator[None]:
    """As `register` and `hide`, until the block ends."""
    added, before = tuple(tables), dict(HIDDEN)
    register(added)
    hide(hidden)
    try:
        yield
    finally:
        HIDDEN.clear()
        HIDDEN.update(before)
        for table in added:
            for listed, key, _ in _entries(table):
                listed.pop(key, None)
            _forget(table)
            _extend_kinds(table, ())


def _extend_kinds(table: PluginTable, fields: Sequence[Field]) -> None:
    """Let files of the records that `table` extends hold `fields` of it, and no others of it.

    Raises TypeError for a header that means another field already.
    """
    for kind in [each for each in KINDS.values() if each.model is table.extends]:
        others = tuple(each for each in kind.fields if each.extension is not table.model)
        taken = {folded(header): each.name for each in others for header in (each.name, *each.headers)}
        for field in fields:
            for header in (field.name, *field.headers):
                if folded(header) in taken:
                    raise TypeError(
                        f"{table.name}.{field.name} is imported from the column '{header}', which means "
                        f"{taken[folded(header)]} in files of {kind.name}; leave that header out"
                    )
        KINDS[kind.name] = dataclasses.replace(kind, fields=(*others, *fields))


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
    if table.extends is not None:
        yield EXTENSIONS, model, table
    owner = str(table_of(model).name)
    for name, link in table.links.items():
        yield REFERENCES, link.model, {link.parent: owner, link.target: table.link_targets[name]}
        yield IDENTITY, link.model, (link.parent, link.target)
