"""The context of a plugin's function: actor, languages, and access to the database.

These are protocols; the room that calls the plugin implements them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Acting = TypeVar("Acting")
"""The type of actors, which the store defines."""


class Context(Protocol[Acting]):
    """The second argument of a field's resolver, the first of a query's or a mutation's."""

    @property
    def actor(self) -> Acting:
        """The current actor."""

    @property
    def languages(self) -> Sequence[str]:
        """BCP 47 tags requested by the reader, best first."""

    @property
    def session(self) -> Session:
        """A read-only SQLAlchemy session of this call. It is closed when the call ends."""

    def write(self) -> AbstractContextManager[Session]:
        """Open a transaction that writes as `actor`; it commits at the end of the `with`, and the change log follows
        automatically. Only mutations, change listeners, tasks, commands and routes have it.

        Raises
        ------
        PluginTimeoutError: at the commit, if the call ran past its time limit meanwhile.
        """

    def ask(self, document: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The answer of the GraphQL API to an operation, as `actor` gets it: `data`, and `errors` if there are any.

        Every rule on what the actor may see and do holds. Mutations run only where `write` may be used.
        """

    def acting_as(self, actor: Acting, languages: Sequence[str] = ()) -> AbstractContextManager[Context[Acting]]:
        """Return a context in another's name. Needs the permission `act_as`.

        `languages` are BCP 47 tags, best first; empty means those of this context.
        """

    def call(self, service: str, versions: str, **arguments: object) -> object:
        """Call a service of another plugin (`judging.assign`) of one of these versions (`>=1,<2`).

        Raises
        ------
        LookupError: there is none. PluginFailedError: it failed. UserError: what was asked is wrong.
        """

    def ask_plugins(self, hook: str, **arguments: object) -> list[tuple[str, object]]:
        """Return what each plugin answers to a hook of this one, with its name, in the order of plugins.

        One that fails is left out; it is counted and shown as any failure. Raises LookupError if nobody declares it.
        """

    def start_job(self, session: Session, kind: str, arguments: Mapping[str, object]) -> str:
        """Ask for a job in the transaction of `write`; return its id. It runs as `actor`, once that has committed.

        Raises
        ------
        UserError: the arguments can't be used. LookupError: nobody declares this kind.
        """

    def notify(
        self, session: Session, kind: str, to: Iterable[str], arguments: Mapping[str, object], key: str
    ) -> list[str]:
        """Tell people something, in the transaction of `write`; return the ids of the new notifications.

        `kind` is one that the plugin declares. `to` are ids of accounts, of talents, or of scopes (a project, investor,
        place, organisation, programme, …), which stand for whoever holds a role in them. `key` says what it is about,
        such as an id and a date: each person is told once for each.

        Raises
        ------
        UserError: the arguments can't be used. LookupError: the plugin declares no such kind.
        """


class PageContext(Context[Acting], Protocol[Acting]):
    """The context of a page's `render`."""

    status: int
    """What the page is answered with: 200 unless `render` sets another (404 for what was never there, 410 for what
    has ended), from 200 to 499."""

    @property
    def language(self) -> str:
        """The language of the page, `en` or `zh`."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """Parameters of the path and the query string; those of the path win."""


class JobContext(Context[Acting], Protocol[Acting]):
    """The first argument of a job's `run`. `actor` is whoever asked for it, with the rights that they have now.

    All of it raises UserError once the job is cancelled or its worker must stop; let that pass. A transaction of
    `write` is undone if another worker has taken the job over.
    """

    @property
    def job_id(self) -> str:
        """The job's id."""

    @property
    def attempt(self) -> int:
        """How often it was begun, this time included."""

    def file(self, name: str, media_type: str) -> AbstractContextManager[BinaryIO]:
        """Open the file that the job leaves for whoever asked for it; it is theirs once the job has succeeded.

        `name` is what they save it as. A job has at most one file.
        """

    def report(self, progress: float | None, message: str = "") -> None:
        """Say how far it has come: from 0 to 1, or None if it can't tell. Call it often: it costs next to nothing."""


Opened = TypeVar("Opened")


@contextmanager
def opened(context: Opened) -> Iterator[Opened]:
    """The context that one call of a plugin gets.

    If `context` has a method `own()` (a context manager that yields another one, with its own session), that is used: a
    call past its time limit goes on in its thread and must not share a session with the request that abandoned it.
    Otherwise `context` itself.
    """
    own = getattr(context, "own", None)
    if own is None:
        yield context
        return
    with own() as made:
        yield made


_open_for_command: Callable[[], AbstractContextManager[Context[Any]]] | None = None


def provide_command_context(open_context: Callable[[], AbstractContextManager[Context[Any]]]) -> None:
    """Say what `command_context` opens; done by the room that runs commands, before it runs one."""
    global _open_for_command
    _open_for_command = open_context


def command_context() -> AbstractContextManager[Context[Any]]:
    """Open the context of a plugin's command: `with command_context() as context`. Its actor is the plugin.

    It opens this installation's database and loads what rankings need, by the current settings.

    Raises
    ------
    RuntimeError: no command of `roadshow` is running.
    """
    if _open_for_command is None:
        raise RuntimeError("command_context() works only in commands run by `roadshow`")
    return _open_for_command()
