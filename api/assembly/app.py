"""The Starlette application: its addresses, and what every request passes through."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import pages
from api.accounts.account_page import account_routes
from api.assembly.extensions import plugin_fields, plugin_routes, section_routes, sectioned
from api.assembly.rooms import Assembly
from api.assets.serving import AssetFiles
from api.background.audit_retention import AuditRetention
from api.background.backups import ScheduledBackups
from api.background.encoding import BackgroundEncoding
from api.background.listeners import Listeners
from api.background.tasks import Tasks
from api.files.documents import document_route
from api.files.uploading import upload_route
from api.http import metrics_endpoint, schema_files
from api.http.fast_path import COMPRESSION, LEAST_COMPRESSED, PATH, SAFE, FastPath
from api.http.graphql import GraphQLOverHTTP
from api.http.websocket import GraphQLOverWebSocket
from api.jobs.downloading import file_route
from api.jobs.own_worker import OwnWorker
from api.notifications.pages import NotificationPages, notification_routes
from api.notifications.running import NotificationSender
from api.operations import shutdown
from api.operations.health import Health
from api.operations.logs import RequestLog, configure
from api.operations.loop_watch import LoopWatcher
from api.operations.metrics import Measured, Metrics
from api.operations.path_mask import PathMask
from api.operations.settings import ServerSettings, load_server_settings
from api.operations.telemetry import Telemetry
from api.pages import views
from api.requests import interruption
from api.requests.dispatch import Dispatcher
from api.requests.execution import Execution
from api.requests.identity import Identity
from api.requests.rate_limit import shared_rates
from api.requests.subscriptions import Subscriptions
from plugins.host.states import State
from recommender.serving.isolation import kinds_of
from schema.types.client_files import client_files as files_for_clients
from store.database import DatabaseError
from store.notifications.links import SECRET_PATHS

log = logging.getLogger("roadshow.start")

SWITCH_SECONDS = 0.0001
"""Seconds after which a computing thread yields. The server's loop waits this long, each time it comes back from the
database, beside a thread that builds a large answer; Python's default of 0.005 would be noticeable."""


class Application(Starlette):
    """Everything served; requests for the fast path bypass the rest."""

    fast_path: FastPath | None = None
    behind_proxies: ASGIApp | None = None
    """Outermost middleware behind proxies: it believes their headers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.behind_proxies or self.answer)(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, by the fast path if possible."""
        if (
            self.fast_path is not None
            and scope["type"] == "http"
            and scope["path"] == PATH
            and not scope.get("root_path")
        ):
            left = await self.fast_path.answered(scope, receive, send)
            if left is None:
                return
            receive = left
        await super().__call__(scope, receive, send)


