"""What merges hold of a person, for the erasure of the person's data."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from store.merging.merging import MergeError, survivor
from store.models import DistinctPair, RecordMerge


def merged_with(session: Session, identifier: str) -> list[str]:
    """Take from the merges of a record those that were merged into it, and return their ids.

    Raises MergeError for a record that is part of another one.
    """
    if (kept := survivor(session, identifier)) is not None:
        raise MergeError(f"{identifier} was merged into {kept}; erase that, and this goes with it")
    merged = select(RecordMerge.gone_id).where(RecordMerge.kept_id == identifier, RecordMerge.undone_at.is_(None))
    found = list(session.scalars(merged.order_by(RecordMerge.id)))
    forget(session, found)
    return found


def forget(session: Session, ids: Collection[str]) -> None:
    """Delete the merges of records, their pairs, and what other merges hold of rows, by their ids."""
    session.execute(delete(DistinctPair).where(or_(DistinctPair.first_id.in_(ids), DistinctPair.second_id.in_(ids))))
    session.execute(delete(RecordMerge).where(or_(RecordMerge.kept_id.in_(ids), RecordMerge.gone_id.in_(ids))))
    for done in session.scalars(select(RecordMerge)):
        held = {key: columns for key, columns in done.changed.items() if key.partition(":")[2] not in ids}
        if len(held) < len(done.changed):
            done.changed = held
    session.flush()
