"""Everything that changed for an actor since a cursor, for clients that keep a copy.

The cursor holds the time and id of the last entry, which the actor was told: a position in the change log would count
hidden writes. Entries are the visible records by the time of the last write that the actor may know of, and the records
that came into its sight or out of it, by a write of their own or of others, by the time of that write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import and_, or_, select

from schema.declarations.base import GivenArguments, Model
from schema.declarations.columns import Column
from schema.declarations.entities import Entity
from schema.declarations.errors import BadUserInputError
from schema.declarations.registry import Registry
from schema.domain.changes.sight import Position, Sight, sequence_before
from schema.request.context import Context
from schema.sql import cursors
from schema.sql.page_sizes import first_of
from store.models.base import now

SETTLE = timedelta(seconds=10)
"""Writes are told after this time, when no earlier one can still be committed: writers wait for each other."""
MARK = cursors.signature(["changes"])
Held: TypeAlias = Mapping[str, bool]
"""Whether a client's copy holds a record, by id, where that isn't what was seen at its cursor's position.

The rest of the copy can then be told from what was seen there. What is read is as it is now, and may have turned once
more after the page's end; and of several turns of a record only one is told.
"""
BEGINNING: Position = (datetime(1970, 1, 1, tzinfo=UTC), "")
_NOTHING: Held = {}


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
    position, since, held = (BEGINNING, horizon, _NOTHING) if given is None else _position(given)
    start = max(position, (since, ""))  # who asks for the first time keeps nothing yet
    names = arguments.get("types")
    types = [each for each in kept_types(context.registry) if names is None or each.name in {str(n) for n in names}]
    entries = [entry for each in types for entry in _written(context, each, position, horizon, size + 1)]
    sights = _sights(context, types, start[0], held)
    if given is not None:
        turned = [entry for sight in sights for entry in _turned(sight, start, held, horizon)]
        ids = {entry.object_id for entry in turned}
        entries = [entry for entry in entries if entry.object_id not in ids] + turned
    entries.sort(key=lambda entry: entry.position)
    page = entries[:size]
    if not page:
        return Feed(page, given, bool(entries))
    end = max(position, page[-1].position)
    for sight in sights:
        held = _held(sight, start, max(end, start), held, page)
    return Feed(page, _cursor(end, since, held), len(entries) > size)


def _sights(context: Context, types: Sequence[Entity], since: datetime, held: Held) -> list[Sight]:
    """Return what is seen of the types of which anything may have turned since."""
    first = sequence_before(context.session, since)
    sights = [Sight(context, each, since, first, frozenset(held)) for each in types]
    return [each for each in sights if each.moved]


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


def _turned(sight: Sight, start: Position, held: Held, horizon: datetime) -> Iterator[Entry]:
    """Yield the records that the actor sees and the copy lacks, or the other way round."""
    for identifier in filter(sight.concerns, held):
        if held[identifier] is not (identifier in sight.now):
            yield Entry(start[0], identifier, removed=held[identifier])
    for identifier, at in sight.turned(start):
        if at <= horizon and identifier not in held:
            yield Entry(at, identifier, removed=identifier not in sight.now)


def _held(sight: Sight, start: Position, end: Position, held: Held, page: Sequence[Entry]) -> Held:
    """Return what a copy holds otherwise than it was seen at the end of a page."""
    then = sight.at(end)
    copy = dict.fromkeys(then, False) | dict.fromkeys(sight.at(start), True)
    copy |= {each: kept for each, kept in held.items() if sight.concerns(each)}
    copy |= {each.object_id: not each.removed for each in page if each.object_id in copy or each.object_id in sight.now}
    others = {each: kept for each, kept in held.items() if not sight.concerns(each)}
    return others | {each: kept for each, kept in copy.items() if kept is not (each in then)}


def _cursor(position: Position, since: datetime, held: Held) -> str:
    return cursors.encode(MARK, [*position, since, " ".join(f"{each}={kept:d}" for each, kept in sorted(held.items()))])


def _position(cursor: str) -> tuple[Position, datetime, Held]:
    """Return where a cursor stands, since when its client has kept a copy, and what that holds otherwise."""
    at, identifier, since, held = cursors.decode(cursor, MARK, 4, "after")
    if not (isinstance(at, datetime) and isinstance(identifier, str) and isinstance(since, datetime)):
        raise BadUserInputError("after is not a cursor of these changes.", field="after")
    pairs = (each.partition("=") for each in str(held or "").split())
    return (at, identifier), since, {each: kept == "1" for each, _, kept in pairs}
