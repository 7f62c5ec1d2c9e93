"""Watches the event loops of this process: their lag, and what blocks them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from plugins.host.calls.loops import LoopWatch
from plugins.host.host import Host
from plugins.host.manifest import CORE
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.loops")

EVERY_SECONDS = 0.5
BLOCKED_SECONDS = 1.0
"""Lag above which a loop counts as blocked."""

ShowLag = Callable[[str, float], None]


class LoopWatcher:
    """A thread that measures the lag of the server's loop and each plugin's, by owner.

    `show` receives each lag in seconds. A blocked loop is logged once, with its owner and the blocking function, and
    once more when it recovers.
    """

    def __init__(self, host: Host, show: ShowLag, every: float = EVERY_SECONDS) -> None:
        self._host = host
        self._show = show
        self._watches: dict[str, LoopWatch] = {}
        self._blocked: set[str] = set()
        self._every = every
        self._thread = PeriodicThread("loop-watch", self._watch, every, log=log)

    def start(self) -> None:
        """Start; called in the server's loop."""
        self._watches[CORE] = LoopWatch(asyncio.get_running_loop())
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._thread.stop(self._every * 4)

    def _watch(self) -> None:
        for owner, loop in self._host.loops().items():
            self._watches.setdefault(owner, LoopWatch(loop))
        for owner, watch in self._watches.items():
            self._judge(owner, watch)

    def _judge(self, owner: str, watch: LoopWatch) -> None:
        lag = watch.ask()
        self._show(owner, lag)
        whose = "the server's event loop" if owner == CORE else f"the event loop of the plugin '{owner}'"
        if lag >= BLOCKED_SECONDS and owner not in self._blocked:
            self._blocked.add(owner)
            log.warning("%s has been blocked for %.1f s by: %s", whose, lag, watch.busy_with() or "unknown")
        elif lag < BLOCKED_SECONDS and owner in self._blocked:
            self._blocked.discard(owner)
            log.warning("%s is running again", whose)
