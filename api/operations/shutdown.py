"""Ends streams when the server stops, because it waits for requests in flight and streams would last for ever."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncIterator, Callable
from types import FrameType
from typing import Any, TypeVar

Item = TypeVar("Item")

_begun = False
_waiting: set[asyncio.Event] = set()


def begun() -> bool:
    """Return whether the server is stopping."""
    return _begun


def begin() -> None:
    """End all streams; called on the event loop when the process is asked to stop."""
    global _begun
    _begun = True
    for event in _waiting:
        event.set()


def listen() -> None:
    """Call ``begin`` when the process is asked to stop, before the server hears of it. Called on the event loop.

    Does nothing outside the main thread, where no signals arrive.
    """
    global _begun
    _begun = False
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _before(signal.getsignal(number), loop))


def _before(servers: object, loop: asyncio.AbstractEventLoop) -> Callable[[int, FrameType | None], None]:
    def asked(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(begin)
        if callable(servers):
            servers(number, frame)

    return asked


async def until_shutdown(items: AsyncIterator[Item], idle_seconds: float) -> AsyncIterator[Item | None]:
    """Yield ``items`` until they end or the server stops; None whenever nothing came for ``idle_seconds``."""
    stopped = asyncio.Event()
    _waiting.add(stopped)
    stop = asyncio.ensure_future(stopped.wait())
    following: asyncio.Future[Item] | None = None
    try:
        while not _begun:
            if following is None:
                following = asyncio.ensure_future(anext(items))
            either: set[asyncio.Future[Any]] = {following, stop}
            await asyncio.wait(either, timeout=idle_seconds, return_when=asyncio.FIRST_COMPLETED)
            if following.done():
                try:
                    item = following.result()
                except StopAsyncIteration:
                    return
                following = None
                yield item
            elif not stop.done():
                yield None
    finally:
        _waiting.discard(stopped)
        stop.cancel()
        if following is not None:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                await following
        if hasattr(items, "aclose"):
            await items.aclose()
