"""A bounded cache of what is built per access profile and request, such as compiled SQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar

from schema.declarations.registry import Registry
from schema.execution.errors import NotCompilable
from store.cache import Cache

Value = TypeVar("Value")

LONGEST_KEY = 8_192
"""Maximum size of a key in bytes; longer ones aren't cached."""


class CacheUser(Protocol):
    """What a cache needs from the execution that uses it."""

    built: bool

    @property
    def registry(self) -> Registry: ...

    @property
    def volatile(self) -> bool: ...

    @property
    def fast_path(self) -> bool: ...


class ProfileCache:
    """A bounded cache. Thread-safe; one thread at a time builds an entry."""

    def __init__(self, size: int) -> None:
        self.lock = threading.RLock()
        self._cache: Cache[Hashable, Any] = Cache(size)

    def __len__(self) -> int:
        return len(self._cache)

    def get(self, runtime: CacheUser, key: Hashable, make: Callable[[], Value]) -> Value:
        """What `make` gives for `key`, made once unless plugins decide what is seen.

        `key` includes the profile. Raises NotCompilable for a missing entry that must not be built.
        """
        if runtime.volatile:
            if runtime.fast_path:
                raise NotCompilable("not at hand")
            with self.lock:
                return make()
        cached: Value | None = self._cache.get(key)
        if cached is not None:
            return cached
        if runtime.fast_path:
            raise NotCompilable("not at hand")
        with self.lock:
            cached = self._cache.get(key)
            if cached is None:
                runtime.built = True
                denials = runtime.registry.denials()
                cached = make()
                if length(key) <= LONGEST_KEY and runtime.registry.denials() == denials:
                    self._cache.put(key, cached)
            return cached


def length(key: Hashable) -> int:
    """Return the approximate size of a key in bytes."""
    if isinstance(key, tuple):
        return sum(map(length, key))
    return len(key) if isinstance(key, bytes | str) else 8
