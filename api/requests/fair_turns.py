"""Fair turns: callers take turns, each with a limited number and share of concurrent heavy operations."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

from api.requests.workers import overloaded
from store.cache import Cache

SHARE = 1 / 3
"""Share of the time that one caller's heavy operations may take while others ask. A list that is answered during a
heavy operation waits for the interpreter at each row, so most lists must not be."""
BURST_SECONDS = 0.1
"""Seconds of heavy operations that a caller may run before its share counts."""
LONGEST_SECONDS = 0.5
"""Longer operations count as this long, so that no rest exceeds a second."""
RECENT_SECONDS = 1.0
"""Seconds after a request in which its caller counts as asking."""
_REMEMBERED = 10_000


class RecentCallers:
    """Knows whether anybody but a given caller has asked of late. Thread-safe."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._heard: tuple[str | None, float, float] = (None, float("-inf"), float("-inf"))
        """The last caller, when it asked last, and when the last one before it did."""

    def add(self, caller: str) -> None:
        """Record a request of `caller`."""
        last, at, before = self._heard
        self._heard = (caller, self._now(), before if caller == last else at)

    def any_but(self, caller: str) -> bool:
        """Return whether anybody but `caller` asked within `RECENT_SECONDS`."""
        last, at, before = self._heard
        return self._now() - (before if caller == last else at) < RECENT_SECONDS


class FairTurns:
    """Lets `each` heavy operations of one caller run at a time, and `total` of all callers together.

    Others wait without holding a thread; when one ends, the caller served longest ago is next. While others ask, as
    `recent` knows, a caller whose operations have run for more than `SHARE` of the time rests (by the generic cell rate
    algorithm, ITU-T I.371). `waiting` limits how many of one caller may wait. Belongs to one event loop.
    """

    def __init__(
        self,
        each: int,
        total: int,
        waiting: int,
        recent: RecentCallers,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.each = each
        self.total = total
        self.waiting = waiting
        self.recent = recent
        self._now = now
        self._running: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._paid_at: Cache[str, float] = Cache(_REMEMBERED)
        """When a caller's share will have paid for what it took."""
        self._timer: asyncio.TimerHandle | None = None

    async def begin(self, caller: str, seconds: float) -> None:
        """Wait for a turn of `caller`, to be returned by `end`.

        Raises RequestError with code OVERLOADED after `seconds`, or at once if too many of this caller wait.
        """
        if caller not in self._queues and self._has_room(caller) and not self._rest(caller):
            self._running[caller] += 1
            return
        queue = self._queues.setdefault(caller, deque())
        if len(queue) >= self.waiting:
            raise overloaded(
                f"{self.waiting} operations of this key or address are already waiting. Send fewer at once."
            )
        granted = asyncio.get_running_loop().create_future()
        queue.append(granted)
        self._grant()
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

    def end(self, caller: str, took: float = 0.0) -> None:
        """Return a turn that took `took` seconds: the caller served longest ago is next."""
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]
        if took:
            now = self._now()
            owed = max((self._paid_at.get(caller) or now) - now, 0.0)
            owed = min(owed, BURST_SECONDS / SHARE)  # what it took while nobody else asked is no debt
            self._paid_at.put(caller, now + owed + min(took, LONGEST_SECONDS) / SHARE)
        self._grant()

    def _grant(self) -> None:
        """Give turns to all that may begin, and look again when the next rest is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        rests: list[float] = []
        for waiting in list(self._queues):
            while waiting in self._queues and self._has_room(waiting):
                if rest := self._rest(waiting):
                    rests.append(rest)
                    break
                self._running[waiting] += 1
                self._next(waiting).set_result(None)
        if rests:
            self._timer = asyncio.get_running_loop().call_later(min(rests), self._grant)

    def _next(self, caller: str) -> asyncio.Future[None]:
        self._queues.move_to_end(caller)
        queue = self._queues[caller]
        granted = queue.popleft()
        if not queue:
            del self._queues[caller]
        return granted

    def _forget(self, caller: str, granted: asyncio.Future[None]) -> None:
        queue = self._queues.get(caller)
        if queue is not None and granted in queue:
            queue.remove(granted)
            if not queue:
                del self._queues[caller]

    def _has_room(self, caller: str) -> bool:
        return self._running[caller] < self.each and self._running.total() < self.total

    def _rest(self, caller: str) -> float:
        """Return the seconds that `caller` must rest."""
        paid_at = self._paid_at.get(caller)
        if paid_at is None:
            return 0.0
        rest = paid_at - self._now() - BURST_SECONDS / SHARE
        return rest if rest > 0 and self.recent.any_but(caller) else 0.0
