"""The context of one operation: actor, read session, loaders, and the services behind them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy.orm import Session
from strawberry.dataloader import DataLoader

from plugins.host.calls.workers import current_call
from plugins.host.errors import PluginFailedError
from plugins.host.manifest import CORE, Permission
from schema.declarations.base import GivenArguments, Row
from schema.declarations.errors import ForbiddenError, UnavailableError
from schema.declarations.registry import Registry
from schema.request.job_kinds import start_job
from schema.request.mailing import Mailer
from schema.request.notifying import notify_of
from schema.sql.pages import rows_statement
from schema.sql.result_cache import ResultCache
from schema.sql.scope import Scope
from store.access.actors import Actor
from store.database import Database
from store.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from plugins.host.host import Host
    from recommender.serving.service import Recommender
    from store.models import Change

Item = TypeVar("Item", bound=Hashable)
Value = TypeVar("Value")

MOST_KEYS = 10_000
"""Keys of one statement: databases allow some 30,000 parameters."""


class Follower(Protocol):
    """Reports changes as they are committed, by any process."""

    def follow(
        self, entity_types: Collection[str] | None = None, entity_ids: Collection[str] | None = None
    ) -> AsyncIterator[Change]:
        """The changes (`store.models.Change`) from now on, in order: all, or of these tables or entities."""

    async def followed(self) -> None:
        """Wait until nothing will be missed by those that have begun to `follow`."""


class Client(Protocol):
    """Answers the API's queries of plugins' functions: `schema.execution.in_process_client.InProcessClient`."""

    def answer(self, context: PluginContext, document: str, variables: GivenArguments | None = None) -> dict[str, Any]:
        """Answer a query or a mutation as a client that is `context.actor`."""


@dataclass(frozen=True)
class Services:
    """What lives as long as the server. `recommender` and `follower` may be missing; their users report it."""

    database: Database
    settings: Settings
    registry: Registry
    host: Host | None = None
    recommender: Recommender | None = None
    follower: Follower | None = None
    client: Client | None = None
    """What plugins' functions ask the API by; None where there is nothing to ask."""
    mailer: Mailer | None = None
    """What mail is sent by; None where nothing is sent."""
    results: ResultCache = field(default_factory=ResultCache)
    """Ids of ranking candidates visible to actors."""


@dataclass
class Context:
    """What lives as long as one operation. Created by `open_context`; used by one thread at a time."""

    services: Services
    actor: Actor
    languages: tuple[str, ...]
    """BCP 47 tags that the reader asked for, best first; the settings' follow them."""
    request: object = None
    """The request behind the operation, for plugins' routes and pages; None in tests and commands."""
    may_write: bool = False
    """Whether plugins' functions may write: only while a plugin's mutation runs."""
    _sessions: ExitStack = field(default_factory=ExitStack)
    _loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)
    _made: dict[Hashable, Any] = field(default_factory=dict)
    _session: Session | None = None

    @property
    def session(self) -> Session:
        """The read session: one consistent state, from the first statement until `refresh`."""
        if self._session is None:
            self._session = self._sessions.enter_context(self.services.database.read())
        return self._session

    @property
    def registry(self) -> Registry:
        return self.services.registry

    @cached_property
    def scope(self) -> Scope:
        """The actor's scope, with the languages in which texts are sorted."""
        dialect = "sqlite" if self.services.database.is_sqlite else "postgresql"
        return Scope(self.actor, self.all_languages, self.registry, dialect)

    @cached_property
    def all_languages(self) -> tuple[str, ...]:
        """The languages of the request, then those of the settings."""
        return tuple(dict.fromkeys((*self.languages, *self.services.settings.languages)))

    def preferred(self, asked: Sequence[str] | None) -> Sequence[str]:
        """Return the languages to try: those of the field, then those of the operation."""
        return (*asked, *self.all_languages) if asked else self.all_languages

    def write(self) -> AbstractContextManager[Session]:
        """Open a transaction on behalf of the actor; later reads see it."""
        return self._writing()

    @property
    def host(self) -> Host:
        """The plugins' host."""
        if self.services.host is None:
            raise UnavailableError("This server runs no plugins.")
        return self.services.host

    @property
    def follower(self) -> Follower:
        """The follower of the change log. Raises UnavailableError if none runs."""
        if self.services.follower is None:
            raise UnavailableError("Nothing follows the change log here; query a running server.")
        return self.services.follower

    @contextmanager
    def own(self) -> Iterator[PluginContext]:
        """A context for one call of a plugin's function, in whatever thread, with a session of its own."""
        context = PluginContext(self.services, self.actor, self.all_languages, self.request, self.may_write)
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        self.refresh()
        with self.services.database.write(self.actor) as session:
            yield session

    def refresh(self) -> None:
        """Forget everything that was read."""
        self._sessions.close()
        self._session = None
        self._loaders.clear()
        self._made.clear()

    def close(self) -> None:
        self.refresh()

    async def load(self, key: Hashable, item: Item, read: Callable[[list[Item]], Sequence[Value]]) -> Value:
        """The value of `item`, read together with all other items asked of the same `key` meanwhile.

        `read` gets the items without repetition and returns a value for each, in order.
        """
        loader = self._loaders.get(key)
        if loader is None:

            async def read_batch(items: list[Item]) -> Sequence[Value]:
                return read(items)

            loader = self._loaders[key] = DataLoader(load_fn=read_batch, max_batch_size=MOST_KEYS)
        value: Value = await loader.load(item)
        return value

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What `make` gives, made once for `key` in this operation."""
        if key not in self._made:
            self._made[key] = make()
        value: Value = self._made[key]
        return value

    async def row(self, entity_name: str, identifier: str) -> Row | None:
        """The entity's row, or None where there is none that the actor may see."""
        entity = self.registry.entities[entity_name]

        def read(ids: list[str]) -> list[Row | None]:
            rows = {row.id: row for row in self.session.execute(rows_statement(self.scope, entity, ids))}
            return [rows.get(each) for each in ids]

        return await self.load(("row", entity_name), identifier, read)

    async def node(self, identifier: str | None) -> Row | None:
        """The row of an entity of any type, by its id; None for an unknown id."""
        entity = self.registry.of_id(identifier or "")
        return await self.row(entity.name, identifier) if entity and identifier else None


