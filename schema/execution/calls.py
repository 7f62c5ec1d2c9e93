"""One call of an operation: actor, variables, tracing, result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from graphql import GraphQLError

from schema.declarations.base import GivenArguments
from schema.execution.tracing import Fetch, Trace
from schema.request.context import Context
from store.access.actors import Actor


class Stop(Protocol):
    """Cancels what connections execute, from another thread."""

    interrupted: bool

    def taken(self, connection: Any) -> None:
        """Record that the operation now uses this connection."""

    def given_back(self, connection: Any) -> None:
        """Record that it no longer uses it."""


@dataclass(frozen=True, slots=True)
class Call:
    """Who runs an operation, and how."""

    actor: Actor
    languages: tuple[str, ...]
    """The languages of the request."""
    variables: GivenArguments
    """The variables as sent by the client."""
    open_context: Callable[[], AbstractContextManager[Context]]
    """Creates the context of functions; called only if an operation needs one."""
    stop: Stop | None = None
    trace: Trace | None = None
    """Records the statements."""
    hide_suggestions: bool = False
    """Whether errors of variables hide which names exist."""

    @property
    def stopped(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.stop is not None and self.stop.interrupted

    def traced(self, fetch: Fetch) -> Fetch:
        """Wrap a reading function if the call is traced."""
        return fetch if self.trace is None else self.trace.following(fetch)


class Answered(NamedTuple):
    """An answer: its data, and its errors as they arose."""

    data: dict[str, object] | None
    errors: Sequence[GraphQLError] = ()
    beneath: Sequence[GraphQLError] = ()
    """Further errors below positions that are null because of another error; hidden from clients."""
    fallbacks: Sequence[Exception] = ()
    """Why payloads of a mutation were left to the reference executor."""
