"""A real server in a thread of the test process, on a free port."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from api.assembly.app import application
from api.assembly.rooms import Assembly
from api.http.client_connection import Connection


@contextmanager
def running(assembly: Assembly) -> Iterator[str]:
    """Serve ``assembly``; gives the address, such as ``http://127.0.0.1:49152``."""
    with running_app(application(assembly), assembly.settings.limits.body_bytes) as address:
        yield address


@contextmanager
def running_app(app: ASGIApp, body_bytes: int = 1_000_000) -> Iterator[str]:
    """As `running`, for any application."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_config=None,
        http=Connection,
        ws="websockets-sansio",
        ws_max_size=body_bytes,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server stopped while starting"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "the server did not stop"
