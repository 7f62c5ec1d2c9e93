"""Fair turns: callers take turns, each with a limited number of concurrent heavy operations."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque

from api.requests.workers import overloaded


class FairTurns:
    """Lets `each` heavy operations of one caller run at a time, and `total` of all callers together.

    Others wait without holding a thread; when one ends, the caller served longest ago is next. `waiting` limits how
    many of one caller may wait. Belongs to one event loop.
    """

    def __init__(self, each: int, total: int, waiting: int) -> None:
        self.each = each
        self.total = total
        self.waiting = waiting
        self._running: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def begin(self, caller: str, seconds: float) -> None:
        """Wait for a turn of `caller`, to be returned by `end`.

        Raises RequestError with code OVERLOADED after `seconds`, or at once if too many of this caller wait.
        """
        if caller not in self._queues and self._has_room(caller):
            self._running[caller] += 1
            return
        queue = self._queues.setdefault(caller, deque())
        if len(queue) >= self.waiting:
            raise overloaded(
                f"{self.waiting} operations of this key or address are already waiting. Send fewer at once."
            )
        granted = asyncio.get_running_loop().create_future()
        queue.append(granted)
        try:
            await asyncio.wait_for(granted, seconds)
        except BaseException as ended:
            if granted.done() and not granted.cancelled():  # it was granted while the wait ended
                self.end(caller)
            else:
                self._forget(caller, granted)
            if isinstance(ended, TimeoutError):
                raise overloaded(
                    f"{self.each} heavy operations of one key or address run at once; those before this one took "
                    f"{seconds:g} s. Send fewer at once."
                ) from None
            raise

    def end(self, caller: str) -> None:
        """Return a turn: the caller served longest ago is next."""
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]
        for waiting, queue in list(self._queues.items()):
            if not self._has_room(waiting):
                continue
            self._queues.move_to_end(waiting)
            granted = queue.popleft()
            if not queue:
                del self._queues[waiting]
            self._running[waiting] += 1
            granted.set_result(None)
            return

    def _forget(self, caller: str, granted: asyncio.Future[None]) -> None:
        queue = self._queues.get(caller)
        if queue is not None and granted in queue:
            queue.remove(granted)
            if not queue:
                del self._queues[caller]

    def _has_room(self, caller: str) -> bool:
        return self._running[caller] < self.each and self._running.total() < self.total
