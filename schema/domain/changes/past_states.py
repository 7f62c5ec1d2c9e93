"""Rows as they were: which changes took a row out of an actor's sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import aliased

from schema.declarations.base import Row
from schema.declarations.columns import python_type
from schema.declarations.entities import Entity
from schema.request.context import Context
from store.enums import Operation
from store.models import Change

_AT_ONCE = 40
"""States per statement."""
_NUMBER = "at_number"


def states_before(entity: Entity, row: Row | None, changes: Sequence[Change]) -> list[Mapping[str, object]]:
    """Return the columns of a row before each of its changes, which are given oldest first.

    `row` is the row now; None if it is gone.
    """
    columns = entity.table.columns
    state: dict[str, object] = {} if row is None else {each.key: getattr(row, each.key) for each in columns}
    states: list[Mapping[str, object]] = []
    for change in reversed(changes):
        before = {"archived_at": None} if change.operation is Operation.ERASE else change.before or {}
        state = {**state, **{name: _typed(entity, name, value) for name, value in before.items()}}
        states.append({**state, "id": change.entity_id})
    return states[::-1]


def visible(context: Context, entity: Entity, states: Sequence[Mapping[str, object]]) -> list[bool]:
    """Return which of these states the actor would see, among all other rows as they are now."""
    visible_numbers: set[int] = set()
    for start in range(0, len(states), _AT_ONCE):
        visible_numbers |= _visible(context, entity, start, states[start : start + _AT_ONCE])
    return [number in visible_numbers for number in range(len(states))]


def _visible(context: Context, entity: Entity, start: int, states: Sequence[Mapping[str, object]]) -> set[int]:
    columns = list(entity.table.columns)
    selects = [
        select(
            literal(number).label(_NUMBER),
            *(literal(state.get(each.key), each.type).label(each.key) for each in columns),
        )
        for number, state in enumerate(states, start=start)
    ]
    rows = union_all(*selects).subquery()
    past = aliased(entity.model, rows, adapt_on_names=True)
    wanted = select(rows.c[_NUMBER]).select_from(past).where(context.scope.visible(entity, past))
    if entity.archivable:
        wanted = wanted.where(rows.c.archived_at.is_(None))
    return set(context.session.scalars(wanted))


def last_lost(seen_before: Iterable[bool], seen_now: bool) -> int | None:
    """Return the number of the last change after which a row was no longer seen; None if there is none."""
    flags = [*seen_before, seen_now]
    lost = [number for number in range(len(flags) - 1) if flags[number] and not flags[number + 1]]
    return lost[-1] if lost else None


def _typed(entity: Entity, name: str, value: Any) -> object:
    column = entity.table.columns.get(name)
    if value is None or column is None:
        return value
    kind = python_type(column)
    if issubclass(kind, Enum) or kind in (int, float, bool, str):
        return kind(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return value
