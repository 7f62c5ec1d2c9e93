"""A bounded pool of threads: database code is synchronous, so an operation runs in one, and the server's own loop
never blocks."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from api.requests.errors import Code, RequestError

Result = TypeVar("Result")


class Workers:
    """Runs functions in at most ``threads`` threads, with at most ``queue`` of them waiting."""

    def __init__(self, threads: int, queue: int) -> None:
        self.most = threads + queue
        self.pending = 0
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="operation")

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


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the server has stopped meanwhile
        loop.call_soon_threadsafe(call)
