"""Forgets jobs that ended long ago, and their files."""

from __future__ import annotations

import logging
from datetime import timedelta

from api.operations.settings import ServerSettings
from store.database import Database
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
