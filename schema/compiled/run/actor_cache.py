"""What is made once for a kind of asker and what was asked, such as compiled SQL: the last so many are cached."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar

from schema.declarations.registry import Registry
from schema.execution.errors import NotCompilable
from store.cache import Cache

Value = TypeVar("Value")

LONGEST_KEY = 8_192
"""Bytes of what was asked; what is made of longer ones isn't cached, so that what is cached stays small."""


class CacheUser(Protocol):
    """What a cache asks of the execution that it is used in."""

    built: bool

    @property
    def registry(self) -> Registry: ...

    @property
    def volatile(self) -> bool: ...

    @property
    def fast_path(self) -> bool: ...


class ProfileCache:
    """Keeps what was made last. Safe to share among threads; one at a time makes something."""

    def __init__(self, size: int) -> None:
        self.lock = threading.RLock()
        self._cache: Cache[Hashable, Any] = Cache(size)

    def __len__(self) -> int:
        return len(self._cache)

    def get(self, runtime: CacheUser, key: Hashable, make: Callable[[], Value]) -> Value:
        """What `make` gives for `key`, made once unless plugins decide what is seen.

        `key` says for whom, too. Raises NotCompilable where it isn't at hand and must be.
        """
        if runtime.volatile:
            if runtime.fast_path:
                raise NotCompilable("not at hand")
            with self.lock:
                return make()
        found: Value | None = self._cache.get(key)
        if found is not None:
            return found
        if runtime.fast_path:
            raise NotCompilable("not at hand")
        with self.lock:
            found = self._cache.get(key)
            if found is None:
                runtime.built = True
                denials = runtime.registry.denials()
                found = make()
                if length(key) <= LONGEST_KEY and runtime.registry.denials() == denials:
                    self._cache.put(key, found)
            return found


def length(key: Hashable) -> int:
    """About how many bytes a key has."""
    if isinstance(key, tuple):
        return sum(map(length, key))
    return len(key) if isinstance(key, bytes | str) else 8
