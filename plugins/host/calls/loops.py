"""An event loop for one plugin's asynchronous functions, in its own thread: blocking it stops nobody else.

A coroutine that blocks can't be cancelled. Its caller is told after the time limit, further calls of the plugin wait
and time out in turn, and `LoopWatch` says whose loop is blocked, and by which function.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any, TypeVar

from plugins.host.calls.workers import Call, within

T = TypeVar("T")
_END = object()


class PluginLoop:
    """One loop in one daemon thread, both created by the first call. Thread-safe."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def running(self) -> asyncio.AbstractEventLoop | None:
        """The loop; None before the first call."""
        return self._loop

    def submit(self, call: Call, function: Callable[[], Coroutine[object, object, T]]) -> Future[T]:
        """Run a coroutine function in the loop; cancelling the future cancels it, if it isn't blocking."""
        future: Future[T] = Future()  # never marked as running, so it can be cancelled all the time
        loop = self._started()
        context = contextvars.copy_context()

        def begin() -> None:
            with within(call):
                task = loop.create_task(function(), name=call.point)
            task.add_done_callback(lambda done: _hand_over(done, future))
            future.add_done_callback(lambda _: loop.call_soon_threadsafe(task.cancel))

        loop.call_soon_threadsafe(begin, context=context)
        return future

    async def items(self, call: Call, iterator: AsyncIterator[T]) -> AsyncGenerator[T, None]:
        """Yield the items of an asynchronous iterator that lives in the loop, for any other loop."""

        async def following() -> Any:
            return await anext(iterator, _END)

        async def closed() -> None:
            close = getattr(iterator, "aclose", None)
            if close is not None:
                await close()

        try:
            while (item := await self._awaited(call, following)) is not _END:
                yield item
        finally:
            self.submit(call, closed)

    async def _awaited(self, call: Call, function: Callable[[], Coroutine[object, object, T]]) -> T:
        future = self.submit(call, function)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            call.abandon()
            raise

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name=f"plugin-loop-{self.owner}", daemon=True).start()
            return self._loop


class LoopWatch:
    """Measures a loop's lag. Used by one thread.

    `ask` sends a signal through the loop and returns the lag in seconds: how long the last signal took or, while one is
    pending, how long it has taken so far.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], float] = time.monotonic) -> None:
        self._loop = loop
        self._clock = clock
        self._sent: float | None = None
        self._took = 0.0

    def ask(self) -> float:
        """Return the lag in seconds."""
        sent = self._sent
        if sent is not None:
            return self._clock() - sent
        took, self._sent = self._took, self._clock()
        try:
            self._loop.call_soon_threadsafe(self._arrived)
        except RuntimeError:  # the loop was closed
            self._sent = None
        return took

    def busy_with(self) -> str | None:
        """Return the name of the running task; in a plugin's loop, the function's point."""
        task = asyncio.current_task(self._loop)
        return task.get_name() if task is not None else None

    def _arrived(self) -> None:
        if self._sent is not None:
            self._took, self._sent = self._clock() - self._sent, None


def _hand_over(task: asyncio.Task[T], future: Future[T]) -> None:
    error = asyncio.CancelledError() if task.cancelled() else task.exception()  # requested, so it isn't logged
    with suppress(InvalidStateError):  # nobody waits for it any longer
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(task.result())
