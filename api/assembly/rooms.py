"""Assembles the rooms: host, store, recommender and schema, as the server needs them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from api.assembly.connections import pool_size
from api.assembly.preparation import current_host, load_host
from api.operations.settings import ServerSettings, load_server_settings
from plugins.host.host import Host
from store.access.actors import Actor
from store.database import WRITE_WAIT_SECONDS, Database

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from api.accounts.mail import AccountMailer
    from api.jobs.worker import OpenJobContext
    from api.operations.follower import ChangeFollower
    from api.requests.answers import Caller
    from api.requests.execution import OpenContext
    from recommender.serving.live_encoding import LiveEncoding
    from recommender.serving.service import Recommender
    from schema.execution.compiled_executor import AnyCompiledExecutor
    from schema.request.context import Context, PluginContext, Services
    from schema.types.build import RoadshowSchema

log = logging.getLogger("roadshow.start")


@dataclass(frozen=True, slots=True)
class Assembly:
    """Everything a server serves."""

    settings: ServerSettings
    database: Database
    host: Host
    schema: GraphQLSchema
    sdl: Callable[[], str]
    """Gives the schema's text, written when it is first asked for."""
    authenticate: Callable[[str], Actor | None]
    open_context: OpenContext
    follower: ChangeFollower
    warm: Callable[[], object] | None = None
    """Loads what the first request would wait for; called in the background once the server listens."""

    open_plugin_context: Callable[[str], AbstractContextManager[PluginContext]] | None = None
    """Gives the context for what a plugin, by its name, does without being asked: tasks, routes, commands."""

    open_job_context: OpenJobContext | None = None
    """Gives the context in which a job runs, in the name of whoever asked for it."""

    in_session: Callable[[str], Actor | None] | None = None
    """Gives the actor of a browser's session by its cookie's secret, and notes that it is in use."""

    compiled: AnyCompiledExecutor | None = None
    """Answers queries by plans; None where the reference executor answers everything."""
    live: LiveEncoding | None = None
    """Encodes unsaved texts in a separate process."""

    recommender: Recommender | None = None
    mailer: AccountMailer | None = None
    """Sends invitations."""

    def close(self) -> None:
        """Close the database, and end what runs beside the server."""
        if self.mailer is not None:
            self.mailer.close()
        if self.live is not None:
            self.live.close()
        if self.recommender is not None:
            self.recommender.close()
        if self.compiled is not None:
            self.compiled.close()
        self.database.dispose()


def assemble(settings: ServerSettings | None = None) -> Assembly:
    """Assemble everything a server serves from its settings. Imports nothing heavy.

    Raises plugins.host.errors.PluginStartError, store.database.DatabaseError or store.migrate.MigrationError.
    """
    from api.accounts.mail import AccountMailer
    from api.accounts.sessions import session_reader
    from api.assembly.core_contributions import CORE_PARTS
    from api.assembly.plugin_schema import with_schema
    from api.operations.follower import ChangeFollower
    from api.requests.languages import accepted
    from schema.execution.in_process_client import InProcessClient
    from schema.request.context import Services, open_context, open_plugin_context
    from store.access.keys import verify

    settings = settings or load_server_settings()
    wait = min(WRITE_WAIT_SECONDS, settings.limits.seconds / 2)  # so that it is reported before the time limit
    database = Database(settings.database_url, pool_size=pool_size(settings), write_wait=wait)
    database.check()
    host = current_host(database, load_host(settings, CORE_PARTS))
    _keep_plugins_in_view(database, host)
    host, schema = with_schema(host)
    recommender = _recommender(database, host, settings)
    follower = ChangeFollower(database, settings.poll_seconds, settings.changes_kept)
    mailer = AccountMailer(settings)
    services = Services(
        database=database,
        settings=settings,
        registry=schema.registry,
        host=host,
        recommender=recommender,
        follower=follower,
        mailer=mailer,
    )
    compiled = _compiled(schema, services, settings.documents) if settings.executor == "planned" else None
    services = replace(services, client=InProcessClient(schema, compiled))

    @contextmanager
    def opened(actor: Actor, caller: Caller) -> Iterator[Context]:
        with open_context(services, actor, accepted(caller.accept_language), caller) as context:
            yield context

    database.frozen = settings.read_only

    def authenticate(key: str) -> Actor | None:
        with database.read() as session:
            return verify(session, key)

    def warm() -> None:
        recommender.snapshot()
        recommender.follow(settings.poll_seconds)

    return Assembly(
        settings=settings,
        database=database,
        host=host,
        schema=schema._schema,
        sdl=cache(lambda: schema.as_str() + "\n"),
        authenticate=authenticate,
        in_session=session_reader(database, settings.second_factor == "organisers"),
        open_context=opened,
        follower=follower,
        warm=warm,
        recommender=recommender,
        live=recommender.live,
        open_job_context=partial(open_plugin_context, services),
        open_plugin_context=lambda plugin: open_plugin_context(services, plugin),
        compiled=compiled,
        mailer=mailer,
    )


def _compiled(schema: RoadshowSchema, services: Services, size: int) -> AnyCompiledExecutor | None:
    """The compiled executor; None where its folder is absent, so that the reference executor answers everything."""
    try:
        from schema.compiled import Planner
    except ModuleNotFoundError as missing:
        if missing.name != "schema.compiled":
            raise
        log.warning("schema/compiled is absent; the reference executor answers everything")
        return None
    return Planner(schema, services, size)


def _keep_plugins_in_view(database: Database, host: Host) -> None:
    from api.assembly.plugin_tables import check_rules, left_behind, remember

    check_rules(database, host)
    remember(database, host)
    for name, tables in left_behind(database, host).items():
        log.warning(
            "the plugin '%s' doesn't run; its tables are left untouched (%s). To drop them: roadshow plugins purge %s",
            name,
            ", ".join(tables),
            name,
        )


@contextmanager
def plugin_context(plugin: str) -> Iterator[PluginContext]:
    """The context of a plugin's command, on this installation. Raises what `assemble` raises."""
    assembly = assemble()
    try:
        assert assembly.open_plugin_context is not None
        with assembly.open_plugin_context(plugin) as context:
            yield context
    finally:
        assembly.close()


def schema_text(with_plugins: bool = True) -> str:
    """Return the schema as SDL, with the plugins that run here or without any."""
    from api.assembly.core_contributions import CORE_PARTS
    from schema.types.build import build_schema

    host = load_host(core=CORE_PARTS) if with_plugins else None
    return build_schema(host).as_str() + "\n"


def _recommender(database: Database, host: Host, settings: ServerSettings) -> Recommender:
    from recommender.encoders import encoders_for
    from recommender.serving.isolation import blocks_of, encoders_of, gates_of, kinds_of, rerankers_of
    from recommender.serving.live_encoding import LiveEncoding
    from recommender.serving.service import Recommender

    encoders = encoders_for(settings.encoder, encoders_of(host))
    rerankers = rerankers_of(host)
    return Recommender(
        database,
        blocks_of(host),
        gates_of(host),
        settings,
        encoders=encoders,
        rerankers=rerankers,
        live=LiveEncoding(settings.encoder, encoders),
        kinds=kinds_of(host),
    )
