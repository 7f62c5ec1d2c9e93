"""Starts uvicorn with one or several worker processes."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import uvicorn
from starlette.types import ASGIApp

from api.assembly.preparation import prepare_database
from api.assembly.supervision import AnnouncedServer, WorkerSupervisor
from api.http.client_connection import Connection
from api.operations.logs import configure
from api.operations.problems import CommandError
from api.operations.settings import SHARED, ServerSettings, load_server_settings

FACTORY = "api.assembly.app:create_app"
HEALTH_SECONDS = 30
"""Seconds without a sign of life after which a worker that has served is replaced."""


def run(
    host: str | None = None, port: int | None = None, workers: int | None = None, development: bool | None = None
) -> None:
    """Serve until the process is asked to stop; None options come from the settings.

    Raises CommandError if the address is taken, and what ``api.assembly.app.create_app`` raises.
    """
    settings = _with_options(host, port, workers, development)
    configure(settings)
    prepare_database(settings, facts=True)  # once, before there are several processes; problems are reported here
    listening = _bound(settings)
    config = _config(settings, FACTORY)
    if settings.workers > 1:
        with _counting_together():
            WorkerSupervisor(config, [listening], lambda: _announce(listening)).run()
    else:
        AnnouncedServer(config, lambda: _announce(listening)).run(sockets=[listening])


def run_here(app: ASGIApp, settings: ServerSettings) -> None:
    """Serve an application in this process until it is asked to stop. Raises CommandError if the address is taken."""
    listening = _bound(settings)
    AnnouncedServer(_config(settings, app), lambda: _announce(listening)).run(sockets=[listening])


def _config(settings: ServerSettings, app: ASGIApp | str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=None,
        access_log=False,
        server_header=False,
        http=Connection,
        ws="websockets-sansio",
        ws_max_size=settings.limits.body_bytes,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        proxy_headers=False,  # the application does that, by its settings
        timeout_worker_healthcheck=HEALTH_SECONDS,
    )


@contextmanager
def _counting_together() -> Iterator[None]:
    """Provide a directory in which worker processes count for `/metrics`, unless the environment names one."""
    if SHARED in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="roadshow-metrics-", ignore_cleanup_errors=True) as directory:
        os.environ[SHARED] = directory  # worker processes read it when they import prometheus_client
        try:
            yield
        finally:
            del os.environ[SHARED]


def _with_options(host: str | None, port: int | None, workers: int | None, development: bool | None) -> ServerSettings:
    # Worker processes read the settings again, so options travel in the environment.
    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers), ("DEVELOPMENT", development)):
        if value is not None:
            os.environ[f"ROADSHOW_{name}"] = str(value)
    return load_server_settings()


def _bound(settings: ServerSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as problem:
        listening.close()
        raise CommandError(
            f"Can't listen on {settings.host}:{settings.port}: {problem.strerror}. "
            "Choose another with --port, or stop the program that listens there."
        ) from problem
    listening.set_inheritable(True)
    return listening


def _announce(listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    base = f"http://{shown}:{port}"
    print(f"Roadshow    {base}/\nGraphiQL    {base}/graphiql\nGraphQL     {base}/graphql", flush=True)
