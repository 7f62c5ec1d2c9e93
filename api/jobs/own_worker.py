"""The server's own worker: `roadshow work` in a separate process while there are jobs, so that requests don't wait."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Collection

from api.background.listeners import only_one
from api.background.own_commands import run_command
from api.jobs.tidying import TIDY_EVERY, tidy
from api.operations.settings import ServerSettings
from store.database import Database
from store.jobs.leases import waiting
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.jobs")

LOOKS_EVERY = 1.0
"""Seconds between looks into the queue."""
LINGER = 60
"""Seconds without jobs after which the process ends; starting one takes seconds."""
PAUSE_AFTER_FAILURE = 30.0


class OwnWorker:
    """Looks, in a thread, whether jobs are due. Of several processes on one database one runs them."""

    def __init__(self, database: Database, kinds: Collection[str], settings: ServerSettings) -> None:
        self._database = database
        self._kinds = list(kinds)
        self._settings = settings
        self._tidied = float("-inf")
        self._thread = PeriodicThread("jobs", self._work_due, LOOKS_EVERY, log=log, pause=PAUSE_AFTER_FAILURE)

    def start(self) -> None:
        """Start, if the settings say so."""
        if self._settings.jobs.own_worker and self._kinds:
            self._thread.start()

    def stop(self) -> None:
        """Stop; a job in progress goes back to the queue."""
        self._thread.stop(self._settings.jobs.stop_seconds + 5)

    def _work_due(self) -> float | None:
        if time.monotonic() - self._tidied > TIDY_EVERY:
            self._tidied = time.monotonic()
            tidy(self._database, self._settings)
        if not waiting(self._database, self._kinds):
            return None
        with only_one(self._database, "jobs") as ours:
            if not ours:
                return None
            code, errors = run_command(
                ["work", "--until-idle", str(LINGER)], self._environment(), self._thread.stopping
            )
        if code in (None, 0):
            return None
        log.error("the worker ended with %s; the next starts in %.0f s: %s", code, PAUSE_AFTER_FAILURE, errors[-500:])
        return PAUSE_AFTER_FAILURE

    def _environment(self) -> dict[str, str]:
        settings = self._settings
        return {
            "ROADSHOW_DATABASE_URL": self._database.url.render_as_string(hide_password=False),
            "ROADSHOW_DATA_DIRECTORY": str(settings.data_directory.absolute()),
            "ROADSHOW_ENCODER": settings.encoder,
            "ROADSHOW_PLUGINS": json.dumps(settings.plugins),
            "ROADSHOW_JOBS": settings.jobs.model_dump_json(),
            "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),  # leave cores to requests
        }
