"""Bridges the server's loop and a plugin's: request bodies and streamed answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from plugins.host.calls.isolation import AnyFunction
from plugins.host.contributions.registry import Entry
from plugins.host.host import Host


def request_for_another_loop(request: Request) -> Request:
    """Return the request for a function in another loop: its body is received here."""
    here = asyncio.get_running_loop()
    receiving = request.receive

    async def receive() -> Message:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_received(), here))

    async def _received() -> Message:
        return await receiving()

    return Request(request.scope, receive)


def answer_from_another_loop(host: Host, entry: Entry[object], answer: Response) -> Response:
    """The answer, with what is still to be done for it run by the plugin: its stream, and its background task."""
    if isinstance(answer, StreamingResponse):
        stream = answer.body_iterator
        answer.body_iterator = host.iterate(entry.part("body"), _items, stream)
    if answer.background is not None:
        background = answer.background

        async def run() -> None:
            await background()

        function: AnyFunction[None] = run

        async def isolated() -> None:
            await host.call_async(entry.part("background"), function)

        answer.background = BackgroundTask(isolated)
    return answer


async def _items(stream: AsyncIterable[object]) -> AsyncIterator[Any]:
    async for item in stream:
        yield item