@dataclass
class PluginContext(Context):
    """The context of plugins' functions; only some may write."""

    plugin: str | None = None
    """Owner of the function, if the guarded call around it doesn't tell."""

    @property
    def session(self) -> Session:
        """A read-only session; the database refuses writes, raw SQL included."""
        if self._session is None:
            self._session = self._sessions.enter_context(self.services.database.read_only())
        return self._session

    def write(self) -> AbstractContextManager[Session]:
        """Open a transaction on behalf of the actor; raises ForbiddenError outside a mutation."""
        if not self.may_write:
            raise ForbiddenError("Only a mutation may write.")
        return self._writing()

    def call(self, service: str, versions: str, **arguments: object) -> object:
        """Call a service that another plugin publishes. Raises LookupError if there is none of these versions."""
        entry = self.host.contributions.service(service, versions)
        return self.host.in_context(entry, entry.value.run, self, **arguments)

    def ask_plugins(self, hook: str, **arguments: object) -> list[tuple[str, object]]:
        """Return the answers of other plugins to a hook, without those that fail. Raises LookupError."""
        answers = []
        for entry in self.host.contributions.implementations(hook):
            try:
                answers.append((entry.owner, self.host.in_context(entry, entry.value.run, self, **arguments)))
            except PluginFailedError:
                continue
        return answers

    def start_job(self, session: Session, kind: str, arguments: GivenArguments) -> str:
        """Ask for a job in the session's transaction; return its id. Raises UserError or LookupError."""
        return start_job(self.host, session, kind, arguments, self.languages).id

    def notify(self, session: Session, kind: str, to: Iterable[str], arguments: GivenArguments, key: str) -> list[str]:
        """Tell people something in the session's transaction; return new ids. Raises UserError or LookupError."""
        call = current_call()
        owner = self.plugin or (call.owner if call else CORE)
        return notify_of(self.host, owner, session, kind, to, arguments, key)

    def ask(self, document: str, variables: GivenArguments | None = None) -> dict[str, Any]:
        """Run an operation of the API as the actor: `data`, and `errors` if there are any.

        Raises UnavailableError without an API.
        """
        if self.services.client is None:
            raise UnavailableError("The API isn't available here.")
        return self.services.client.answer(self, document, variables)

    @contextmanager
    def acting_as(self, actor: Actor, languages: Sequence[str] = ()) -> Iterator[PluginContext]:
        """Open a context in another's name; raises ForbiddenError without the permission."""
        call = current_call()
        plugin = self.plugin or (call.owner if call else None)
        if plugin is None or Permission.ACT_AS not in self.host.state(plugin).permissions:
            raise ForbiddenError(f"The plugin '{plugin}' doesn't request the permission '{Permission.ACT_AS}'.")
        context = PluginContext(
            self.services, actor, tuple(languages) or self.languages, self.request, self.may_write, plugin=plugin
        )
        try:
            yield context
        finally:
            context.close()


@contextmanager
def open_plugin_context(
    services: Services, plugin: str, actor: Actor | None = None, languages: Sequence[str] = ()
) -> Iterator[PluginContext]:
    """Open a context for background work, such as a task: it acts as `actor`, else as the plugin, and may write."""
    acting = actor or Actor.system("roadshow" if plugin == CORE else f"plugin {plugin}")
    tags = tuple(languages) or services.settings.languages
    context = PluginContext(services, acting, tags, may_write=True, plugin=plugin)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def open_context(
    services: Services, actor: Actor, languages: Sequence[str] = (), request: object = None
) -> Iterator[Context]:
    """Open a context for one operation; its session is closed at the end."""
    context = Context(services, actor, tuple(languages), request)
    try:
        yield context
    finally:
        context.close()
