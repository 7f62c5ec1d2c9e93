"""Moves old entries of the audit log to archives while the server runs."""

from __future__ import annotations

import logging
from datetime import timedelta

from api.background.listeners import only_one
from api.operations.settings import ServerSettings
from store.backup.audit_archive import archive, redact
from store.database import Database
from store.models.base import now
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.audit")

EVERY_SECONDS = 6 * 3_600.0
PAUSE_AFTER_FAILURE = 900.0


class AuditRetention:
    """Archives, in a thread, what is older than the settings keep. Of several processes on one database one does so."""

    def __init__(self, database: Database, settings: ServerSettings) -> None:
        self._database = database
        self._settings = settings.audit
        self._thread = PeriodicThread(
            "audit retention", self._archive_due, EVERY_SECONDS, log=log, pause=PAUSE_AFTER_FAILURE
        )

    def start(self) -> None:
        """Begin, where the settings name a folder."""
        if self._settings.directory is not None:
            self._thread.start()

    def stop(self) -> None:
        """End; a file under way is finished."""
        self._thread.stop(10)

    def _archive_due(self) -> float | None:
        folder = self._settings.directory
        assert folder is not None
        with only_one(self._database, "audit") as ours:
            if ours:
                moved = archive(self._database, folder, now() - timedelta(days=self._settings.keep_days))
                redact(self._database, folder)
                if moved:
                    log.info("%d entries of the audit log were archived", moved)
        return None
