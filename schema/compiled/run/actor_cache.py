"""What is made once for a kind of asker and what was asked, such as compiled SQL: the last so many are kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, Protocol

from schema.declarations.recently_used import LeastRecentlyUsed
from schema.declarations.registry import Registry
from schema.execution.errors import Unplanned

LONGEST_KEY = 8_192
"""Bytes of what was asked; what is made of longer ones isn't kept, so that what is kept stays small."""


class Run(Protocol):
    """What a cache asks of the execution that it is used in."""

    made: bool

    @property
    def registry(self) -> Registry: ...

    @property
    def volatile(self) -> bool: ...

    @property
    def at_once(self) -> bool: ...


class Kept:
    """Keeps what was made last. Safe to share among threads; one at a time makes something."""

    def __init__(self, most: int) -> None:
        self.lock = threading.RLock()
        self._found: LeastRecentlyUsed[Hashable, Any] = LeastRecentlyUsed(most)

    def __len__(self) -> int:
        return len(self._found)

    def get(self, runtime: Run, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives for `key`, made once unless plugins decide what is seen.

        `key` says for whom, too. Raises Unplanned where it isn't at hand and must be.
        """
        if runtime.volatile:
            if runtime.at_once:
                raise Unplanned("not at hand")
            with self.lock:
                return make()
        found = self._found.get(key)
        if found is not None:
            return found
        if runtime.at_once:
            raise Unplanned("not at hand")
        with self.lock:
            found = self._found.get(key)
            if found is None:
                runtime.made = True
                denials = runtime.registry.denials()
                found = make()
                if length(key) <= LONGEST_KEY and runtime.registry.denials() == denials:
                    self._found.put(key, found)
            return found


def length(key: Hashable) -> int:
    """About how many bytes a key has."""
    if isinstance(key, tuple):
        return sum(map(length, key))
    return len(key) if isinstance(key, bytes | str) else 8
