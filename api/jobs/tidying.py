"""Forgets jobs that ended long ago and their files, documents archived long ago, and bytes that belong to none."""

from __future__ import annotations

import logging
from datetime import timedelta

from api.operations.settings import ServerSettings
from store.database import Database
from store.files.storage import StorageError, storage_of
from store.files.sweeping import delete_archived, sweep
from store.jobs.files import forget_files
from store.jobs.leases import WORKER
from store.jobs.queue import forget_ended

log = logging.getLogger("roadshow.jobs")

TIDY_EVERY = 3600.0
"""Seconds between two times."""


def tidy(database: Database, settings: ServerSettings) -> None:
    """Delete what the settings say is kept no longer."""
    with database.write(WORKER) as session:
        forgotten = forget_ended(session, timedelta(days=settings.jobs.keep_days))
    dropped = forget_files(settings.data_directory, timedelta(hours=settings.jobs.file_hours))
    if dropped:
        log.info("%d files of jobs had expired and were deleted", dropped)
    if forgotten:
        log.info("%d jobs that ended more than %d days ago were forgotten", forgotten, settings.jobs.keep_days)
    deleted = delete_archived(database, timedelta(days=settings.files.archived_days))
    if deleted:
        log.info("%d documents were archived long ago and were deleted", deleted)
    try:
        swept = sweep(database, storage_of(settings))
    except StorageError as problem:
        log.error("documents: %s", problem)
        return
    if swept:
        log.info("the bytes of %d documents that are no more were deleted", swept)
