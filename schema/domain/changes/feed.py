"""Everything that changed for an actor since a cursor, for clients that keep a copy.

The cursor holds the time and id of the last entry, which the actor was told: a position in the change log would count
hidden writes. Entries are the visible records by the time of the last write that the actor may know of, and the records
that came into its sight or out of it, by a write of their own or of others, by the time of that write.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments, Model
from schema.declarations.columns import Column
from schema.declarations.entities import Entity
from schema.declarations.errors import BadUserInputError
from schema.declarations.registry import Registry
from schema.domain.changes.past_states import PastStates, words_of
from schema.request.context import Context
from schema.sql import cursors
from schema.sql.page_sizes import first_of
from store.changes import latest_position
from store.enums import Operation
from store.models import Base, Change
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
        turned = [entry for each in types for entry in _turned(context, each, max(position, (since, "")), horizon)]
        ids = {entry.object_id for entry in turned}
        entries = [entry for entry in entries if entry.object_id not in ids] + turned
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


def _turned(context: Context, entity: Entity, after: Position, horizon: datetime) -> Iterator[Entry]:
    """Yield the records that became visible or invisible for the actor since, by a write of their own or of others."""
    session = context.session
    model: Model = entity.model
    shown: Select[str] = select(model.id).where(context.scope.visible(entity, model), model.archived_at.is_(None))
    words = words_of(shown, session)
    known = {**Base.metadata.tables, **{each.table_name: each.table for each in context.registry.entities.values()}}
    tables = {name: each for name, each in known.items() if name in words and "id" in each.columns}
    wanted = select(Change).where(
        Change.sequence > _sequence_before(session, after[0]), Change.at >= after[0], Change.entity_type.in_(tables)
    )
    changes = [each for each in session.scalars(wanted.order_by(Change.sequence)) if _matters(each, words)]
    if not changes:
        return
    changed = {each.entity_type for each in changes}
    if changed == {entity.table_name}:  # then only these can be seen or not as they were
        shown = shown.where(model.id.in_({each.entity_id for each in changes}))
    states = PastStates(session, {name: tables[name] for name in changed}, changes, words)
    starts = [at for at, each in enumerate(changes) if at == 0 or each.at != changes[at - 1].at]
    now_seen = set(session.scalars(shown))

    def split(ids: set[str], low: int, high: int, seen: set[str]) -> Iterator[tuple[str, int]]:
        """Yield ids, which are seen at one end alone, each with the number of a write that changed it."""
        if high - low == 1 or not ids:
            yield from ((each, low) for each in ids)
            return
        middle = (low + high) // 2
        then = states.seen(shown, starts[middle])
        late = {each for each in ids if (each in then) == (each in seen)}
        yield from split(ids - late, low, middle, seen)
        yield from split(late, middle, high, then)

    # Of the writes of the last entry's moment those up to its id were told, and those beyond it weren't.
    told = int(changes[0].at == after[0])
    for low, of_told in ((0, False), (told, True)):
        seen = states.seen(shown, starts[low]) if low < len(starts) else now_seen
        turned = {each for each in seen ^ now_seen if (each <= after[1]) is of_told}
        for identifier, at in split(turned, low, len(starts), seen):
            if changes[starts[at]].at <= horizon:
                yield Entry(changes[starts[at]].at, identifier, removed=identifier in seen)


def _matters(change: Change, words: frozenset[str]) -> bool:
    """Return whether a change may concern the statement that holds these names."""
    if change.operation is not Operation.UPDATE:
        return True
    return not words.isdisjoint({*(change.before or ()), *(change.after or ())})


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
