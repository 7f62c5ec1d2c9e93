"""One call of an operation: by whom, with which variables, how it is watched, and what came of it."""

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
        """Note that the operation uses this connection from now on."""

    def given_back(self, connection: Any) -> None:
        """Note that it doesn't use it any more."""


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks an operation, and how."""

    actor: Actor
    languages: tuple[str, ...]
    """Those that the request asks for."""
    variables: GivenArguments
    """As the client sent them."""
    open_context: Callable[[], AbstractContextManager[Context]]
    """Makes what functions see; called only where an operation has such parts."""
    stop: Stop | None = None
    trace: Trace | None = None
    """Notes the statements."""
    hide_suggestions: bool = False
    """Whether errors of variables leave out which names there are."""

    @property
    def stopped(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.stop is not None and self.stop.interrupted

    def traced(self, fetch: Fetch) -> Fetch:
        """The same reading, noted where the call is traced."""
        return fetch if self.trace is None else self.trace.following(fetch)


class Answered(NamedTuple):
    """An answer: its data, and its errors as they arose."""

    data: dict[str, object] | None
    errors: Sequence[GraphQLError] = ()
    beneath: Sequence[GraphQLError] = ()
    """Further errors below places that are null because of another error; clients don't get these."""
    fallbacks: Sequence[Exception] = ()
    """Why payloads of a mutation were left to the reference executor."""
