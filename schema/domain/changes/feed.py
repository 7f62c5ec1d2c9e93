"""Everything that changed for an actor since a cursor, for clients that keep a copy.

The cursor holds the time and id of the last entry, which the actor was told: a position in the change log would count
hidden writes. Entries are the visible records by the time of the last write that the actor may know of, and the records
that it no longer sees by the time at which it lost sight of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments, Model
from schema.declarations.columns import Column
from schema.declarations.entities import Entity
from schema.declarations.errors import BadUserInputError
from schema.declarations.registry import Registry
from schema.domain.changes.past_states import last_lost, states_before, visible
from schema.request.context import Context
from schema.sql import cursors
from schema.sql.page_sizes import first_of
from store.changes import latest_position
from store.models import Change
from store.models.base import now

SETTLE = timedelta(seconds=10)
"""Writes are told after this time, when no earlier one can still be committed: writers wait for each other."""
SLACK = timedelta(minutes=1)
"""How much later an earlier position of the log may be dated."""
MARK = cursors.signature(["changes"])
Position: TypeAlias = tuple[datetime, str]
BEGINNING: Position = (datetime(1970, 1, 1, tzinfo=UTC), "")


@dataclass(frozen=True, slots=True)
class Entry:
    """A record that changed, or that is gone for the actor."""

    at: datetime
    object_id: str
    removed: bool

    @property
    def position(self) -> Position:
        return self.at, self.object_id


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of entries, oldest first."""

    entries: Sequence[Entry]
    cursor: str | None
    has_more: bool


def kept_types(registry: Registry) -> list[Entity]:
    """Return the types that a client can keep: listed ones that people edit."""
    return [each for each in registry.entities.values() if each.root is not None and each.archivable]


def changes(_: object, context: Context, arguments: GivenArguments) -> Feed:
    """Resolve `Query.changes`."""
    size, given = first_of(arguments, usual=100), arguments.get("after")
    horizon = now() - SETTLE
    position, since = (BEGINNING, horizon) if given is None else _position(given)
    names = arguments.get("types")
    types = [each for each in kept_types(context.registry) if names is None or each.name in {str(n) for n in names}]
    entries = [entry for each in types for entry in _written(context, each, position, horizon, size + 1)]
    if given is not None:  # who asks for the first time keeps nothing yet
        lost = max(position, (since, ""))
        entries += [entry for each in types for entry in _removed(context, each, lost, horizon)]
        entries = [entry for entry in entries if entry.position > position]
    entries.sort(key=lambda entry: entry.position)
    page = entries[:size]
    cursor = cursors.encode(MARK, [*page[-1].position, since]) if page else given
    return Feed(page, cursor, len(entries) > size)


def _written(context: Context, entity: Entity, after: Position, horizon: datetime, most: int) -> Iterator[Entry]:
    model: Model = entity.model
    declaration = entity.fields["updated_at"]
    assert isinstance(declaration, Column)
    at = context.scope.value(declaration, model)
    beyond = or_(at > after[0], and_(at == after[0], model.id > after[1]))
    seen = (context.scope.visible(entity, model), model.archived_at.is_(None))
    wanted = select(model.id, at).where(*seen, beyond, at <= horizon).order_by(at, model.id).limit(most)
    for identifier, moment in context.session.execute(wanted):
        yield Entry(moment, identifier, removed=False)


def _removed(context: Context, entity: Entity, after: Position, horizon: datetime) -> Iterator[Entry]:
    model: Model = entity.model
    shown = select(model.id).where(context.scope.visible(entity, model), model.archived_at.is_(None))
    wanted = select(Change).where(
        Change.sequence > _sequence_before(context.session, after[0]),
        Change.entity_type == entity.table_name,
        Change.at >= after[0],
        Change.at <= horizon,
        Change.entity_id.not_in(shown),
    )
    by_id: dict[str, list[Change]] = defaultdict(list)
    for change in context.session.scalars(wanted.order_by(Change.sequence)):
        by_id[change.entity_id].append(change)
    if not by_id:
        return
    rows = {row.id: row for row in context.session.execute(select(*entity.table.c).where(model.id.in_(by_id)))}
    states = [state for identifier, log in by_id.items() for state in states_before(entity, rows.get(identifier), log)]
    seen = iter(visible(context, entity, states))
    for identifier, log in by_id.items():
        lost = last_lost([next(seen) for _ in log], seen_now=False)
        if lost is not None and (entry := Entry(log[lost].at, identifier, removed=True)).position > after:
            yield entry


def _position(cursor: str) -> tuple[Position, datetime]:
    """Return where a cursor stands, and since when its client has kept a copy."""
    at, identifier, since = cursors.decode(cursor, MARK, 3, "after")
    if not (isinstance(at, datetime) and isinstance(identifier, str) and isinstance(since, datetime)):
        raise BadUserInputError("after is not a cursor of these changes.", field="after")
    return (at, identifier), since


def _sequence_before(session: Session, at: datetime) -> int:
    """Return a position in the change log with no change at or after a time before it, by halving the log."""
    low, high = 0, latest_position(session)
    while low < high:
        middle = (low + high) // 2
        later = session.scalar(select(Change.at).where(Change.sequence > middle).order_by(Change.sequence).limit(1))
        if later is not None and later < at - SLACK:
            low = middle + 1
        else:
            high = middle
    return low
