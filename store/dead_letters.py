"""Changes that a listener kept failing to hear: set aside, so that those after them are heard."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Change, DeadLetter


def set_aside(session: Session, reader: str, sequence: int, failure: str) -> None:
    """Note that `reader` failed to hear the change, or failed again. `failure` is the error's kind, without data."""
    letter = session.get(DeadLetter, (reader, sequence))
    if letter is None:
        session.add(DeadLetter(reader=reader, sequence=sequence, failure=failure))
    else:
        letter.failure = failure
        letter.tries += 1


def dead_letters(session: Session, readers: Sequence[str] | None = None) -> list[DeadLetter]:
    """What was set aside, oldest change first: of these readers, or of all."""
    statement = select(DeadLetter).order_by(DeadLetter.sequence, DeadLetter.reader)
    if readers is not None:
        statement = statement.where(DeadLetter.reader.in_(readers))
    return list(session.scalars(statement))


def count_dead_letters(session: Session) -> dict[str, int]:
    """How many were set aside, by reader."""
    rows = session.execute(select(DeadLetter.reader, func.count()).group_by(DeadLetter.reader))
    return dict(rows.tuples().all())


def changes_of(session: Session, letters: Sequence[DeadLetter]) -> dict[int, Change]:
    """The changes that the letters are about, by their numbers."""
    numbers = [letter.sequence for letter in letters]
    return {change.sequence: change for change in session.scalars(select(Change).where(Change.sequence.in_(numbers)))}
