"""What is kept of late, so that memory has a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class LeastRecentlyUsed(Generic[Key, Value]):
    """A mapping of bounded size that forgets what was not asked for the longest. Safe to share among threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._items: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """The value of ``key``, or None."""
        value = self._items.get(key)
        if value is not None:
            try:  # noqa: SIM105  (a context manager takes longer than all the rest)
                self._items.move_to_end(key)
            except KeyError:  # another thread has made room meanwhile
                pass
        return value

    def put(self, key: Key, value: Value) -> None:
        """Remember ``value``, and forget the oldest beyond ``size``."""
        with self._lock:
            self._items[key] = value
            self._items.move_to_end(key)
            if len(self._items) > self.size:
                self._items.popitem(last=False)

    def __len__(self) -> int:
        return len(self._items)
