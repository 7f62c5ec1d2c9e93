"""The change log read as an audit log: who changed what and when, newest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store.models import Change

PRIVATE = {"interest": ("note",), "match": ("note",), "investor_exclusion": ("note",)}
"""Columns that are private to their authors, by table; only administrators read them in the audit log."""
BATCH = 1_000


class Entry(TypedDict):
    """An entry by the names of `Change`'s columns, as archives hold it."""

    sequence: int
    at: datetime
    actor_role: str
    actor_id: str | None
    actor_name: str | None
    entity_type: str
    entity_id: str
    owner_id: str
    operation: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries to read; a field that is None selects all."""

    entity_id: str | None = None
    """Id of an entity; what belongs to it is included."""
    actor_id: str | None = None
    """Id of an account or a key."""
    entity_type: str | None = None
    """Name of a table."""
    since: datetime | None = None
    until: datetime | None = None
    """The end of the period, which is not part of it."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions."""
        conditions: list[ColumnElement[bool]] = []
        if self.entity_id is not None:
            conditions.append(or_(Change.entity_id == self.entity_id, Change.owner_id == self.entity_id))
        if self.actor_id is not None:
            conditions.append(Change.actor_id == self.actor_id)
        if self.entity_type is not None:
            conditions.append(Change.entity_type == self.entity_type)
        if self.since is not None:
            conditions.append(Change.at >= self.since)
        if self.until is not None:
            conditions.append(Change.at < self.until)
        return conditions

    def selects(self, entry: Entry) -> bool:
        """Return whether it selects an entry, as `conditions` do."""
        return (
            self.entity_id in (None, entry["entity_id"], entry["owner_id"])
            and self.actor_id in (None, entry["actor_id"])
            and self.entity_type in (None, entry["entity_type"])
            and (self.since is None or entry["at"] >= self.since)
            and (self.until is None or entry["at"] < self.until)
        )


@dataclass(frozen=True, slots=True)
class AuditBounds:
    """A page of the log: so many entries before one position and after another, newest first unless told otherwise."""

    limit: int
    before: int | None = None
    since: int | None = None
    oldest_first: bool = False


def read_audit(
    session: Session,
    wanted: AuditFilter,
    limit: int,
    before: int | None = None,
    among: ColumnElement[bool] | None = None,
    since: int | None = None,
    *,
    oldest_first: bool = False,
) -> Sequence[Change]:
    """Read up to `limit` entries, newest first unless told otherwise, that also meet `among`.

    They lie before the position `before` and after the position `since`.
    """
    order = Change.sequence.asc() if oldest_first else Change.sequence.desc()
    statement = select(Change).where(*wanted.conditions()).order_by(order).limit(limit)
    if before is not None:
        statement = statement.where(Change.sequence < before)
    if since is not None:
        statement = statement.where(Change.sequence > since)
    if among is not None:
        statement = statement.where(among)
    return session.scalars(statement).all()


def read_all(session: Session, wanted: AuditFilter, limit: int | None = None) -> Iterator[Change]:
    """Read all wanted entries, newest first, in batches."""
    before, left = None, limit
    while left is None or left > 0:
        rows = read_audit(session, wanted, BATCH if left is None else min(BATCH, left), before)
        yield from rows
        if not rows:
            return
        before = rows[-1].sequence
        left = None if left is None else left - len(rows)
        session.expunge_all()
