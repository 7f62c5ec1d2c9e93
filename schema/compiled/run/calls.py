"""One call of an operation: by whom, with which variables, and how it is watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schema.compiled.run.reading import Stop
from store.access.actors import Actor

if TYPE_CHECKING:
    from schema.compiled.run.statements import Fetch
    from schema.compiled.run.tracing import Trace
    from schema.request.context import Context


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks an operation, and how."""

    actor: Actor
    languages: tuple[str, ...]
    """Those that the request asks for."""
    variables: Mapping[str, Any]
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
