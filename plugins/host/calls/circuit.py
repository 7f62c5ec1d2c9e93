"""A circuit breaker: switches off what keeps failing for a while, then tries it once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum


class CircuitState(StrEnum):
    """Whether calls go through."""

    CLOSED = "closed"
    """Calls go through."""
    OPEN = "open"
    """Calls are refused until the rest is over."""
    HALF_OPEN = "half open"
    """One trial call goes through and decides."""


class Circuit:
    """Counts failures in a row.

    Parameters
    ----------
    threshold: failures in a row after which it opens.
    rest, longest_rest: seconds that it stays open at first, and at most; each failed trial doubles them.
    clock: seconds that only grow.
    """

    def __init__(self, threshold: int, rest: float, longest_rest: float, clock: Callable[[], float]) -> None:
        self._threshold = threshold
        self._first_rest = rest
        self._longest_rest = longest_rest
        self._clock = clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._rest = rest
        self._open_until: float | None = None
        self._trial = False

    def admit(self) -> bool:
        """Return whether a call may go through now. Every admitted call must report how it ended."""
        with self._lock:
            if self._open_until is None:
                return True
            if self._trial or self._clock() < self._open_until:
                return False
            self._trial = True
            return True

    def succeeded(self) -> None:
        """Record a success."""
        with self._lock:
            if self._open_until is not None and not self._trial:
                return  # begun before the circuit opened: the trial decides, not it
            self._in_a_row = 0
            self._rest = self._first_rest
            self._open_until = None
            self._trial = False

    def failed(self) -> bool:
        """Record a failure. Return whether it opened the circuit."""
        with self._lock:
            self._in_a_row += 1
            if self._trial:
                self._rest = min(self._rest * 2, self._longest_rest)
            elif self._open_until is not None or self._in_a_row < self._threshold:
                return False
            self._trial = False
            self._open_until = self._clock() + self._rest
            return True

    @property
    def state(self) -> CircuitState:
        with self._lock:
            if self._open_until is None:
                return CircuitState.CLOSED
            over = self._trial or self._clock() >= self._open_until
            return CircuitState.HALF_OPEN if over else CircuitState.OPEN

    def rest_left(self) -> float:
        """Return the seconds until the next trial; 0 if calls go through."""
        with self._lock:
            return 0.0 if self._open_until is None else max(0.0, self._open_until - self._clock())
