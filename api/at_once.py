"""The short way of a small POST whose plan takes next to no time: read, answered and sent in a few steps."""

from __future__ import annotations

from starlette.types import Message, Receive, Scope, Send

from api import negotiation
from api.errors import RequestError
from api.execution import Caller, Execution
from api.request import from_body

MOST_BYTES = 16_384
"""Longer bodies are read by a worker thread."""


async def answered(execution: Execution, scope: Scope, receive: Receive, send: Send) -> Receive | None:
    """Answer the request, and give None; or give what receives it from its start, for the long way.

    Whatever is unusual about a request, errors included, takes the long way.
    """
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if (
        scope["method"] != "POST"
        or headers.get(b"content-type") != b"application/json"
        or b"content-encoding" in headers
        or len(headers) != len(scope["headers"])
    ):
        return receive
    accept = _text(headers.get(b"accept"))
    media_type = negotiation.preferred(accept)
    if media_type is None or negotiation.takes_events(accept):
        return receive
    first = await receive()
    body: bytes = first.get("body", b"")
    if first["type"] != "http.request" or first.get("more_body") or len(body) > MOST_BYTES:
        return _again(first, receive)
    try:
        request = from_body(body, execution.settings.limits)
    except RequestError:
        return _again(first, receive)
    client = scope.get("client")
    caller = Caller(
        _text(headers.get(b"authorization")),
        _text(headers.get(b"accept-language")),
        scope.get("request_id", ""),
        client[0] if client else "",
    )
    answer = execution.respond_at_once(request, caller)
    if answer is None or answer.operation is None or answer.actor is None:
        return _again(first, receive)
    scope.setdefault("log", {}).update(operation=answer.operation.name, role=answer.actor.role.value)
    scope.get("measured", {}).update(kind=answer.operation.node.operation.value)
    found = answer.body()
    written = [*headers_of(found, media_type), *answer.rate_headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": written})
    await send({"type": "http.response.body", "body": found})
    return None


def headers_of(body: bytes, media_type: str) -> list[tuple[bytes, bytes]]:
    """The headers of an answer to a POST."""
    return [
        (b"content-length", str(len(body)).encode()),
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
        (b"vary", b"Accept, Accept-Language, Authorization"),
        (b"cache-control", b"no-store"),
    ]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _again(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
