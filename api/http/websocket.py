"""GraphQL over WebSocket by the protocol graphql-transport-ws."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, NoReturn

import orjson
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from api.operations.follower import ChangeFollower
from api.operations.settings import Limits
from api.requests.answers import Answer, Caller
from api.requests.errors import Code, RequestError
from api.requests.identity import credentials, is_own_origin
from api.requests.request import decoded, from_content
from api.requests.subscriptions import Subscriptions
from store.access.actors import Actor

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 10.0


class Closing(Exception):  # noqa: N818
    """Closes the socket with this code and reason, both fixed by the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class GraphQLOverWebSocket:
    """The ASGI application behind ``/graphql`` for WebSockets."""

    def __init__(
        self, subscriptions: Subscriptions, follower: ChangeFollower, limits: Limits, origins: Collection[str] = ()
    ) -> None:
        self.subscriptions = subscriptions
        self.follower = follower
        self.limits = limits
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        if not self.takes_origin(socket.headers.get("origin"), socket.headers.get("host", "")):
            await socket.close(1008, "Origin not allowed")  # before accepting: the handshake is answered by 403
            return
        await GraphQLSocket(socket, self.subscriptions, self.follower, self.limits).serve()

    def takes_origin(self, origin: str | None, host: str) -> bool:
        """Return whether pages of `origin` may connect: this server's, and those of ``cors_origins``.

        Programs other than browsers send no origin.
        """
        return "*" in self.origins or origin in self.origins or is_own_origin(origin, host)


