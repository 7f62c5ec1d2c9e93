"""Entities of plugins: the same class as core's, with the plugin's functions called through the host."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, false, inspect

from plugins.host.calls.restricted_actor import restricted
from plugins.host.contributions.entities import StoredEntity, StoredExtension
from plugins.host.errors import PluginStartError
from schema.declarations.base import Declaration, Model, Readers, RowRule
from schema.declarations.columns import TwofoldColumn
from schema.declarations.computed import Ranking, ranking
from schema.declarations.entities import Entity
from schema.declarations.extensions import Extension
from schema.declarations.filters import Filter, FilterScope
from schema.declarations.relations import Connection, Join, Listing, Relation
from schema.sql.ordering import sortable
from schema.sql.scope import camel
from schema.sql.text_search import matching
from store import models
from store.access.actors import Actor

if TYPE_CHECKING:
    from plugins.host.contributions.registry import Entry
    from plugins.host.host import Host


def isolated(host: Host, entry: Entry[StoredEntity]) -> Entity:
    """Return a plugin's entity with its functions called through the host, where a rule that fails hides every row.

    Raises PluginStartError for what isn't an `Entity`.
    """
    entity: object = entry.value
    if not isinstance(entity, Entity):
        raise PluginStartError(
            f"The plugin '{entry.owner}' returns {type(entity).__name__} from register_entities at {entry.place}; "
            "return roadshow.Entity.of(...)"
        )
    rule = _Rules(host, entry)
    filters = {name: dataclasses.replace(each, condition=rule.filter(each)) for name, each in entity.filters.items()}
    if entity.search is not None and "search" not in filters:
        filters["search"] = _search(entity.table_name)
    return dataclasses.replace(
        entity,
        owner=entry.owner,
        rows=rule.of(entity.rows),
        fields={name: rule.field(each, entry.owner) for name, each in entity.fields.items()},
        filters=filters,
        writers=None if entity.writers is None else tuple(
            dataclasses.replace(each, own=rule.required(each.own)) for each in entity.writers
        ),
    )  # fmt: skip


def isolated_extension(host: Host, entry: Entry[StoredExtension]) -> Extension:
    """As `isolated`, for an extension. Raises PluginStartError for what isn't an `Extension`."""
    extension: object = entry.value
    if not isinstance(extension, Extension):
        raise PluginStartError(
            f"The plugin '{entry.owner}' returns {type(extension).__name__} from register_extensions at {entry.place}; "
            "return roadshow.Extension.of(...)"
        )
    rule = _Rules(host, entry)
    fields = {name: rule.field(each, entry.owner) for name, each in extension.entity.fields.items()}
    return dataclasses.replace(extension, entity=dataclasses.replace(extension.entity, fields=fields))


def check_targets(entry: Entry[object], entity: Entity, entities: Mapping[str, Entity]) -> None:
    """Raise PluginStartError for what an entity says of entities, columns or fields that nobody declares."""
    for where, name, known, kind in _named(entity, entities):
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            raise PluginStartError(
                f"The plugin '{entry.owner}' refers to '{name}' in {where} ({entry.place}), which is no {kind}{hint}"
            )


def _named(entity: Entity, entities: Mapping[str, Entity]) -> Iterator[tuple[str, str, Collection[str], str]]:
    """Yield each name that `entity` refers to: where it stands, the name, what there is, and of what kind."""
    own, whole = _columns(entity.model), entity.name
    for target, column in entity.part_of:
        yield f"part_of of {whole}", target, entities, "entity"
        yield f"part_of of {whole}", column, own, f"column of {whole}"
    if entity.subject is not None:
        yield f"subject of {whole}", entity.subject, own, f"column of {whole}"
    for name in entity.search.names if entity.search is not None else ():
        yield f"search of {whole}", name, own, f"column of {whole}"
    for name in entity.default_order:
        yield f"default_order of {whole}", name, sortable(entity), f"field that {whole} can be ordered by"
    for name, declared in entity.fields.items():
        where = f"{whole}.{camel(name)}"
        aim = _target(declared)
        if aim is None or aim in _SEVERAL:
            continue
        yield where, aim, entities, "entity"
        if isinstance(declared, Listing | Connection) and declared.join is not None:
            yield from _joined(where, declared.join, entities[aim])


