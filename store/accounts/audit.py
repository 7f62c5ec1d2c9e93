"""The change log as an audit log: who did what to what, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store.models import Change

PRIVATE = {"interest": ("note",), "match": ("note",), "investor_exclusion": ("note",)}
"""Columns that are private to whoever wrote them; administrators alone read them here."""
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is looked for; None for all."""

    entity_id: str | None = None
    """The entity itself, and what belongs to it."""
    actor_id: str | None = None
    """An account's or a key's id."""
    entity_type: str | None = None
    """A table's name."""
    since: datetime | None = None
    until: datetime | None = None
    """Up to, but not including."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        found: list[ColumnElement[bool]] = []
        if self.entity_id is not None:
            found.append(or_(Change.entity_id == self.entity_id, Change.owner_id == self.entity_id))
        if self.actor_id is not None:
            found.append(Change.actor_id == self.actor_id)
        if self.entity_type is not None:
            found.append(Change.entity_type == self.entity_type)
        if self.since is not None:
            found.append(Change.at >= self.since)
        if self.until is not None:
            found.append(Change.at < self.until)
        return found


def read_audit(
    session: Session,
    wanted: AuditFilter,
    limit: int,
    before: int | None = None,
    among: ColumnElement[bool] | None = None,
) -> Sequence[Change]:
    """Up to `limit` changes, newest first: those before a position, and of those that meet `among`."""
    statement = select(Change).where(*wanted.conditions()).order_by(Change.sequence.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Change.sequence < before)
    if among is not None:
        statement = statement.where(among)
    return session.scalars(statement).all()


def every(session: Session, wanted: AuditFilter, limit: int | None = None) -> Iterator[Change]:
    """All changes that are looked for, newest first, read in batches."""
    before, left = None, limit
    while left is None or left > 0:
        rows = read_audit(session, wanted, BATCH if left is None else min(BATCH, left), before)
        yield from rows
        if not rows:
            return
        before = rows[-1].sequence
        left = None if left is None else left - len(rows)
        session.expunge_all()
