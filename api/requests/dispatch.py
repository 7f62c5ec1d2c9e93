"""Decides in which thread an operation runs, and when: writes apart from reads, heavy operations in fair turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from api.operations.settings import ServerSettings
from api.requests.documents import Operation
from api.requests.fair_turns import FairTurns, RecentCallers
from api.requests.interruption import Interruptible
from api.requests.workers import WorkerPool
from store.cache import Cache

Result = TypeVar("Result")

HEAVY_SECONDS = 0.001
"""Processor time above which an operation is heavy; unmeasured ones count as heavy."""
DECAY = 0.8
"""Share of an operation's measure that remains after each cheaper run, so that an expensive run is remembered."""
WRITE_SHARE = 0.4
"""Share of the time limit that a mutation may wait for a thread; waiting for the database's lock takes half."""


def plugin_threads(settings: ServerSettings) -> int:
    """Return the number of threads for operations that call plugins: half as many as core's."""
    return max(2, settings.threads // 2)


class Dispatcher:
    """Runs operations in threads. Belongs to one event loop.

    Mutations have their own threads: while one waits for the database's write lock, reads go on. So have operations
    that call plugins: while those sleep, core's go on.
    """

    def __init__(self, settings: ServerSettings, recent: RecentCallers) -> None:
        self.seconds = settings.limits.seconds
        self.readers = WorkerPool("read", settings.threads, settings.queue)
        self.writers = WorkerPool("write", settings.write_threads, settings.queue)
        self.plugins = WorkerPool("plugin", plugin_threads(settings), settings.queue)
        self.turns = FairTurns(
            settings.limits.heavy_operations, max(1, settings.threads - 2), max(1, settings.queue // 4), recent
        )
        self._measured: Cache[tuple[str, str | None], float] = Cache(settings.documents)

    async def look(self, call: Callable[[], Result]) -> Result:
        """Run what must be known before an operation: the caller, and whether the document is valid."""
        return await self.readers.run(call, self.seconds, lambda: None)

    async def run(self, operation: Operation, caller: str, call: Callable[[], Result], stop: Interruptible) -> Result:
        """Run `call`, which executes `operation` for `caller`: a key's id, or an address.

        Raises RequestError with code OVERLOADED, BUSY or TIMEOUT, after stopping what was begun.
        """
        if operation.document.asks_plugins:
            return await self.plugins.run(call, self.seconds, stop.interrupt)
        if operation.kind == "mutation":
            return await self.writers.run(call, self.seconds, stop.interrupt, self.seconds * WRITE_SHARE)
        key = (operation.document.text, operation.name)
        measured = self._measured.get(key)

        took = 0.0

        def timed() -> Result:
            nonlocal took
            started, began = time.monotonic(), time.thread_time()
            try:
                return call()
            finally:
                took = time.monotonic() - started
                self._measured.put(key, max(time.thread_time() - began, DECAY * (measured or 0.0)))

        if measured is not None and measured < HEAVY_SECONDS:
            return await self.readers.run(timed, self.seconds, stop.interrupt)
        await self.turns.begin(caller, self.seconds / 2)
        return await self.readers.run(timed, self.seconds, stop.interrupt, ended=lambda: self.turns.end(caller, took))

    def close(self) -> None:
        """Wait for running calls, and end the threads."""
        self.readers.close()
        self.writers.close()
        self.plugins.close()