def _joined(where: str, join: Join, target: Entity) -> Iterator[tuple[str, str, Collection[str], str]]:
    far = _columns(target.model)
    if join.through is None:
        yield where, join.column, far, f"column of {target.name}"
        ordered = far
    else:
        link = _columns(join.through)
        for column in (join.near, join.far):
            yield where, column, link, f"column of {join.through.__name__}"
        ordered = {*link, *far}
    for ordering in join.order:
        yield f"order of {where}", ordering, ordered, "column of what it lists"


def _columns(model: type) -> Collection[str]:
    return list(map(str, inspect(model).columns.keys()))


_SEVERAL = frozenset({"Node", "Counterpart"})
"""Targets that stand for several entities."""


def _target(declared: Declaration) -> str | None:
    if isinstance(declared, Listing):
        return declared.join.target
    return declared.target if isinstance(declared, Relation | Connection) else None


def ranking_of(entity: Entity) -> Ranking | None:
    """Return the field of `Project` that ranks the entity's records; None where they aren't ranked."""
    kind = entity.ranked
    if kind is None:
        return None
    declared = ranking(entity.name, kind.description)
    return dataclasses.replace(declared, name=kind.field, model=models.Project, owner=entity.owner)


def similar_of(entity: Entity) -> dict[str, Declaration]:
    """Return the field of a ranked entity with the records like one; nothing where there is one of that name."""
    if entity.ranked is None or "similar" in entity.fields:
        return {}
    declared = ranking(entity.name, "Records like it, by what they state.", similar=True)
    return {"similar": dataclasses.replace(declared, name="similar", model=entity.model, owner=entity.owner)}


def _search(table: str) -> Filter:
    def matches(scope: FilterScope, model: Model, text: str) -> ColumnElement[bool]:
        return matching(scope, text, model, table)

    return Filter("search", "String", "Its texts match these words (English or Chinese).", matches)


class _Rules:
    """The functions of one entity, called through the host.

    A rule gets an actor of which it may read the role and compare the subject's id in SQL, so that one statement
    serves all similar actors.
    """

    def __init__(self, host: Host, entry: Entry[object]) -> None:
        self._host = host
        self._entry = entry

    def of(self, rule: RowRule | None) -> RowRule | None:
        return None if rule is None else self.required(rule)

    def required(self, rule: RowRule) -> RowRule:
        entry = self._entry.part(rule.__name__)

        def condition(actor: Actor, model: Model) -> ColumnElement[bool]:
            return self._host.condition(entry, rule, restricted(actor), model, false())

        condition.__doc__ = rule.__doc__
        return condition

    def filter(self, declared: Filter) -> Callable[[FilterScope, Model, Any], ColumnElement[bool]]:
        entry = self._entry.part(f"filter {declared.name}")

        def condition(scope: FilterScope, model: Model, value: object) -> ColumnElement[bool]:
            return self._host.call(entry, declared.condition, scope, model, value)

        return condition

    def field(self, declared: Declaration, owner: str) -> Declaration:
        changes: dict[str, object] = {"owner": owner, "readers": self._readers(declared.readers)}
        if isinstance(declared, TwofoldColumn):
            changes["whole"] = self._readers(declared.whole)
        if isinstance(declared, Listing | Connection) and declared.join and declared.join.condition is not None:
            entry, narrowed = self._entry.part(declared.name), declared.join.condition

            def condition(model: Model) -> ColumnElement[bool]:
                return self._host.call(entry, narrowed, model, default=false())

            changes["join"] = dataclasses.replace(declared.join, condition=condition)
        return dataclasses.replace(declared, **changes)  # type: ignore[arg-type]

    def _readers(self, readers: Readers | None) -> Readers | None:
        if readers is None or readers.own is None:
            return readers
        return dataclasses.replace(readers, own=self.required(readers.own))
