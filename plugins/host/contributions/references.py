"""Finds contributions that name undefined types, entities, columns or mutations and would silently do nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from packaging.specifiers import SpecifierSet

from plugins.host.contributions.contributions import (
    ChangeListener,
    EnumType,
    Field,
    FieldRule,
    Grant,
    Implementation,
    Importer,
    InputType,
    MemberRole,
    MemberScope,
    ObjectType,
    OperationRule,
    RowRule,
    ScalarType,
)
from plugins.host.contributions.declarations import ROLES, SCOPES
from plugins.host.contributions.entities import StoredEntity, StoredExtension, mutations_of, types_of
from plugins.host.contributions.kinds import Kind
from plugins.host.contributions.registry import Contributions, Entry


def dangling(contributions: Contributions) -> list[tuple[Entry[object], str]]:
    """Each entry that names what nobody defines, and a sentence about it.

    Leaving one out may leave another dangling, so repeat until nothing is found. Without core's types and entities
    (from `taken_names` and `core_entities`) nothing is known of them, and nothing is found.
    """
    messages = list(_unknown_types(contributions))
    messages.extend(_unknown_roles(contributions))
    messages.extend(_unknown_hooks(contributions))
    named = {id(entry) for entry, _ in messages}
    messages.extend(each for each in _unknown_entities(contributions) if id(each[0]) not in named)
    return messages


def _unknown_types(contributions: Contributions) -> Iterator[tuple[Entry[object], str]]:
    known = {entry.name for entry in contributions.taken if entry.kind is Kind.TYPE}
    if not known:
        return
    known.update(entry.name for entry in contributions.types)
    known.update(name for entry in contributions.plugin_entities for name in types_of(entry.value))
    no_objects = {entry.name for entry in contributions.types if not isinstance(entry.value, ObjectType)}
    for entry in contributions:
        if isinstance(entry.value, Field) and entry.value.on in no_objects:
            where = f"'{entry.value.on}', which is no object type, so no fields can be added to it"
            yield entry, f"{entry.point} ({entry.place}) is on {where}"
            continue
        for name in _named_types(entry.value):
            if name not in known:
                yield entry, f"{entry.point} ({entry.place}) names the type '{name}', {_hint(name, known)}"
                break


def _unknown_roles(contributions: Contributions) -> Iterator[tuple[Entry[object], str]]:
    roles = {*ROLES, *(entry.value.name for entry in contributions.member_roles())}
    scopes = {*SCOPES, *(entry.value.name for entry in contributions.member_scopes())}
    for entry in contributions:
        for name in _named_roles(entry.value):
            if name not in roles:
                yield entry, f"{entry.point} ({entry.place}) names the role '{name}', {_hint(name, roles)}"
                break
        if isinstance(entry.value, MemberRole):
            for name in entry.value.scopes:
                if name not in scopes:
                    yield entry, f"{entry.point} ({entry.place}) names the scope '{name}', {_hint(name, scopes)}"
                    break


def _unknown_hooks(contributions: Contributions) -> Iterator[tuple[Entry[object], str]]:
    hooks = contributions.hooks()
    for entry in contributions.services:
        if not isinstance(entry.value, Implementation):
            continue
        name, version = entry.value.hook, hooks.get(entry.value.hook)
        if version is None:
            yield entry, f"{entry.point} ({entry.place}) answers the hook '{name}', {_hint(name, hooks)}"
        elif not SpecifierSet(entry.value.versions).contains(version, prereleases=True):
            yield (
                entry,
                f"{entry.point} ({entry.place}) answers {entry.value.versions} of the hook '{name}', which has the "
                f"version {version}",
            )


def _named_roles(value: object) -> Iterator[str]:
    if isinstance(value, ObjectType):
        for each in value.fields:
            yield from map(str, each.visible_to or ())
    elif isinstance(value, FieldRule):
        yield from map(str, value.hidden_from)
    elif isinstance(value, Grant):
        yield from map(str, value.roles)
    else:
        yield from map(str, getattr(value, "visible_to", None) or ())


def _unknown_entities(contributions: Contributions) -> Iterator[tuple[Entry[object], str]]:
    columns = {entry.name: entry.value.columns for entry in contributions.entities}
    if not columns:
        return
    columns |= {entry.name: entry.value.column_names for entry in contributions.plugin_entities}
    tables = {entry.value.table for entry in contributions.entities}
    tables.update(name for entry in contributions.tables for name in entry.value.table_names())
    tables.update(entry.name for entry in contributions.taken if entry.kind is Kind.TABLE)
    mutations = {entry.name.partition(".")[2] for entry in contributions.taken if entry.name.startswith("Mutation.")}
    mutations.update(entry.value.name for entry in contributions.mutations)
    mutations.update(name for entry in contributions.plugin_entities for name in mutations_of(entry.value))
    yield from _without_table(contributions)
    more: tuple[Entry[StoredExtension] | Entry[Grant] | Entry[MemberScope], ...]
    more = (*contributions.extensions, *contributions.grants, *contributions.member_scopes())
    for each in more:
        if each.value.on not in columns:
            unknown = f"'{each.value.on}', an entity {_hint(each.value.on, columns)}"
            yield each, f"{each.point} ({each.place}) is on {unknown}"
    for entry in contributions:
        for words in _mistakes(entry.value, columns, tables, mutations):
            yield entry, f"{entry.point} ({entry.place}) {words}"
            break


def _without_table(contributions: Contributions) -> Iterator[tuple[Entry[object], str]]:
    """Entities, extensions and grants of plugins whose table isn't the plugin's own."""
    stored: tuple[Entry[StoredEntity] | Entry[StoredExtension] | Entry[Grant], ...]
    stored = (*contributions.plugin_entities, *contributions.extensions, *contributions.grants)
    for entry in stored:
        own = {name for each in contributions.of(entry.owner).tables for name in each.value.table_names()}
        if entry.value.table_name not in own:
            yield (
                entry,
                (
                    f"{entry.point} ({entry.place}) has the table '{entry.value.table_name}', which is none of the "
                    "plugin's own: return it from register_tables"
                ),
            )


def _mistakes(
    value: object, columns: Mapping[str, frozenset[str]], tables: set[str], mutations: set[str]
) -> Iterator[str]:
    """Yield sentences on what a contribution says about undefined entities, without their subject."""
    if isinstance(value, RowRule) and value.on not in columns:
        yield (
            f"is a rule on the rows of '{value.on}', which is no entity, so nobody would apply it "
            f"({_hint(value.on, columns, 'the entities are listed in docs/graphql.md')}). Rows of other "
            "tables of a plugin are narrowed where its own functions read them"
        )
    elif isinstance(value, FieldRule) and value.on not in columns:
        yield f"is a rule on a field of '{value.on}', an entity {_hint(value.on, columns)}"
    elif isinstance(value, OperationRule) and value.mutation not in mutations:
        yield f"is a rule on the mutation '{value.mutation}', {_hint(value.mutation, mutations)}"
    elif isinstance(value, ChangeListener):
        for table in value.entities or ():
            if table not in tables:
                yield f"listens to changes of '{table}', a table {_hint(table, tables)}"
    elif isinstance(value, Importer) and value.entity is not None and value.entity not in columns:
        yield f"reads rows of '{value.entity}', an entity {_hint(value.entity, columns)}"
    elif isinstance(value, Field):
        yield from _mistakes_of_a_field(value, columns)


def _mistakes_of_a_field(field: Field, columns: Mapping[str, frozenset[str]]) -> Iterator[str]:
    of_entity = columns.get(field.on)
    if of_entity is None:
        if field.needs:
            yield f"needs columns of '{field.on}', which has none: leave `needs` out, its parents come as they are"
        elif field.expression is not None:
            yield f"has an expression, but '{field.on}' can be neither filtered nor ordered: leave it out"
        return
    for name in field.needs:
        if name not in of_entity:
            yield f"needs the column '{name}' of {field.on}, {_hint(name, of_entity)}"


def _named_types(value: object) -> Iterator[str]:
    if isinstance(value, EnumType | ScalarType):
        return
    if isinstance(value, ObjectType):
        for each in value.fields:
            yield each.reference.name
            yield from (argument.reference.name for argument in each.arguments)
    elif isinstance(value, InputType):
        yield from (each.reference.name for each in value.fields)
    elif isinstance(value, RowRule):
        yield value.on
    elif hasattr(value, "reference"):  # every field
        if isinstance(value, Field):
            yield value.on
        yield value.reference.name
        yield from (argument.reference.name for argument in getattr(value, "arguments", ()))


def _hint(name: str, known: Iterable[str], otherwise: str = "") -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    hint = f"did you mean '{close[0]}'?" if close else otherwise
    return f"which doesn't exist; {hint}" if hint else "which doesn't exist"
