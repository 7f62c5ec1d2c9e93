"""Plugins' rules on fields, as narrower readers of the declarations: whatever obeys readers obeys the rules."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, true

from plugins.host.calls.restricted_actor import RoleAndSubject, SubjectId
from plugins.host.contributions.contributions import FieldRule
from plugins.host.errors import PluginStartError
from recommender.pool.columns import RANKED_COLUMNS
from schema.declarations.base import Declaration, Model, Readers, RowRule
from schema.declarations.columns import (
    Column,
    Localized,
    MoneyRange,
    MoneyValue,
    PartialDateValue,
    Translations,
    TwofoldColumn,
)
from schema.declarations.entities import Entity
from schema.declarations.extensions import Extended
from schema.sql.scope import snake
from store.access.actors import Actor
from store.enums import Role

if TYPE_CHECKING:
    from plugins.host.contributions.registry import Entry
    from plugins.host.host import Host

_VALUES = (Column, Extended, Localized, MoneyRange, MoneyValue, PartialDateValue, Translations)


def narrowed(host: Host, entities: Mapping[str, Entity]) -> dict[str, Entity]:
    """Return the entities, each field with the rules of all plugins on it and on others with the same columns.

    Raises PluginStartError for a field that isn't there, or that would be revealed in other ways.
    """
    found = dict(entities)
    for entry in host.contributions.field_rules():
        entity = found[entry.value.on]
        columns = _checked(entry, entity).columns
        found[entity.name] = dataclasses.replace(
            entity,
            fields={
                name: _narrowed(host, entry, each)
                if name == snake(entry.value.field) or set(each.columns) & set(columns)
                else each
                for name, each in entity.fields.items()
            },
        )
    return found


def _checked(entry: Entry[FieldRule], entity: Entity) -> Declaration:
    rule, name = entry.value, snake(entry.value.field)
    declared = entity.fields.get(name)
    if declared is None:
        close = difflib.get_close_matches(rule.field, entity.field_names, n=1)
        hint = f"; did you mean '{close[0]}'?" if close else ""
        raise _refused(entry, f"which is no field{hint}")
    if not isinstance(declared, _VALUES) or isinstance(declared, TwofoldColumn) or name in ("id", "archived_at"):
        raise _refused(entry, "which holds no value of its own row; hide the rows that it leads to by a RowRule")
    columns = set(declared.columns)
    if columns & set(entity.search.names if entity.search is not None else ()):
        raise _refused(entry, "which is searched: searches would reveal it; hide the rows by a RowRule")
    if columns & RANKED_COLUMNS.get(entity.table_name, frozenset()):
        raise _refused(entry, "which rankings read: they would reveal it; hide the rows by a RowRule")
    if columns & set(entity.default_order) or getattr(declared, "identifying", False):
        raise _refused(entry, "by which records are ordered or looked up; hide the rows by a RowRule")
    return declared


def _refused(entry: Entry[FieldRule], why: str) -> PluginStartError:
    return PluginStartError(f"The plugin '{entry.owner}' hides {entry.value.coordinate} ({entry.place}), {why}.")


def _narrowed(host: Host, entry: Entry[FieldRule], declared: Declaration) -> Declaration:
    rule, readers = entry.value, declared.readers or Readers(frozenset(Role))
    hidden = frozenset(Role[name] for name in rule.hidden_from) & readers.roles
    if rule.shown_where is None:
        left = dataclasses.replace(readers, roles=readers.roles - hidden, own_only=readers.own_only - hidden)
    else:
        left = Readers(readers.roles, readers.own_only | hidden, _both(readers, hidden, _condition(host, entry)))
    return dataclasses.replace(declared, narrowed=True, type=declared.type.rstrip("!"), readers=left)


def _both(readers: Readers, hidden: frozenset[Role], shown: RowRule) -> RowRule:
    def own(actor: Actor, model: Model) -> ColumnElement[bool]:
        core = readers.own(actor, model) if readers.own is not None and actor.role in readers.own_only else true()
        return and_(core, shown(actor, model)) if actor.role in hidden else core

    return own


def _condition(host: Host, entry: Entry[FieldRule]) -> RowRule:
    rule = entry.value.shown_where
    assert rule is not None

    def condition(actor: Actor, model: Model) -> ColumnElement[bool]:
        subject = None if actor.subject_id is None else SubjectId(actor.subject_id)
        return host.condition(entry, rule, RoleAndSubject(actor.role, subject), model, false())

    return condition
