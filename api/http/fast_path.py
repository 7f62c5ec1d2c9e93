"""The fast path for a small POST with a quick plan: read, answered and sent in a few steps.

It precedes all middleware and does for its answers what middleware does: id, log line, counts, headers, compression.
Anything unusual about a request, errors included, takes the full path.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from starlette.types import Message, Receive, Scope, Send

from api.http import negotiation
from api.operations.logs import access, given_id, write_line
from api.requests.errors import RequestError
from api.requests.execution import Execution, Ready
from api.requests.identity import credentials_of
from api.requests.languages import accepted
from api.requests.request import from_body
from schema.execution.compiled_executor import AnyCompiledExecutor
from store.access.actors import Actor
from store.cache import Cache
from store.enums import Role

PATH = "/graphql"
MOST_BYTES = 16_384
"""Longer bodies are read by a worker thread."""
MOST_KEPT = 4_096
"""Longer bodies are parsed each time."""
LEAST_COMPRESSED = 1_000
COMPRESSION = 4
SAFE = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"))
"""Headers that keep browsers from guessing; in every answer."""
_LOOKED_AT = (b"content-type", b"accept", b"accept-language", b"accept-encoding", b"content-encoding", b"origin")

Counted = Callable[[int, str, float, tuple[str, ...]], None]
"""(status, kind, seconds, codes of errors): counts a finished request."""


@dataclass(frozen=True, slots=True)
class RequestProfile:
    """What a request's headers say, computed once for identical headers."""

    actor: Actor
    until: float
    """Moment (``time.monotonic``) from which on the key must be verified again."""
    profile: object
    """The actor's access profile in the compiled executor."""
    compressed: bool
    """Whether long answers are compressed."""
    headers: list[tuple[bytes, bytes]]
    """The constant headers of an answer."""


class FastPath:
    """Answers requests in the event loop."""

    def __init__(
        self, execution: Execution, compiled: AnyCompiledExecutor, counted: Counted | None, cross_origin: bool
    ) -> None:
        self.execution = execution
        self.compiled = compiled
        self.limits = execution.settings.limits
        self.counted = counted
        self.cross_origin = cross_origin
        self._profiles: Cache[tuple[bytes | None, ...], RequestProfile] = Cache(4_096)
        self._ready: Cache[tuple[bytes, Role], Ready] = Cache(1_000)

    async def answered(self, scope: Scope, receive: Receive, send: Send) -> Receive | None:
        """Answer the request and return None; or return what receives it from its start, for the full path."""
        began = time.perf_counter()
        if scope["method"] != "POST":
            return receive
        headers: dict[bytes, bytes] = dict(scope["headers"])
        get = headers.get
        authorization = get(b"authorization")
        if authorization is None and (cookie := get(b"cookie")) is not None:
            authorization = credentials_of(None, cookie)
        profile = self._profile(authorization, [get(name) for name in _LOOKED_AT])
        if profile is None or len(headers) != len(scope["headers"]):
            return receive
        first = await receive()
        body: bytes = first.get("body", b"")
        if first["type"] != "http.request" or first.get("more_body") or len(body) > MOST_BYTES:
            return _again(first, receive)
        ready = self._ready.get((body, profile.actor.role))
        if ready is None:
            try:
                ready = self.execution.ready(from_body(body, self.limits), profile.actor.role)
            except RequestError:
                return _again(first, receive)
            if ready is None:
                return _again(first, receive)
            if len(body) <= MOST_KEPT:
                self._ready.put((body, profile.actor.role), ready)
        client = scope["client"]
        address = client[0] if client else ""
        if not self.compiled.waits:
            answer = self.execution.answer_ready(ready, profile.actor, profile.profile, address)
        else:
            answer = await self.execution.answer_waiting(ready, profile.actor, profile.profile, address)
        if answer is None:
            return _again(first, receive)
        content = orjson.dumps(answer[0], default=str)
        identifier = given_id(headers) or b"%016x" % random.getrandbits(64)
        written = [*profile.headers, *answer[1], (b"x-request-id", identifier)]
        if profile.compressed and len(content) >= LEAST_COMPRESSED:
            content = gzip.compress(content, COMPRESSION, mtime=0)
            written += ((b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding"))
        written.append((b"content-length", b"%d" % len(content)))
        await send({"type": "http.response.start", "status": 200, "headers": written})
        await send({"type": "http.response.body", "body": content})
        seconds = time.perf_counter() - began
        if self.counted is not None:
            self.counted(200, "query", seconds, ())
        if access.isEnabledFor(logging.INFO):
            noted = {"operation": ready.operation.name, "role": profile.actor.role.value}
            write_line(identifier, 200, seconds, "POST", PATH, noted)
        return None

    def _profile(self, authorization: bytes | None, looked_at: list[bytes | None]) -> RequestProfile | None:
        """Return the actor and its profile; None if anything is unusual, or a key must be verified."""
        secret = None if authorization is None else hashlib.sha256(authorization).digest()  # no key is stored
        key = (secret, *looked_at)
        cached = self._profiles.get(key)
        if cached is None or cached.until < time.monotonic():
            cached = self._made(authorization, *looked_at)
            if cached is not None:
                self._profiles.put(key, cached)
        return cached

    def _made(
        self, authorization: bytes | None, content_type: bytes | None, accept: bytes | None, language: bytes | None,
        encoding: bytes | None, content_encoding: bytes | None, origin: bytes | None,
    ) -> RequestProfile | None:  # fmt: skip
        if sum(len(each) for each in (authorization, accept, language, encoding, origin) if each) > MOST_KEPT:
            return None
        accepts = _text(accept)
        media_type = negotiation.preferred(accepts)
        if (
            content_type is None
            or content_type.lower().replace(b" ", b"") not in (b"application/json", b"application/json;charset=utf-8")
            or content_encoding is not None
            or (origin is not None and self.cross_origin)
            or media_type is None
            or negotiation.takes_events(accepts)
        ):
            return None
        known = self.execution.identity.known(_text(authorization))
        if known is None:
            return None
        until, actor = known
        compressed = encoding is not None and b"gzip" in encoding
        profile = self.compiled.profile(actor, accepted(_text(language)))
        headers = [*same_headers(media_type), *SAFE]
        if self.cross_origin:
            headers.append((b"vary", b"Origin"))
        return RequestProfile(actor, until, profile, compressed, headers)


def same_headers(media_type: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of every answer to a POST."""
    return [
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
        (b"vary", b"Accept, Accept-Language, Authorization, Cookie"),
        (b"cache-control", b"no-store"),
    ]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _again(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
