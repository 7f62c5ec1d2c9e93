"""A polling loop for readers of the change log and scheduled work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable


class PeriodicThread:
    """Calls `step` in a daemon thread, waits, and repeats until stopped.

    `step` returns the seconds to wait before the next call; None means `seconds`. Exceptions are logged as "`name`
    failed", because the database may be away for a while, and the next call comes after `pause` seconds.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], float | None],
        seconds: float,
        *,
        log: logging.Logger,
        pause: float | None = None,
    ) -> None:
        self.name = name
        self.stopping = threading.Event()
        """Set by `stop`; long steps should check it."""
        self._step = step
        self._seconds = seconds
        self._pause = seconds if pause is None else pause
        self._log = log
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def started(self) -> bool:
        """Whether it was started."""
        return self._thread is not None

    def start(self) -> None:
        """Start with the first step at once. Has no effect when repeated or after `stop`."""
        with self._lock:
            if self._thread is None and not self.stopping.is_set():
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()

    def stop(self, seconds: float) -> None:
        """Start no further step, and wait at most `seconds` for the current one."""
        with self._lock:
            self.stopping.set()
        if self._thread is not None:
            self._thread.join(max(0.0, seconds))

    def _run(self) -> None:
        wait: float | None = 0.0
        while not self.stopping.wait(self._seconds if wait is None else wait):
            try:
                wait = self._step()
            except Exception:
                self._log.exception("%s failed; trying again", self.name)
                wait = self._pause


def stop_all(threads: Iterable[PeriodicThread], seconds: float) -> None:
    """Stop several threads, waiting at most `seconds` for all together."""
    stopped = list(threads)
    for each in stopped:
        each.stopping.set()
    end = time.monotonic() + seconds
    for each in stopped:
        each.stop(end - time.monotonic())
