"""Keeps vectors up to date: when texts change, `roadshow encode` runs in a separate process.

The server never loads a model. The change log says when there is work; a durable cursor records progress, so that
nothing is forgotten when a server stops in between. One process on a database does it at a time.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable

from api.background.listeners import only_one
from api.background.own_commands import run_command
from api.operations.settings import ServerSettings
from recommender.pool.ranked_kinds import RankedKind
from recommender.training.encode import READER, TEXTS
from store.changes import latest_position, position_of, read_changes
from store.database import Database
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.encoding")

PAUSE_AFTER_FAILURE = 300.0
"""Seconds until a retry after a failure, such as a model that can't be loaded."""


class BackgroundEncoding:
    """Checks the change log every `settings.poll_seconds`, in a thread, and has new texts encoded."""

    def __init__(self, database: Database, settings: ServerSettings, kinds: Iterable[RankedKind] = ()) -> None:
        """`kinds` are records of plugins that rankings compare too."""
        self._database = database
        self._tables = (*TEXTS, *(table for each in kinds for table in sorted(each.tables)))
        self._settings = settings
        self._looked_at = -1
        self._thread = PeriodicThread(
            "encoding", self._encode_due, settings.poll_seconds, log=log, pause=PAUSE_AFTER_FAILURE
        )

    def start(self) -> None:
        """Start, if the settings say so."""
        if self._settings.encode_in_background:
            self._thread.start()

    def stop(self) -> None:
        """Stop; a run in progress is interrupted and resumes at the next start."""
        self._thread.stop(10)

    def due(self) -> bool:
        """Return whether texts may have changed since the last complete run."""
        with self._database.read() as session:
            end = latest_position(session)
            if end == self._looked_at:
                return False
            changed = bool(read_changes(session, position_of(session, READER), 1, self._tables))
        self._looked_at = end
        return changed

    def _encode_due(self) -> float | None:
        if not self.due():
            return None
        with only_one(self._database, READER) as ours:
            if not ours or self._run():
                return None
        self._looked_at = -1
        return PAUSE_AFTER_FAILURE

    def _run(self) -> bool:
        log.info("texts have changed: encoding")
        environment = {
            "ROADSHOW_DATABASE_URL": self._database.url.render_as_string(hide_password=False),
            "ROADSHOW_ENCODER": self._settings.encoder,
            "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),  # leave cores to requests
        }
        code, errors = run_command(["encode"], environment, self._thread.stopping)
        if code is None:
            return True
        if code == 0:
            log.info("every text has its vectors")
            return True
        log.error(
            "encoding ended with %s; rankings ignore the new texts until the retry in %.0f s: %s",
            code,
            PAUSE_AFTER_FAILURE,
            errors.strip()[-500:],
        )
        return False
