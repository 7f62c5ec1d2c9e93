"""What a plugin's function is handed: who asks, in which languages, and the way to the database.

These are protocols. The room that calls the plugin makes the real thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.actors import Actor


class Context(Protocol):
    """The second argument of a field's resolver, the first of a query's or a mutation's."""

    @property
    def actor(self) -> Actor:
        """Who asks."""

    @property
    def languages(self) -> Sequence[str]:
        """BCP 47 tags that the reader asked for, best first."""

    @property
    def session(self) -> Session:
        """A SQLAlchemy session of this call's own, that reads only. It is closed when the call ends."""

    def write(self) -> AbstractContextManager[Session]:
        """One transaction that writes as `actor`; it commits at the end of the `with`, and the change log
        follows by itself. Only mutations, change listeners, and routes have it.

        Raises
        ------
        PluginTimeoutError: at the commit, if the call ran past its time limit meanwhile.
        """


class PageContext(Context, Protocol):
    """What a page's `render` is handed."""

    @property
    def language(self) -> str:
        """The language of the page, `en` or `zh`."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """Parameters of the path and the query string; those of the path win."""


@contextmanager
def opened(context: Any) -> Iterator[Any]:
    """The context that one call of a plugin gets.

    If `context` has a method `own()` (a context manager that gives another one, with a session of its own),
    that is used: a call that ran past its time limit goes on in its thread, and must not share a session with
    the request that left it behind. Else `context` itself.
    """
    own = getattr(context, "own", None)
    if own is None:
        yield context
        return
    with own() as made:
        yield made
