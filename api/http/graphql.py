"""GraphQL over HTTP, by the specification of that name: POST with JSON, GET for queries, negotiated answers."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.http import negotiation
from api.http.client_connection import HEAD_BYTES, head_bytes, unfit
from api.http.fast_path import same_headers
from api.operations import shutdown
from api.requests.answers import Answer, Caller, refused
from api.requests.dispatch import Dispatcher
from api.requests.documents import is_query, is_subscription
from api.requests.errors import Code, RequestError
from api.requests.execution import Execution
from api.requests.identity import credentials
from api.requests.interruption import Interruptible
from api.requests.languages import accepted
from api.requests.request import GraphQLRequest, from_body, from_parameters
from api.requests.subscriptions import Subscriptions
from store.access.actors import Actor

METHODS = "GET, HEAD, POST"
DRAINED = 64
"""Of an oversized body, this many times the limit is received."""


class GraphQLOverHTTP:
    """The ASGI application behind ``/graphql`` for HTTP."""

    def __init__(self, execution: Execution, dispatcher: Dispatcher, subscriptions: Subscriptions) -> None:
        self.execution = execution
        self.dispatcher = dispatcher
        self.subscriptions = subscriptions
        self.limits = execution.settings.limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self.respond(request)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Respond to any HTTP request."""
        if head_bytes(request.scope) > HEAD_BYTES:  # it came in one piece
            long = unfit(431, f"The request's first line and headers are longer than {HEAD_BYTES} bytes.")
            return self.response(request, refused(long), negotiation.JSON)
        accept = request.headers.get("accept")
        media_type = negotiation.preferred(accept)
        events = negotiation.takes_events(accept)
        if _from_browser(request):
            return RedirectResponse("/graphiql", 303)
        try:
            if media_type is None and not events:
                raise RequestError(
                    f"Answers are {negotiation.GRAPHQL} or {negotiation.JSON}; accept one of them.",
                    Code.NOT_ACCEPTABLE,
                    status=406,
                )
            asked = await self.read(request)
            caller = _caller(request)
            if events:
                return await self.stream_or_answer(request, asked, caller, media_type)
            return self.response(request, await self.answer(asked, caller), media_type)
        except RequestError as refusal:
            answer = self.execution.refused(refusal, Actor.public(), _caller(request))
            if events and media_type is None and answer.legacy_status == 200:
                return _event_stream(_alone(answer))  # graphql-sse takes any other answer for a cut line
            return self.response(request, answer, media_type)

    async def read(self, request: Request) -> GraphQLRequest:
        """Read the GraphQL request of an HTTP request. Raises RequestError."""
        if request.method in ("GET", "HEAD"):
            parameters = request.query_params.multi_items()
            return from_parameters(parameters, self.limits)
        if request.method != "POST":
            raise RequestError(
                f"Use GET or POST, not {request.method}.",
                Code.METHOD_NOT_ALLOWED,
                status=405,
                headers={"Allow": METHODS},
            )
        _require_json(request)
        return from_body(await self.body(request), self.limits)

    async def body(self, request: Request) -> bytes:
        """Receive the request's body. Raises RequestError if it is too long.

        Most clients read no answer while they send, so an oversized body is received and dropped, up to `DRAINED` times
        the limit; a client that asks first (``Expect: 100-continue``) is answered at once.
        """
        most = self.limits.body_bytes
        length = request.headers.get("content-length", "")
        announced = int(length) if length.isdecimal() and len(length) < 20 else 0
        body, received = bytearray(), 0
        waits = request.headers.get("expect", "").lower() == "100-continue"
        if announced <= most or (announced <= DRAINED * most and not waits):
            async for chunk in request.stream():
                received += len(chunk)
                if received <= most:
                    body += chunk
                elif received > DRAINED * most:
                    break
        if announced <= most and received <= most:
            return bytes(body)
        raise RequestError(
            f"The body is longer than {most} bytes.",
            Code.LIMIT_EXCEEDED,
            status=413,
            headers={"Connection": "close"},
        )

    async def answer(self, request: GraphQLRequest, caller: Caller) -> Answer:
        """Execute in the event loop if it is quick, else in a worker thread."""
        known = self.execution.identity.known(caller.authorization)
        if known is not None:
            languages = accepted(caller.accept_language)
            response = self.execution.respond_by_fast_path(request, known[1], languages, caller.address)
            if response is not None:
                return response
        prepared = self.execution.prepared_at_hand(request, caller)
        if prepared is None:
            prepared = await self.dispatcher.look(lambda: self.execution.prepare(request, caller))
        if isinstance(prepared, Answer):
            return prepared
        stop, ready = Interruptible(), prepared
        return await self.dispatcher.run(
            ready.operation,
            ready.actor.id or caller.address,
            lambda: self.execution.perform(ready, caller, stop),
            stop,
        )

    async def stream_or_answer(
        self, request: Request, asked: GraphQLRequest, caller: Caller, media_type: str | None
    ) -> Response:
        """Answer a subscription by server-sent events; anything else only if the client accepts nothing else."""
        named = media_type is not None and "json" in (request.headers.get("accept") or "")
        operation, actor = await self.subscriptions.find(asked, caller)
        if caller.reads_only and not (is_query(operation) or is_subscription(operation)):
            raise RequestError(
                "Send mutations by POST.", Code.METHOD_NOT_ALLOWED, status=405, headers={"Allow": "POST"}
            )
        if named and not is_subscription(operation):
            return self.response(request, await self.answer(asked, caller), media_type)
        _note(request, operation.name, actor.role.value)
        request.scope.get("measured", {}).update(kind="subscription")
        return _event_stream(self.subscriptions.answers(operation, asked, actor, caller))

    def response(self, request: Request, answer: Answer, media_type: str | None) -> Response:
        """Build the HTTP response that carries ``answer``."""
        if answer.expected and negotiation.takes_json(request.headers.get("accept")):
            media_type = negotiation.JSON
        legacy = media_type != negotiation.GRAPHQL
        body = answer.body()
        status = answer.legacy_status if legacy else answer.status
        if answer.operation is not None and answer.actor is not None:
            _note(request, answer.operation.name, answer.actor.role.value)
        if "measured" in request.scope:
            request.scope["measured"].update(_measured(answer))
        if request.method == "POST" and not answer.headers:
            return _Quick(body, status, media_type or negotiation.JSON, answer.rate_headers)
        response = Response(body, status, media_type=f"{media_type or negotiation.JSON}; charset=utf-8")
        headers = MutableHeaders(raw=response.raw_headers)
        headers.update(answer.headers)
        response.raw_headers.extend(answer.rate_headers)
        headers["Vary"] = "Accept, Accept-Language, Authorization, Cookie"
        headers["Cache-Control"] = "no-store"
        if request.method in ("GET", "HEAD") and status == 200 and "errors" not in answer.content:
            return _revalidated(request, response, body)
        return response


