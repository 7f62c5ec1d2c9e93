"""Deletes documents that were archived long ago, and bytes that belong to no document."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from store.access.actors import Actor
from store.database import Database
from store.files.storage import DocumentStorage, key_of
from store.models import Document
from store.models.base import now

UNDER_WAY = timedelta(hours=24)
"""How old bytes without a row are at least when they are deleted: those of a document are stored before its row."""
SWEEPER = Actor.system("documents")
_BATCH = 500


def delete_archived(database: Database, kept: timedelta) -> int:
    """Delete the rows of documents archived longer ago than `kept`; return how many. `sweep` deletes their bytes."""
    with database.write(SWEEPER) as session:
        old = session.scalars(select(Document).where(Document.archived_at < now() - kept).limit(_BATCH)).all()
        for each in old:
            session.delete(each)
    return len(old)


def sweep(database: Database, storage: DocumentStorage, at_once: bool = False) -> int:
    """Delete the bytes without a row, by default those older than `UNDER_WAY`; return of how many documents.

    Raises StorageError.
    """
    before = now() if at_once else now() - UNDER_WAY
    stale = [key for key, written in storage.listed() if written < before]
    count = 0
    for start in range(0, len(stale), _BATCH):
        batch = stale[start : start + _BATCH]
        with database.read() as session:
            ids = [key.rpartition("/")[2] for key in batch]
            there = {key_of(each) for each in session.scalars(select(Document.id).where(Document.id.in_(ids)))}
        for key in batch:
            if key not in there:
                storage.delete(key)
                count += 1
    return count
