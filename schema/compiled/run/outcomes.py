"""Counts operations answered by plans, and fallbacks by reason."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping


class OutcomeCounts(Mapping[str, int]):
    """Operations by outcome: `planned`, or the reason for the fallback. Thread-safe."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, outcome: str) -> None:
        """Count one more."""
        with self._lock:
            self._counts[outcome] += 1

    def __getitem__(self, outcome: str) -> int:
        return self._counts[outcome]

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(tuple(self._counts))

    def __len__(self) -> int:
        return len(self._counts)
