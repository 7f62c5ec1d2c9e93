"""Makes backups while the server runs: `roadshow backup` in a process of its own, when the newest is old enough."""

from __future__ import annotations

import logging
from datetime import timedelta

from api.background.listeners import only_one
from api.background.own_commands import run_command
from api.operations.settings import ServerSettings
from store.backup.collection import backups, made_at
from store.database import Database
from store.models.base import now
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.backup")

LOOKS_EVERY = 60.0
"""Seconds between looks at the folder."""
PAUSE_AFTER_FAILURE = 900.0


class ScheduledBackups:
    """Looks, in a thread, whether a backup is due. Of several processes on one database one makes it."""

    def __init__(self, database: Database, settings: ServerSettings) -> None:
        self._database = database
        self._settings = settings
        self._thread = PeriodicThread("backup", self._back_up_due, LOOKS_EVERY, log=log, pause=PAUSE_AFTER_FAILURE)

    def start(self) -> None:
        """Begin, where the settings name a folder."""
        if self._settings.backup.directory is not None:
            self._thread.start()

    def stop(self) -> None:
        """End; a backup under way is given up and leaves no file."""
        self._thread.stop(10)

    def due(self) -> bool:
        """Whether the newest backup is older than the settings allow."""
        folder = self._settings.backup.directory
        if folder is None:
            return False
        newest = next(iter(backups(folder)), None)
        return newest is None or now() - made_at(newest) >= timedelta(hours=self._settings.backup.every_hours)

    def _back_up_due(self) -> float | None:
        with only_one(self._database, "backup") as ours:
            if not ours or not self.due():
                return None
            settings = self._settings.backup.model_dump_json()
            environment = {
                "ROADSHOW_DATABASE_URL": self._database.url.render_as_string(hide_password=False),
                "ROADSHOW_BACKUP": settings,
            }
            code, errors = run_command(["backup"], environment, self._thread.stopping)
        if code is None:
            return None
        if code == 0:
            log.info("a backup was made and verified")
            return None
        log.error(
            "no backup was made (%s); it is tried again in %.0f s: %s", code, PAUSE_AFTER_FAILURE, errors.strip()[-500:]
        )
        return PAUSE_AFTER_FAILURE
