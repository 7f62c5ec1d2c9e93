"""Plugins' rules on fields, as narrower readers of the declarations: whatever obeys readers obeys the rules."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Enum, String, and_, case, cast, false, null, true

from plugins.host.calls.restricted_actor import restricted
from plugins.host.contributions.contributions import FieldRule
from plugins.host.errors import PluginStartError
from recommender.pool.columns import RANKED_COLUMNS
from schema.declarations.base import Declaration, Mask, Model, Readers, RowRule
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
from store.access.scopes import known_roles
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
    if rule.masked is not None and not _is_text(entity, declared):
        raise _refused(entry, "which isn't one plain text, so it can't be masked; hide it")
    if declared.masked is not None or (rule.masked is not None and declared.narrowed):
        raise _refused(entry, "on which there is another rule, and one of them masks it")
    return declared


def _is_text(entity: Entity, declared: Declaration) -> bool:
    if not isinstance(declared, Column) or declared.type.rstrip("!") != "String":
        return False
    kind = entity.table.c[declared.column].type
    return isinstance(kind, String) and not isinstance(kind, Enum)


def _refused(entry: Entry[FieldRule], why: str) -> PluginStartError:
    return PluginStartError(f"The plugin '{entry.owner}' hides {entry.value.coordinate} ({entry.place}), {why}.")


def _narrowed(host: Host, entry: Entry[FieldRule], declared: Declaration) -> Declaration:
    rule, readers = entry.value, declared.readers or Readers(known_roles())
    hidden = frozenset(map(Role.named, rule.hidden_from)) & readers.roles
    if rule.shown_where is None and rule.masked is None:
        left = dataclasses.replace(readers, roles=readers.roles - hidden, own_only=readers.own_only - hidden)
    else:
        left = Readers(readers.roles, readers.own_only | hidden, _both(readers, hidden, _condition(host, entry)))
    masked = None if rule.masked is None else _mask(host, entry, readers, hidden)
    return dataclasses.replace(declared, narrowed=True, type=declared.type.rstrip("!"), readers=left, masked=masked)


def _mask(host: Host, entry: Entry[FieldRule], readers: Readers, hidden: frozenset[Role]) -> Mask:
    """Return what the rule shows instead, to those from whom it hides the field, where core doesn't hide it too."""
    mask = entry.value.masked
    assert mask is not None
    nothing: ColumnElement[object] = cast(null(), String)

    def masked(actor: Actor, model: Model) -> ColumnElement[object]:
        if actor.role not in hidden:
            return nothing
        text = host.condition(entry, mask, restricted(actor), model, nothing)
        if readers.own is None or actor.role not in readers.own_only:
            return text
        return case((readers.own(actor, model), text), else_=nothing)

    return masked


def _both(readers: Readers, hidden: frozenset[Role], shown: RowRule) -> RowRule:
    def own(actor: Actor, model: Model) -> ColumnElement[bool]:
        core = readers.own(actor, model) if readers.own is not None and actor.role in readers.own_only else true()
        return and_(core, shown(actor, model)) if actor.role in hidden else core

    return own


def _condition(host: Host, entry: Entry[FieldRule]) -> RowRule:
    rule = entry.value.shown_where
    if rule is None:
        return lambda actor, model: false()

    def condition(actor: Actor, model: Model) -> ColumnElement[bool]:
        return host.condition(entry, rule, restricted(actor), model, false())

    return condition
