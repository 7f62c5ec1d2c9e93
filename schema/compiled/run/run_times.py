"""Measures a plan's runs, and decides whether the event loop may run it."""

from __future__ import annotations

import statistics
import threading
from collections import deque

_REST, _LONGEST_REST = 16, 256
"""Minimum and maximum number of runs left to worker threads after a slow run in the loop."""
_MEASURED = 32
"""One run in this many is measured in the loop: reading a thread's time costs as much as a small query."""
_REMEMBERED = 5
"""Number of measured runs whose median counts."""


class RunTimes:
    """Processor time of one plan's runs. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: float | None = None
        self._measured: deque[float] = deque(maxlen=_REMEMBERED)
        self._rests = 0
        self._rest = _REST
        self._runs = 0

    @property
    def seconds(self) -> float | None:
        """The median of the last measured runs; None before the first.

        Neither the load of the machine nor a single garbage collection counts.
        """
        return self._seconds

    def allow(self, seconds: float) -> bool:
        """Return whether the plan takes less than `seconds` and isn't resting after a slow run."""
        with self._lock:
            if self._seconds is None or self._seconds > seconds:
                return False
            if self._rests:
                self._rests -= 1
                return False
            return True

    def due(self) -> bool:
        """Count a run in the loop; return whether to measure it."""
        with self._lock:
            self._runs += 1
            return self._runs % _MEASURED == 0

    def add(self, seconds: float, *, built: bool = False) -> None:
        """Record the time of a run; one in which statements were `built` counts only until a better figure exists."""
        with self._lock:
            if not built:
                self._measured.append(seconds)
                self._seconds = statistics.median_low(self._measured)
            elif not self._measured:
                self._seconds = seconds

    def was_slow(self) -> None:
        """Record that a run in the loop took too long: the plan rests, longer each time in a row."""
        with self._lock:
            self._rests = self._rest
            self._rest = min(2 * self._rest, _LONGEST_REST)

    def was_fast(self) -> None:
        """Record that a run in the loop ended in time: the next rest is shorter."""
        if self._rest > _REST:
            with self._lock:
                self._rest = max(_REST, self._rest // 2)
