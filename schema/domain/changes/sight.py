"""Which records of a type an actor sees and saw, at each position of the feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeAlias

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from schema.declarations.base import Model
from schema.declarations.entities import Entity
from schema.domain.changes.past_states import PastStates, words_of
from schema.request.context import Context
from store.changes import latest_position
from store.enums import Operation
from store.models import Base, Change
from store.values.ids import prefix_of

Position: TypeAlias = tuple[datetime, str]
"""The time and id of an entry. Of the writes of that moment those up to the id were told, and those beyond weren't."""
SLACK = timedelta(minutes=1)
"""How much later an earlier position of the log may be dated."""


class Sight:
    """The visible records of a type now, and since a moment before each write that may have changed which they are."""

    def __init__(self, context: Context, entity: Entity, since: datetime, first: int, held: frozenset[str]) -> None:
        """`first` is a position of the log before `since`; `held` are further ids of which to know this."""
        self._prefix = entity.prefix
        self._session = session = context.session
        model: Model = entity.model
        self._shown: Select[str] = select(model.id).where(
            context.scope.visible(entity, model), model.archived_at.is_(None)
        )
        words = words_of(self._shown, session)
        known = {**Base.metadata.tables, **{each.table_name: each.table for each in context.registry.entities.values()}}
        tables = {name: each for name, each in known.items() if name in words and "id" in each.columns}
        wanted = select(Change).where(Change.sequence > first, Change.at >= since, Change.entity_type.in_(tables))
        self._changes = [each for each in session.scalars(wanted.order_by(Change.sequence)) if _matters(each, words)]
        changed = {each.entity_type for each in self._changes}
        if changed <= {entity.table_name}:  # then only these can be seen or not as they were
            self._shown = self._shown.where(model.id.in_({*held, *(each.entity_id for each in self._changes)}))
        self._past = PastStates(session, {name: tables[name] for name in changed}, self._changes, words)
        every = enumerate(self._changes)
        self._starts = [at for at, each in every if at == 0 or each.at != self._changes[at - 1].at]
        self._seen: dict[int, set[str]] = {}

    @property
    def moved(self) -> bool:
        """Whether anything was written since that may have changed what is seen."""
        return bool(self._changes)

    def concerns(self, identifier: str) -> bool:
        """Return whether an id is one of the type."""
        return prefix_of(identifier) == self._prefix

    @cached_property
    def now(self) -> set[str]:
        """What is seen now, of the records that may have changed or are held."""
        return set(self._session.scalars(self._shown))

    def at(self, position: Position) -> set[str]:
        """Return what was seen at a position."""
        beyond, up_to = self._sides(position)
        return {each for each in self._before(beyond) if each > position[1]} | {
            each for each in self._before(up_to) if each <= position[1]
        }

    def turned(self, after: Position) -> Iterator[tuple[str, datetime]]:
        """Yield the ids seen either now or at a position, each with the time of a write that changed whether it is."""
        then = self.at(after)
        beyond, up_to = self._sides(after)
        for low, of_told in {(beyond, False), (up_to, True)}:
            ids = {each for each in then ^ self.now if (each <= after[1]) is of_told}
            for identifier, number in self._split(ids, low, len(self._starts), self._before(low)):
                yield identifier, self._changes[self._starts[number]].at

    def _sides(self, position: Position) -> tuple[int, int]:
        """Return the number of the first write not told at a position: of ids beyond its own, and of those up to it."""
        moments = [self._changes[at].at for at in self._starts]
        return sum(each < position[0] for each in moments), sum(each <= position[0] for each in moments)

    def _before(self, number: int) -> set[str]:
        """Return what was seen before the writes of a moment, by its number; after the last one it is now."""
        if number == len(self._starts):
            return self.now
        if number not in self._seen:
            self._seen[number] = self._past.seen(self._shown, self._starts[number])
        return self._seen[number]

    def _split(self, ids: set[str], low: int, high: int, seen: set[str]) -> Iterator[tuple[str, int]]:
        """Yield ids, which are seen at one end alone, each with the number of a write that changed it."""
        if high - low == 1 or not ids:
            yield from ((each, low) for each in ids)
            return
        middle = (low + high) // 2
        then = self._past.seen(self._shown, self._starts[middle])
        late = {each for each in ids if (each in then) == (each in seen)}
        yield from self._split(ids - late, low, middle, seen)
        yield from self._split(late, middle, high, then)


def _matters(change: Change, words: frozenset[str]) -> bool:
    """Return whether a change may concern the statement that holds these names."""
    if change.operation is not Operation.UPDATE:
        return True
    return not words.isdisjoint({*(change.before or ()), *(change.after or ())})


def sequence_before(session: Session, at: datetime) -> int:
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