class GraphQLSocket:
    """One socket: a caller with any number of operations in flight, each by an id of the client's."""

    def __init__(
        self, socket: WebSocket, subscriptions: Subscriptions, follower: ChangeFollower, limits: Limits
    ) -> None:
        self.socket = socket
        self.subscriptions = subscriptions
        self.follower = follower
        self.limits = limits
        self.operations: dict[str, asyncio.Task[None]] = {}
        self.caller: Caller | None = None
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        """Speak the protocol until either side closes."""
        offered = self.socket.scope.get("subprotocols", [])
        await self.socket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
        if PROTOCOL not in offered:
            await self.socket.close(4406, "Subprotocol not acceptable")
            return
        async with contextlib.AsyncExitStack() as stack:
            try:
                actor = await self._initialise(await asyncio.wait_for(self._message(), INIT_SECONDS))
                await stack.enter_async_context(self.follower.following())
                await self._send({"type": "connection_ack"})
                await self._serve_while_valid(actor)
            except TimeoutError:
                await self._close(4408, "Connection initialisation timeout")
            except Closing as closing:
                await self._close(closing.code, closing.reason)
            except WebSocketDisconnect:
                pass
            finally:
                await self._cancel(list(self.operations.values()))

    async def _serve_while_valid(self, actor: Actor) -> None:
        """Handle messages until either side closes or the key becomes invalid."""
        assert self.caller is not None
        handling = asyncio.ensure_future(self._handle_all())
        invalid = asyncio.ensure_future(self.subscriptions.until_invalid(actor, self.caller))
        try:
            await asyncio.wait({handling, invalid}, return_when=asyncio.FIRST_COMPLETED)
            if handling.done():
                handling.result()
            raise Closing(4403, f"Forbidden: {invalid.result()}"[:120])
        finally:
            for each in (handling, invalid):
                each.cancel()
            await asyncio.gather(handling, invalid, return_exceptions=True)

    async def _handle_all(self) -> NoReturn:
        while True:
            await self._handle(await self._message())

    async def _initialise(self, message: dict[str, object]) -> Actor:
        while message["type"] in ("ping", "pong"):
            if message["type"] == "ping":
                await self._send({"type": "pong"})
            message = await asyncio.wait_for(self._message(), INIT_SECONDS)
        if message["type"] == "subscribe":
            raise Closing(4401, "Unauthorized")
        if message["type"] != "connection_init":
            raise Closing(4400, "The first message must be connection_init")
        payload = message.get("payload") or {}
        if not isinstance(payload, dict):
            raise Closing(4400, "The payload of connection_init must be an object")
        headers = self.socket.headers
        authorization = next((value for key, value in payload.items() if key.lower() == "authorization"), None)
        self.caller = Caller(
            authorization=authorization if isinstance(authorization, str) else credentials(self._own_headers()),
            accept_language=headers.get("accept-language"),
            request_id=self.socket.scope.get("request_id", ""),
            address=self.socket.client.host if self.socket.client else "",
        )
        try:
            return await self.subscriptions.identify(self.caller)
        except RequestError as refusal:
            raise Closing(4403, f"Forbidden: {refusal}"[:120]) from None

    def _own_headers(self) -> Mapping[str, str]:
        """Return the headers, without the cookie if a page of another origin connects."""
        headers = self.socket.headers
        if is_own_origin(headers.get("origin"), headers.get("host", "")):
            return headers
        return {name: value for name, value in headers.items() if name != "cookie"}

    async def _handle(self, message: dict[str, object]) -> None:
        kind = message["type"]
        if kind == "ping":
            await self._send({"type": "pong"})
        elif kind == "subscribe":
            await self._subscribe(message)
        elif kind == "complete":
            task = self.operations.pop(_id(message), None)
            if task is not None:
                await self._cancel([task])
        elif kind == "connection_init":
            raise Closing(4429, "Too many initialisation requests")
        elif kind != "pong":
            raise Closing(4400, "Unknown message type")

    async def _subscribe(self, message: dict[str, Any]) -> None:
        identifier = _id(message)
        if identifier in self.operations:
            raise Closing(4409, f"Subscriber for {identifier} already exists"[:120])
        if not isinstance(message.get("payload"), dict):
            raise Closing(4400, "The payload of subscribe must be an object")
        if len(self.operations) >= self.limits.subscriptions:
            refusal = RequestError(
                f"This socket has {self.limits.subscriptions} operations in flight, the maximum.",
                Code.LIMIT_EXCEEDED,
            )
            await self._send({"id": identifier, "type": "error", "payload": refusal.payload()})
            return
        self.operations[identifier] = asyncio.create_task(self._run(identifier, message["payload"]))

    async def _run(self, identifier: str, payload: dict[str, object]) -> None:
        assert self.caller is not None
        caller = replace(self.caller)
        try:
            request = from_content(payload)
            operation, actor = await self.subscriptions.find(request, caller)
            answers = self.subscriptions.answers(operation, request, actor, caller)
            async with contextlib.aclosing(answers):
                async for answer in answers:
                    if not answer.executed:
                        await self._refuse(identifier, answer)
                        return
                    await self._send({"id": identifier, "type": "next", "payload": answer.content})
            self.operations.pop(identifier, None)
            await self._send({"id": identifier, "type": "complete"})
        except RequestError as refusal:
            self.operations.pop(identifier, None)
            await self._send({"id": identifier, "type": "error", "payload": refusal.payload()})
        except (WebSocketDisconnect, RuntimeError):  # the socket closed while an answer was being sent
            self.operations.pop(identifier, None)

    async def _refuse(self, identifier: str, answer: Answer) -> None:
        self.operations.pop(identifier, None)
        await self._send({"id": identifier, "type": "error", "payload": answer.content["errors"]})

    async def _message(self) -> dict[str, object]:
        received = await self.socket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1000))
        written = (received.get("text") or "").encode() or received.get("bytes") or b""
        try:
            message = decoded(written, self.limits, "message")
        except RequestError as refusal:
            raise Closing(4400, f"A message must be JSON: {refusal}"[:120]) from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closing(4400, "A message must be an object with a type")
        return message

    async def _send(self, message: dict[str, object]) -> None:
        async with self._sending:
            await self.socket.send_text(orjson.dumps(message, default=str).decode())

    async def _close(self, code: int, reason: str) -> None:
        if self.socket.application_state is not WebSocketState.DISCONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await self.socket.close(code, reason)

    async def _cancel(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _id(message: dict[str, object]) -> str:
    identifier = message.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise Closing(4400, "A message of this type must have an id")
    return identifier