class _Quick(Response):
    """The usual answer with its constant headers serialised."""

    def __init__(self, body: bytes, status: int, media_type: str, further: Sequence[tuple[bytes, bytes]] = ()) -> None:
        self.body = body
        self.status_code = status
        self.background = None
        self.raw_headers = [(b"content-length", b"%d" % len(body)), *same_headers(media_type), *further]


def _revalidated(request: Request, response: Response, body: bytes) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = MutableHeaders(raw=response.raw_headers)
    headers["ETag"] = etag
    headers["Cache-Control"] = "private, no-cache"  # may be stored, must be revalidated
    if etag in request.headers.get("if-none-match", ""):
        validators = {name: headers[name] for name in ("ETag", "Cache-Control", "Vary")}
        return Response(status_code=304, headers=validators)
    return response


def _from_browser(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "") and not request.query_params


def _require_json(request: Request) -> None:
    """Require a content type that another site's page can't send without a preflight (CSRF)."""
    kind, *parameters = (part.strip() for part in request.headers.get("content-type", "").lower().split(";"))
    charsets = [part[8:].strip('"') for part in parameters if part.startswith("charset=")]
    if kind != "application/json" or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise RequestError(
            "Send the request as JSON in UTF-8, with 'Content-Type: application/json'.",
            Code.UNSUPPORTED_MEDIA_TYPE,
            status=415,
            headers={"Accept": "application/json"},
        )
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestError("Send the body uncompressed.", Code.UNSUPPORTED_MEDIA_TYPE, status=415)


def _caller(request: Request) -> Caller:
    return Caller(
        authorization=credentials(request.headers),
        accept_language=request.headers.get("accept-language"),
        request_id=request.scope.get("request_id", ""),
        address=request.client.host if request.client else "",
        reads_only=request.method != "POST",
    )


def _note(request: Request, operation: str | None, role: str) -> None:
    request.scope.setdefault("log", {}).update(operation=operation, role=role)


def _measured(answer: Answer) -> dict[str, object]:
    """Return what metrics count of an answer: the operation's kind, and the codes of its errors."""
    errors = answer.content.get("errors", ())
    codes = tuple(str(error.get("extensions", {}).get("code", Code.INTERNAL.value)) for error in errors)
    return {"kind": answer.operation.node.operation.value if answer.operation else "refused", "codes": codes}


def _event_stream(answers: AsyncIterator[Answer]) -> Response:
    return StreamingResponse(
        _as_events(answers),
        media_type=negotiation.EVENTS,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept, Authorization, Cookie"},
    )


async def _alone(answer: Answer) -> AsyncIterator[Answer]:
    yield answer


async def _as_events(answers: AsyncIterator[Answer]) -> AsyncIterator[bytes]:
    """Stream server-sent events ('distinct connections' mode); comments keep proxies from closing."""
    yield b":\n\n"
    async for item in shutdown.until_shutdown(answers, idle_seconds=15.0):
        yield b":\n\n" if item is None else b"event: next\ndata: " + item.body() + b"\n\n"
    if not shutdown.begun():  # otherwise the connection just ends, and the client reconnects
        yield b"event: complete\ndata:\n\n"
