"""Sends notifications while the server runs."""

from __future__ import annotations

import logging
import time

from api.notifications.bundling import OpenAs
from api.notifications.delivering import Notifier
from api.operations.settings import ServerSettings
from plugins.host.host import Host
from store.database import Database
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.notifications")

KEEP_UP_EVERY = 3_600.0
PASS_SECONDS = 30.0


class NotificationSender:
    """Looks every few seconds, in a thread, for what is due."""

    def __init__(self, database: Database, host: Host, open_as: OpenAs | None, settings: ServerSettings) -> None:
        self._notifier = Notifier(database, host, open_as, settings) if open_as is not None else None
        self._kept_up_at = -KEEP_UP_EVERY
        self._background = settings.notifications.background
        self._thread = PeriodicThread("notifications", self._step, settings.notifications.every_seconds, log=log)

    def start(self) -> None:
        """Start, if the settings say so."""
        if self._background and self._notifier is not None:
            self._thread.start()

    def stop(self) -> None:
        """Stop; what is being sent is finished."""
        self._thread.stop(10)

    def _step(self) -> float | None:
        assert self._notifier is not None
        self._notifier.run(PASS_SECONDS)
        if time.monotonic() - self._kept_up_at >= KEEP_UP_EVERY:
            self._kept_up_at = time.monotonic()
            self._notifier.keep_up()
        return None
