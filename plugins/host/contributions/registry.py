"""The contributions of all owners, each with owner and source location. Frozen once the start is over."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from plugins.host.contributions import contributions
from plugins.host.contributions.components import Component
from plugins.host.contributions.entities import StoredEntity, StoredExtension
from plugins.host.contributions.kinds import Kind
from plugins.host.contributions.source_location import SourceLocation

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Entry(Generic[T_co]):
    """One contribution: `value` as its owner gave it, the owner and the source location."""

    kind: Kind
    name: str
    owner: str
    place: SourceLocation
    value: T_co

    @property
    def point(self) -> str:
        """Its name in messages, counts and circuits: `field Project.sketch`."""
        return f"{self.kind} {self.name}"

    def part(self, function: str) -> Entry[T_co]:
        """Return the same contribution named by one of its functions: `block near.query` has its own circuit."""
        return dataclasses.replace(self, name=f"{self.name}.{function}")


@dataclass(frozen=True)
class Contributions:
    """Every contribution of core and of all running plugins, in the order of plugins, core first."""

    tables: tuple[Entry[contributions.Tables], ...] = ()
    data: tuple[Entry[contributions.DataDocuments], ...] = ()
    importers: tuple[Entry[contributions.Importer], ...] = ()
    exporters: tuple[Entry[contributions.Exporter], ...] = ()
    change_listeners: tuple[Entry[contributions.ChangeListener], ...] = ()
    types: tuple[Entry[contributions.GraphQLType], ...] = ()
    fields: tuple[Entry[contributions.Field], ...] = ()
    queries: tuple[Entry[contributions.Query], ...] = ()
    mutations: tuple[Entry[contributions.Mutation], ...] = ()
    subscriptions: tuple[Entry[contributions.Subscription], ...] = ()
    permission_rules: tuple[
        Entry[contributions.RowRule | contributions.OperationRule | contributions.FieldRule], ...
    ] = ()
    blocks: tuple[Entry[Component], ...] = ()
    gates: tuple[Entry[Component], ...] = ()
    encoders: tuple[Entry[Component], ...] = ()
    rerankers: tuple[Entry[Component], ...] = ()
    calibrators: tuple[Entry[Component], ...] = ()
    outcomes: tuple[Entry[Component], ...] = ()
    routes: tuple[Entry[contributions.Route], ...] = ()
    pages: tuple[Entry[contributions.Page], ...] = ()
    sections: tuple[Entry[contributions.Section], ...] = ()
    commands: tuple[Entry[contributions.Command], ...] = ()
    tasks: tuple[Entry[contributions.Task], ...] = ()
    job_kinds: tuple[Entry[contributions.JobKind], ...] = ()
    notification_kinds: tuple[Entry[contributions.NotificationKind], ...] = ()
    channels: tuple[Entry[contributions.Channel], ...] = ()
    erasers: tuple[Entry[contributions.Eraser], ...] = ()
    identity_providers: tuple[Entry[contributions.SignInProvider], ...] = ()
    storages: tuple[Entry[contributions.DocumentStore], ...] = ()
    upload_checks: tuple[Entry[contributions.UploadCheck], ...] = ()
    taken: tuple[Entry[contributions.TakenName], ...] = ()
    entities: tuple[Entry[contributions.CoreEntity], ...] = ()
    plugin_entities: tuple[Entry[StoredEntity], ...] = ()
    extensions: tuple[Entry[StoredExtension], ...] = ()
    roles: tuple[Entry[contributions.MemberRole | contributions.MemberScope], ...] = ()
    grants: tuple[Entry[contributions.Grant], ...] = ()
    services: tuple[Entry[contributions.Service | contributions.PluginHook | contributions.Implementation], ...] = ()
    static: tuple[Entry[contributions.StaticFolder], ...] = ()

    def __iter__(self) -> Iterator[Entry[object]]:
        """Every entry, kind by kind."""
        for each in dataclasses.fields(self):
            yield from getattr(self, each.name)

    def by_kind(self) -> Iterator[tuple[str, tuple[Entry[Any], ...]]]:
        """Yield the name of each collection, and its entries."""
        for each in dataclasses.fields(self):
            yield each.name, getattr(self, each.name)

    def of(self, owner: str) -> Contributions:
        """Return those of one owner."""
        return self.where(lambda entry: entry.owner == owner)

    def where(self, keep: Callable[[Entry[object]], bool]) -> Contributions:
        """Those for which `keep` is true, in the same order."""
        return Contributions(
            **{name: tuple(entry for entry in entries if keep(entry)) for name, entries in self.by_kind()}
        )

    def joined(self, other: Contributions) -> Contributions:
        """Return these, followed by the other's."""
        return Contributions(**{name: (*entries, *getattr(other, name)) for name, entries in self.by_kind()})

    def counts(self) -> dict[str, int]:
        """Return the size of each non-empty collection."""
        return {name: len(entries) for name, entries in self.by_kind() if entries}

    def fields_on(self, type_name: str) -> tuple[Entry[contributions.Field], ...]:
        """The fields that plugins add to a type."""
        return tuple(entry for entry in self.fields if entry.value.on == type_name)

    def row_rules_on(self, type_name: str) -> tuple[Entry[contributions.RowRule], ...]:
        """The rules that narrow which rows of a type are seen."""
        return tuple(
            entry for entry in _those(self.permission_rules, contributions.RowRule) if entry.value.on == type_name
        )

    def member_roles(self) -> tuple[Entry[contributions.MemberRole], ...]:
        """Roles that accounts may hold."""
        return _those(self.roles, contributions.MemberRole)

    def member_scopes(self) -> tuple[Entry[contributions.MemberScope], ...]:
        """Kinds of scopes in which they hold them."""
        return _those(self.roles, contributions.MemberScope)

    def field_rules(self) -> tuple[Entry[contributions.FieldRule], ...]:
        """The rules that narrow who may read a field."""
        return _those(self.permission_rules, contributions.FieldRule)

    def operation_rules_on(self, mutation: str) -> tuple[Entry[contributions.OperationRule], ...]:
        """The rules that narrow who may run a mutation."""
        return tuple(
            entry
            for entry in _those(self.permission_rules, contributions.OperationRule)
            if entry.value.mutation == mutation
        )

    def service(self, name: str, versions: str) -> Entry[contributions.Service]:
        """Return the service of this name. Raises LookupError if there is none of `versions`, such as `>=1,<2`."""
        found = {each.name: each for each in _those(self.services, contributions.Service)}
        entry = found.get(name)
        if entry is None:
            close = difflib.get_close_matches(name, found, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else f"; there are: {', '.join(sorted(found)) or 'none'}"
            raise LookupError(f"No running plugin publishes the service '{name}'{hint}")
        try:
            wanted = SpecifierSet(versions)
        except InvalidSpecifier:
            raise LookupError(f"'{versions}' is no range of versions; write one such as >=1,<2") from None
        if not wanted.contains(Version(entry.value.version), prereleases=True):
            raise LookupError(
                f"The service '{name}' of the plugin '{entry.owner}' has the version {entry.value.version}, "
                f"not {versions}"
            )
        return entry

    def implementations(self, hook: str) -> tuple[Entry[contributions.Implementation], ...]:
        """Return the answers of plugins to a hook, in their order. Raises LookupError if nobody declares it."""
        if all(entry.name != hook for entry in _those(self.services, contributions.PluginHook)):
            raise LookupError(f"No running plugin declares the hook '{hook}'")
        return tuple(each for each in _those(self.services, contributions.Implementation) if each.value.hook == hook)

    def hooks(self) -> dict[str, Version]:
        """Return the version of each hook that a plugin declares for others."""
        return {entry.name: Version(entry.value.version) for entry in _those(self.services, contributions.PluginHook)}


def _those(entries: Iterable[Entry[object]], kind: type[T]) -> tuple[Entry[T], ...]:
    return tuple(cast(Entry[T], entry) for entry in entries if isinstance(entry.value, kind))
