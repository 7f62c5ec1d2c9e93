"""A bounded pool of threads, each with an event loop that lives as long as the thread.

Database code is synchronous, so an operation runs in a thread and the server's own loop never blocks. Within
the thread a loop is there for what resolves in batches (DataLoaders); it is kept, because making one costs as
much as a small query.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from api.errors import Code, RequestError

Result = TypeVar("Result")
_local = threading.local()


class Workers:
    """Runs functions in at most ``threads`` threads, with at most ``queue`` of them waiting."""

    def __init__(self, threads: int, queue: int) -> None:
        self.most = threads + queue
        self.pending = 0
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="operation", initializer=_give_loop)

    async def run(self, call: Callable[[], Result], seconds: float, give_up: Callable[[], None]) -> Result:
        """The result of ``call``, run in a thread.

        After ``seconds`` it raises RequestError with code TIMEOUT, having called ``give_up`` so that the
        thread ends soon; with too many waiting, RequestError with code OVERLOADED at once.
        """
        if self.pending >= self.most:
            raise RequestError(
                "The server has too much to do. Try again in a moment.",
                Code.OVERLOADED,
                status=503,
                headers={"Retry-After": "1"},
            )
        self.pending += 1
        loop = asyncio.get_running_loop()
        work = self._pool.submit(contextvars.copy_context().run, call)
        work.add_done_callback(lambda _: _tell(loop, self._finished))
        done, _ = await asyncio.wait({future := asyncio.wrap_future(work)}, timeout=seconds)
        if done:
            return future.result()
        give_up()
        work.cancel()  # if it has not begun
        raise RequestError(
            f"The operation took longer than {seconds:g} s and was stopped. Ask for less at once.",
            Code.TIMEOUT,
            status=503,
        )

    def close(self) -> None:
        """Wait for what runs, and end the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _finished(self) -> None:
        self.pending -= 1


def complete(awaitable: Awaitable[Result]) -> Result:
    """Run ``awaitable`` to its end in this thread's loop."""

    async def wait() -> Result:
        return await awaitable

    loop: asyncio.AbstractEventLoop = _local.loop
    return loop.run_until_complete(wait())


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the server has stopped meanwhile
        loop.call_soon_threadsafe(call)


def _give_loop() -> None:
    _local.loop = asyncio.new_event_loop()
    asyncio.set_event_loop(_local.loop)
