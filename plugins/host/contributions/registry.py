"""What all owners contributed, each with its owner and place. Frozen once the start is over."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from plugins.host.contributions.components import Component
from plugins.host.contributions.contributions import (
    ChangeListener,
    Command,
    CoreEntity,
    DataDocuments,
    EnumType,
    Eraser,
    Exporter,
    Field,
    Importer,
    InputType,
    Mutation,
    ObjectType,
    OperationRule,
    Page,
    Query,
    Route,
    RowRule,
    Subscription,
    Tables,
    TakenName,
    Task,
)
from plugins.host.contributions.kinds import Kind
from plugins.host.contributions.source_location import SourceLocation

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Entry(Generic[T_co]):
    """One contribution: `value` as its owner gave it, and who and where that is."""

    kind: Kind
    name: str
    owner: str
    place: SourceLocation
    value: T_co

    @property
    def point(self) -> str:
        """How messages, counts and circuits name it: `field Project.sketch`."""
        return f"{self.kind} {self.name}"

    def part(self, function: str) -> Entry[T_co]:
        """The same contribution, called by one of its several functions: `block near.query` has its own circuit."""
        return dataclasses.replace(self, name=f"{self.name}.{function}")


@dataclass(frozen=True)
class Contributions:
    """Every contribution of core and of all running plugins, in the order of plugins, core first."""

    tables: tuple[Entry[Tables], ...] = ()
    data: tuple[Entry[DataDocuments], ...] = ()
    importers: tuple[Entry[Importer], ...] = ()
    exporters: tuple[Entry[Exporter], ...] = ()
    change_listeners: tuple[Entry[ChangeListener], ...] = ()
    types: tuple[Entry[ObjectType | EnumType | InputType], ...] = ()
    fields: tuple[Entry[Field], ...] = ()
    queries: tuple[Entry[Query], ...] = ()
    mutations: tuple[Entry[Mutation], ...] = ()
    subscriptions: tuple[Entry[Subscription], ...] = ()
    permission_rules: tuple[Entry[RowRule | OperationRule], ...] = ()
    blocks: tuple[Entry[Component], ...] = ()
    gates: tuple[Entry[Component], ...] = ()
    encoders: tuple[Entry[Component], ...] = ()
    rerankers: tuple[Entry[Component], ...] = ()
    routes: tuple[Entry[Route], ...] = ()
    pages: tuple[Entry[Page], ...] = ()
    commands: tuple[Entry[Command], ...] = ()
    tasks: tuple[Entry[Task], ...] = ()
    erasers: tuple[Entry[Eraser], ...] = ()
    taken: tuple[Entry[TakenName], ...] = ()
    entities: tuple[Entry[CoreEntity], ...] = ()

    def __iter__(self) -> Iterator[Entry[Any]]:
        """Every entry, kind by kind."""
        for each in dataclasses.fields(self):
            yield from getattr(self, each.name)

    def by_kind(self) -> Iterator[tuple[str, tuple[Entry[Any], ...]]]:
        """The name of each collection, and its entries."""
        for each in dataclasses.fields(self):
            yield each.name, getattr(self, each.name)

    def of(self, owner: str) -> Contributions:
        """Those of one owner."""
        return self.where(lambda entry: entry.owner == owner)

    def where(self, keep: Callable[[Entry[Any]], bool]) -> Contributions:
        """Those for which `keep` is true, in the same order."""
        return Contributions(
            **{name: tuple(entry for entry in entries if keep(entry)) for name, entries in self.by_kind()}
        )

    def joined(self, other: Contributions) -> Contributions:
        """These, followed by the other's."""
        return Contributions(**{name: (*entries, *getattr(other, name)) for name, entries in self.by_kind()})

    def counts(self) -> dict[str, int]:
        """How many there are in each collection that isn't empty."""
        return {name: len(entries) for name, entries in self.by_kind() if entries}

    def fields_on(self, type_name: str) -> tuple[Entry[Field], ...]:
        """The fields that plugins add to a type."""
        return tuple(entry for entry in self.fields if entry.value.on == type_name)

    def row_rules_on(self, type_name: str) -> tuple[Entry[RowRule], ...]:
        """The rules that narrow which rows of a type are seen."""
        return tuple(
            entry  # type: ignore[misc]
            for entry in self.permission_rules
            if isinstance(entry.value, RowRule) and entry.value.on == type_name
        )

    def operation_rules_on(self, mutation: str) -> tuple[Entry[OperationRule], ...]:
        """The rules that narrow who may run a mutation."""
        return tuple(
            entry  # type: ignore[misc]
            for entry in self.permission_rules
            if isinstance(entry.value, OperationRule) and entry.value.mutation == mutation
        )
