"""A bounded pool of threads: database code is synchronous, so operations run in threads and never block the server's
loop."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from api.requests.errors import Code, RequestError

Result = TypeVar("Result")


class WorkerPool:
    """Runs functions in at most ``threads`` threads, with at most ``queue`` of them waiting. Belongs to one loop."""

    def __init__(self, name: str, threads: int, queue: int) -> None:
        self.most = threads + queue
        self.pending = 0
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(
        self,
        call: Callable[[], Result],
        seconds: float,
        give_up: Callable[[], None],
        begin_within: float | None = None,
        ended: Callable[[], None] | None = None,
    ) -> Result:
        """Run ``call`` in a thread and return its result.

        After ``seconds`` it raises RequestError with code TIMEOUT, having called ``give_up`` so that the thread ends
        soon; with too many waiting, code OVERLOADED at once. A call without a thread for ``begin_within`` seconds never
        runs: code BUSY. ``ended`` is called on the loop, once, when the call no longer holds a thread, which may be
        after a TIMEOUT.
        """
        if self.pending >= self.most:
            if ended is not None:
                ended()
            raise overloaded("The server is overloaded. Try again in a moment.")
        self.pending += 1
        loop = asyncio.get_running_loop()
        work = self._threads.submit(contextvars.copy_context().run, call)
        work.add_done_callback(lambda _: _tell(loop, self._finished))
        if ended is not None:
            work.add_done_callback(lambda _: _tell(loop, ended))
        future = asyncio.wrap_future(work)
        if begin_within is not None:
            await asyncio.wait({future}, timeout=begin_within)
            if work.cancel():
                raise RequestError(
                    f"Other writes took the {begin_within:g} s that this one may wait. "
                    "Nothing was written; try again in a moment.",
                    Code.BUSY,
                    status=503,
                    headers={"Retry-After": "1"},
                )
        done, _ = await asyncio.wait({future}, timeout=seconds - (begin_within or 0.0))
        if done:
            return future.result()
        give_up()
        work.cancel()  # if it has not begun
        raise RequestError(
            f"The operation took longer than {seconds:g} s and was stopped. Request less at once.",
            Code.TIMEOUT,
            status=503,
        )

    def close(self) -> None:
        """Wait for running calls, and end the threads."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _finished(self) -> None:
        self.pending -= 1


def overloaded(message: str) -> RequestError:
    """Return the refusal of an operation for lack of capacity."""
    return RequestError(message, Code.OVERLOADED, status=503, headers={"Retry-After": "1"})


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the server has stopped meanwhile
        loop.call_soon_threadsafe(call)
