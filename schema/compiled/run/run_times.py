"""How long a plan takes, and whether the server's own loop may run it."""

from __future__ import annotations

import statistics
import threading
from collections import deque

_REST, _LONGEST_REST = 16, 256
"""Runs that a plan is left to worker threads after it took too long in the loop, at first and at most."""
_MEASURED = 32
"""One run in so many is measured in the loop: to ask for a thread's time costs as much as a small query."""
_REMEMBERED = 5
"""Measured runs whose median counts."""


class RunTimes:
    """Processor time of one plan's runs. Safe to share among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: float | None = None
        self._measured: deque[float] = deque(maxlen=_REMEMBERED)
        self._rests = 0
        self._rest = _REST
        self._runs = 0

    @property
    def seconds(self) -> float | None:
        """The median of the last runs measured; None before the first.

        How busy the machine is otherwise doesn't count, nor does one run in which Python collected its garbage.
        """
        return self._seconds

    def allow(self, seconds: float) -> bool:
        """Whether the plan is known to take less than so many seconds, and isn't resting after a slow run."""
        with self._lock:
            if self._seconds is None or self._seconds > seconds:
                return False
            if self._rests:
                self._rests -= 1
                return False
            return True

    def due(self) -> bool:
        """Count a run in the loop; gives whether it is to be measured."""
        with self._lock:
            self._runs += 1
            return self._runs % _MEASURED == 0

    def add(self, seconds: float, *, built: bool = False) -> None:
        """Note how long a run took; one in which statements were `built` counts until a better figure is there."""
        with self._lock:
            if not built:
                self._measured.append(seconds)
                self._seconds = statistics.median_low(self._measured)
            elif not self._measured:
                self._seconds = seconds

    def was_slow(self) -> None:
        """Note that a run in the loop took too long: the plan rests, longer each time that this happens in a row."""
        with self._lock:
            self._rests = self._rest
            self._rest = min(2 * self._rest, _LONGEST_REST)

    def was_fast(self) -> None:
        """Note that a run in the loop ended in time: the next rest is shorter again."""
        if self._rest > _REST:
            with self._lock:
                self._rest = max(_REST, self._rest // 2)
