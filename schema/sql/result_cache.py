"""Caches ids from statements until something is written."""

from __future__ import annotations

from collections.abc import Hashable

from sqlalchemy import Select
from sqlalchemy.orm import Session

from store.cache import Cache
from store.changes import latest_position

SECONDS = 30.0
"""Seconds after which results of rules that depend on more than rows, such as the time, are read again."""


class ResultCache:
    """The ids from recent statements, each at one position of the change log."""

    def __init__(self, size: int = 32) -> None:
        self._cache: Cache[Hashable, list[str]] = Cache(size, SECONDS)

    def ids(self, session: Session, statement: Select[str]) -> list[str]:
        """What `statement` gives; the same list as before where nothing was written since."""
        compiled = statement.compile(session.get_bind())
        key = (latest_position(session), str(compiled), repr(sorted(compiled.params.items())))
        cached = self._cache.get(key)
        if cached is None:
            cached = list(session.scalars(statement))
            self._cache.put(key, cached)
        return cached
