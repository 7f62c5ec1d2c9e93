"""Changes that a listener kept failing on, set aside so that later changes get through."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Change, DeadLetter


def set_aside(session: Session, reader: str, sequence: int, failure: str) -> None:
    """Record that `reader` failed on the change, perhaps again. `failure` is the error's class, without data."""
    letter = session.get(DeadLetter, (reader, sequence))
    if letter is None:
        session.add(DeadLetter(reader=reader, sequence=sequence, failure=failure))
    else:
        letter.failure = failure
        letter.tries += 1


def dead_letters(session: Session, readers: Sequence[str] | None = None) -> list[DeadLetter]:
    """List what was set aside, oldest change first; of these readers, or of all."""
    statement = select(DeadLetter).order_by(DeadLetter.sequence, DeadLetter.reader)
    if readers is not None:
        statement = statement.where(DeadLetter.reader.in_(readers))
    return list(session.scalars(statement))


def count_dead_letters(session: Session) -> dict[str, int]:
    """Count what was set aside, by reader."""
    rows = session.execute(select(DeadLetter.reader, func.count()).group_by(DeadLetter.reader))
    return dict(rows.all())


def changes_of(session: Session, letters: Sequence[DeadLetter]) -> dict[int, Change]:
    """Return the changes that the letters refer to, by number."""
    numbers = [letter.sequence for letter in letters]
    return {change.sequence: change for change in session.scalars(select(Change).where(Change.sequence.in_(numbers)))}
