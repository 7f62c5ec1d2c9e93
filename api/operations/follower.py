"""Follows the change log in one process and wakes its watchers.

Every worker follows the log by itself, so a subscriber hears of any write. While nobody watches, nothing is polled.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Collection

from store.changes import latest_position, read_changes
from store.database import Database
from store.models.system import Change

log = logging.getLogger("roadshow.changes")

BATCH = 1_000


class TooSlowError(Exception):
    """A watcher fell so far behind that unread changes are no longer in memory."""

    code = "SLOW_CONSUMER"

    def __init__(self) -> None:
        super().__init__("Events were not read fast enough; subscribe again and read the current state.")


class ChangeFollower:
    """Reads new changes every ``poll_seconds`` while there are watchers, and keeps the last ``keep``.

    Belongs to one event loop.
    """

    def __init__(self, database: Database, poll_seconds: float = 0.2, keep: int = 10_000) -> None:
        self.database = database
        self.poll_seconds = poll_seconds
        self.watchers = 0
        self._recent: deque[Change] = deque(maxlen=keep)
        self._position: int | None = None  # of the last change read; None while not following
        self._forgotten = 0  # changes up to here are not in _recent
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncIterator[int]:
        """Follow the log within the context; yields the position from which on nothing will be missed."""
        self.watchers += 1
        try:
            async with self._starting:
                if self._position is None:
                    self._position = self._forgotten = await asyncio.to_thread(self._latest)
                    self._task = asyncio.create_task(self._follow())
            yield self._position
        finally:
            self.watchers -= 1
            if self.watchers == 0 and self._task is not None:
                self._task.cancel()
                self._task, self._position = None, None
                self._recent.clear()

    async def followed(self) -> None:
        """Wait until the log is followed for whoever has begun to `follow`."""
        while self._position is None:
            await asyncio.sleep(0.01)
        async with self._starting:  # whoever came first has its position
            await asyncio.sleep(0.01)

    async def follow(
        self, entity_types: Collection[str] | None = None, entity_ids: Collection[str] | None = None
    ) -> AsyncIterator[Change]:
        """Yield changes from now on, oldest first: of these types of entity (table names), of these entities.

        An entity's change also counts for its owner (``Change.owner_id``). Raises TooSlowError if the reader falls too
        far behind.
        """
        async with self.following() as position:
            while True:
                async with self._news:
                    await self._news.wait_for(lambda: (self._position or 0) > position)  # noqa: B023
                    if position < self._forgotten:
                        raise TooSlowError
                    fresh = [change for change in self._recent if change.sequence > position]
                    position = self._position or position
                for change in fresh:
                    if entity_types is not None and change.entity_type not in entity_types:
                        continue
                    if entity_ids is not None and not {change.entity_id, change.owner_id} & set(entity_ids):
                        continue
                    yield change

    async def close(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self.poll_seconds)
            try:
                fresh = await asyncio.to_thread(self._read, self._position or 0)
            except Exception:  # the database may be away for a moment; the log is still there afterwards
                log.exception("the change log can't be read; trying again")
                await asyncio.sleep(1)
                continue
            if fresh:
                async with self._news:
                    for change in fresh:
                        if len(self._recent) == self._recent.maxlen:
                            self._forgotten = self._recent[0].sequence
                        self._recent.append(change)
                    self._position = fresh[-1].sequence
                    self._news.notify_all()

    def _latest(self) -> int:
        with self.database.read() as session:
            return latest_position(session)

    def _read(self, position: int) -> list[Change]:
        with self.database.read() as session:
            if latest_position(session) <= position:
                return []
            return read_changes(session, position, BATCH)
