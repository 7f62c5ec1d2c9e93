"""A client connection with limits that uvicorn lacks: the length of a request's head, and the time of its arrival.
Costs almost nothing for a request that arrives at once."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.requests.errors import Code, RequestError

HEAD_BYTES = 65_536
"""Of a request's first line and headers."""
ARRIVAL_SECONDS = 10.0
"""Seconds in which a request must arrive; a slow one is noticed within twice as long."""


class Connection(HttpToolsProtocol):
    """Closes the connection when its request is too long or too slow."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head = 0
        self._unfinished: object = None
        self._timer = self.loop.call_later(ARRIVAL_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._has_head():
            self._head = 0
            return
        self._head += len(data)
        if self._head > HEAD_BYTES and self._is_open():
            self._refuse(431, f"The request's first line and headers are longer than {HEAD_BYTES} bytes.")

    def _has_head(self) -> bool:
        """Return whether the head of the latest request has arrived."""
        return self.cycle is not None and self.cycle.scope is self.scope

    def _is_open(self) -> bool:
        """Return whether this is still an HTTP connection."""
        return not self.transport.is_closing() and self.transport.get_protocol() is self

    def _look(self) -> None:
        """Close the connection if its request was already unfinished at the last check."""
        if not self._is_open():
            return
        unfinished: object = None
        if not self._has_head():
            unfinished = self.scope or self  # not even the first byte has arrived
        elif self.cycle.more_body and not self.cycle.response_complete:
            unfinished = self.scope
        if unfinished is not None and unfinished is self._unfinished:
            self._refuse(408, f"The request took longer than {ARRIVAL_SECONDS:g} s to arrive.")
            return
        self._unfinished = unfinished
        self._timer = self.loop.call_later(ARRIVAL_SECONDS, self._look)

    def _refuse(self, status: int, message: str) -> None:
        """Answer, unless an answer has begun, and close."""
        if self.scope is not None and not (self._has_head() and self.cycle.response_started):
            body = orjson.dumps({"errors": unfit(status, message).payload()})
            self.transport.write(
                b"HTTP/1.1 %d %s\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\n"
                b"content-length: %d\r\n\r\n%b" % (status, HTTPStatus(status).phrase.encode(), len(body), body)
            )
        self.transport.close()


def unfit(status: int, message: str) -> RequestError:
    """Return the error for a request that is too long or too slow."""
    return RequestError(message, Code.LIMIT_EXCEEDED, status=status, headers={"Connection": "close"})


def head_bytes(scope: Any) -> int:
    """Return the approximate length of a request's head."""
    return len(scope["query_string"]) + sum(len(name) + len(value) + 4 for name, value in scope["headers"])
