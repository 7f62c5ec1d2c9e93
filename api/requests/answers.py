"""The caller, and the answer: an execution's result, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError

from api.requests.documents import Operation, is_subscription
from api.requests.errors import Code, RequestError
from schema.declarations.errors import client_errors
from store.access.actors import Actor


@dataclass(slots=True)
class Caller:
    """The caller as known from the request, apart from the operation."""

    authorization: str | None = None
    """What it shows of who asks, as `api.requests.identity.credentials` reads it."""
    accept_language: str | None = None
    request_id: str = ""
    address: str = ""
    """The address whose points are spent without a key."""
    reads_only: bool = False
    """Whether it is a GET, which may be repeated and linked: queries only."""


@dataclass(slots=True)
class Answer:
    """A response: an execution's, or a refusal's."""

    content: dict[str, Any]
    executed: bool = True
    status: int = 200
    legacy_status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    operation: Operation | None = None
    actor: Actor | None = None
    rate_headers: Sequence[tuple[bytes, bytes]] = ()
    """The actor's remaining points."""
    expected: bool = False
    """Whether it is a refusal that clients provoke in the usual course, which browsers needn't log as a failure."""

    def body(self) -> bytes:
        """Return the response as JSON."""
        return orjson.dumps(self.content, default=str)


def answer(result: ExecutionResult, operation: Operation, actor: Actor) -> Answer:
    """Convert an execution's result to an answer."""
    errors = result.errors or []
    content: dict[str, Any] = {}
    if errors:
        content["errors"] = [error.formatted for error in client_errors(errors)]
    if result.data is None and any(error.path is None for error in errors):  # variables that don't fit
        return Answer(content, False, 400, 200, operation=operation, actor=actor)
    content["data"] = result.data
    status, headers = _status(content)
    if not is_subscription(operation):  # an event has no cost of its own
        content["extensions"] = {"cost": operation.cost}
    if result.extensions:
        content["extensions"] = {**content.get("extensions", {}), **result.extensions}
    return Answer(content, True, status, status, headers, operation=operation, actor=actor)


def refused(refusal: RequestError) -> Answer:
    """The answer to a request that is not executed."""
    content: dict[str, object] = {"errors": refusal.payload()}
    if refusal.cost is not None:
        content["extensions"] = {"cost": refusal.cost}
    expected = refusal.code is Code.PERSISTED_QUERY_NOT_FOUND
    return Answer(content, False, refusal.status, refusal.legacy_status, refusal.headers, expected=expected)


def stopped() -> Answer:
    """Answer an abandoned operation; nobody reads it any more."""
    return refused(RequestError("The operation was stopped.", Code.TIMEOUT, status=503))


def failed(problem: Exception) -> Answer:
    """Answer a request that failed on our side: masked, and logged."""
    errors = client_errors([GraphQLError("", original_error=problem)])
    content: dict[str, object] = {"errors": [error.formatted for error in errors]}
    status, headers = _status(content)
    status = 500 if status == 200 else status
    return Answer(content, False, status, status, headers)


def _status(content: Mapping[str, Any]) -> tuple[int, dict[str, str]]:
    """Return an answer's status and headers: 503 if nothing was available, and when a retry will help."""
    data, errors = content.get("data"), content.get("errors", ())
    waits = [error["extensions"]["retryAfter"] for error in errors if "retryAfter" in error.get("extensions", {})]
    if not waits:
        return 200, {}
    nothing = data is None or all(value is None for value in data.values())
    return 503 if nothing else 200, {"Retry-After": str(max(waits))}
