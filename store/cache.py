"""The bounded cache used by all rooms."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

import cachetools

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Key, Value]):
    """A bounded cache that evicts the least recently used entry. Thread-safe.

    `size` is the maximum number of entries; entries older than `seconds`, if given, expire.
    """

    def __init__(self, size: int, seconds: float | None = None) -> None:
        self._items: cachetools.Cache[Key, Value] = (
            cachetools.LRUCache(size) if seconds is None else cachetools.TTLCache(size, seconds)
        )
        self._lock = threading.Lock()
        self._limits = (size, seconds)

    def __reduce__(self) -> tuple[type[Cache[Key, Value]], tuple[int, float | None]]:
        """Copies and pickles begin empty."""
        return type(self), self._limits

    @property
    def size(self) -> int:
        """The maximum number of entries."""
        return int(self._items.maxsize)

    def get(self, key: Key) -> Value | None:
        """Return the value of `key`, or None."""
        with self._lock:
            try:
                return self._items[key]
            except KeyError:  # the library's own `get` looks the key up twice
                return None

    def put(self, key: Key, value: Value) -> None:
        """Store `value`, evicting entries beyond the size."""
        with self._lock:
            self._items[key] = value

    def items(self) -> list[tuple[Key, Value]]:
        """All entries as they are now."""
        with self._lock:
            return list(self._items.items())

    def __len__(self) -> int:
        with self._lock:
            return len(self._items)