def create_app(settings: ServerSettings | None = None) -> Starlette:
    """Create the application from its settings, by default the current ones.

    Raises plugins.host.errors.PluginStartError, store.migrate.MigrationError or store.database.DatabaseError, each with
    a text that says what to do.
    """
    from api.assembly.rooms import assemble

    settings = settings or load_server_settings()
    configure(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()  # objects created now live as long as the process; scanning them again and again takes time
    try:
        return application(assemble(settings))
    finally:
        gc.freeze()
        gc.enable()


def application(assembly: Assembly) -> Starlette:
    """Create the application that serves ``assembly`` and closes it in the end."""
    settings = assembly.settings
    interruption.follow(assembly.database.engine)
    identity = Identity(assembly.authenticate, assembly.in_session)
    rates = shared_rates(settings.limits)
    extended = assembly.host.contributions
    mask = PathMask([*SECRET_PATHS, *(e.value.path for e in extended.routes), *(e.value.path for e in extended.pages)])
    telemetry = Telemetry(mask) if settings.telemetry == "otlp" else None
    execution = Execution(
        assembly.schema,
        settings,
        identity,
        assembly.open_context,
        assembly.compiled,
        rates,
        plugin_fields(assembly.host),
    )
    dispatcher = Dispatcher(settings, execution.recent)
    subscriptions = Subscriptions(execution, dispatcher)
    health = Health(assembly.database)
    planner_counts = {} if assembly.compiled is None else assembly.compiled.counts
    metrics = Metrics(assembly.host, assembly.database, planner_counts) if settings.metrics != "off" else None
    listeners = Listeners(
        assembly.database, assembly.host, settings.languages, settings.poll_seconds, assembly.open_plugin_context
    )
    tasks = Tasks(assembly.database, assembly.host, assembly.open_plugin_context)
    encoding = BackgroundEncoding(assembly.database, settings, kinds_of(assembly.host))
    backups = ScheduledBackups(assembly.database, settings)
    retention = AuditRetention(assembly.database, settings)
    notifications = NotificationSender(assembly.database, assembly.host, assembly.open_job_context, settings)
    jobs = OwnWorker(assembly.database, [entry.name for entry in extended.job_kinds], settings)
    watcher = LoopWatcher(assembly.host, metrics.show_lag if metrics is not None else lambda owner, lag: None)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        shutdown.listen()
        if not settings.read_only:
            listeners.start()
            tasks.start()
            encoding.start()
            jobs.start()
            retention.start()
            notifications.start()
        backups.start()
        watcher.start()
        warming = asyncio.create_task(_warm(assembly, health))
        yield
        warming.cancel()
        await asyncio.to_thread(watcher.stop)
        await asyncio.to_thread(listeners.stop)
        await asyncio.to_thread(tasks.stop, settings.shutdown_seconds)
        await asyncio.to_thread(encoding.stop)
        await asyncio.to_thread(jobs.stop)
        await asyncio.to_thread(retention.stop)
        await asyncio.to_thread(notifications.stop)
        await asyncio.to_thread(backups.stop)
        await assembly.follower.close()
        dispatcher.close()
        if rates is not None:
            rates.close()
        if telemetry is not None:
            await asyncio.to_thread(telemetry.close)
        assembly.close()

    navigation = [(entry.value.path, dict(entry.value.title)) for entry in extended.pages if entry.value.navigation]
    running = [member.name for member in assembly.host.states() if member.state in (State.ACTIVE, State.DEGRADED)]
    people = pages.Pages(navigation, running, sectioned(assembly.host))
    execution.documents.register(pages.operations())
    graphql: ASGIApp = GraphQLOverHTTP(execution, dispatcher, subscriptions)
    routes: list[BaseRoute] = [
        Route("/graphql", telemetry.operations(graphql) if telemetry is not None else graphql),
        WebSocketRoute(
            "/graphql",
            GraphQLOverWebSocket(subscriptions, assembly.follower, settings.limits, settings.cors_origins),
        ),
        Route("/schema.graphql", schema_files.schema_text(assembly.sdl)),
        Route("/clients/{name}", schema_files.client_files(files_for_clients(assembly.schema))),
        Route("/health", health.health),
        Route("/ready", health.ready),
        Route("/", people.landing),
        Route("/graphiql", people.graphiql),
        *views.routes(people),
        *account_routes(assembly.database, settings, identity, people, assembly.open_context, assembly.host),
        Mount("/static", StaticFiles(directory=pages.STATIC)),
        Mount("/assets", AssetFiles()),
        *notification_routes(NotificationPages(assembly.database, assembly.host, settings, identity, people)),
        file_route(assembly.database, identity, settings.data_directory),
        upload_route(assembly.database, settings, assembly.host),
        document_route(identity, assembly.open_context, settings),
        *plugin_routes(assembly, identity, people),
        *section_routes(assembly, identity),
    ]

    if metrics is not None:
        routes.append(Route("/metrics", metrics_endpoint.endpoint(metrics, identity, settings.metrics)))

    async def not_found(request: Request, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, HTTPException) else 404
        detail = problem.detail if isinstance(problem, HTTPException) else "Not Found"
        headers = problem.headers if isinstance(problem, HTTPException) else None
        return PlainTextResponse(f"{detail}. See /\n", status, headers=headers)

    async def unwritten(request: Request, problem: Exception) -> Response:
        log.error("%s", problem)
        return PlainTextResponse("Nothing can be written just now. Try again later.\n", 503, {"Retry-After": "60"})

    async def broken(request: Request, problem: Exception) -> Response:
        return PlainTextResponse(
            f"Something went wrong on our side. Please report the request {request.scope.get('request_id')}.\n", 500
        )

    middleware = [Middleware(RequestLog, mask=mask), Middleware(SafeHeaders)]
    if telemetry is not None:
        middleware.append(Middleware(telemetry.requests))
    if metrics is not None:
        middleware.append(Middleware(Measured, metrics=metrics))
    if settings.cors_origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(settings.cors_origins),
                allow_methods=["GET", "POST", "PUT"],
                allow_headers=["Authorization", "Content-Type", "Accept-Language", "X-Request-ID", "X-Trace-ID"],
                expose_headers=["X-Request-ID", "X-Trace-ID", "ETag", "Retry-After", "RateLimit", "RateLimit-Policy"],
                max_age=86_400,
            )
        )
    middleware.append(Middleware(Compression))
    served = Application(
        routes=routes,
        middleware=middleware,
        lifespan=lifespan,
        exception_handlers={404: not_found, 405: not_found, DatabaseError: unwritten, Exception: broken},
    )
    if assembly.compiled is not None and telemetry is None:  # which nests spans for everything passed
        counted = metrics.answered if metrics is not None else None
        served.fast_path = FastPath(execution, assembly.compiled, counted, bool(settings.cors_origins))
    if settings.proxies:
        served.behind_proxies = ProxyHeadersMiddleware(served.answer, list(settings.proxies))  # type: ignore[arg-type, assignment]
    return served


async def _warm(assembly: Assembly, health: Health) -> None:
    try:
        if assembly.warm is not None:
            await asyncio.to_thread(assembly.warm)
    except Exception:  # the first request meets it too and reports it
        log.exception("the data for rankings could not be loaded")
    finally:
        health.warm = True


class Compression:
    """Compresses answers for clients that accept it, but neither parts of files nor documents, whose bytes are counted;
    others bypass the middleware.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.compressing = GZipMiddleware(app, minimum_size=LEAST_COMPRESSED, compresslevel=COMPRESSION)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = (
            scope["type"] == "http"
            and any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
            and not scope["path"].startswith("/documents/")
            and not any(name == b"range" for name, _ in scope["headers"])
        )
        await (self.compressing if asked else self.app)(scope, receive, send)


class SafeHeaders:
    """Adds headers that keep browsers from guessing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SAFE]
            await send(message)

        await self.app(scope, receive, sending if scope["type"] == "http" else send)
