"""The mock server: the application on a copy of the demo data, behind delays and errors, and its own address."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.assembly.app import application
from api.assembly.rooms import Assembly, assemble
from api.mock.data import LOADED_AT, prepared
from api.mock.fault_injection import FailingFields, FaultInjection, changed
from api.mock.people import by_name, names
from api.operations.problems import CommandError
from api.operations.settings import ServerSettings
from store.values.ids import numbered_ids

CONTROL_PATH = "/mock"
SERVED_AT = LOADED_AT + timedelta(days=1)
"""The time in the ids of what is created while it serves, which are the same again after each start."""


def settings_for(settings: ServerSettings, folder: Path) -> ServerSettings:
    """Return settings with which a mock server runs: all it writes is in the folder, and it opens no connection."""
    return settings.model_copy(
        update={
            "database_url": f"sqlite:///{folder / 'mock.sqlite'}",
            "data_directory": folder,
            "development": True,
            "workers": 1,
            "executor": "reference",  # in which single fields can be made to fail
            "cors_origins": settings.cors_origins or ("*",),
            "encode_in_background": False,
            "trusted_documents": None,
            "mail_server": None,
            "metrics": "off",
            "telemetry": "off",
            "read_only": False,
            "limits": settings.limits.model_copy(update={"rate_points": 0}),
        }
    )


class MockServer:
    """An ASGI application. `GET /mock` lists the faults, POST changes them; `POST /mock/reset` undoes all writes."""

    def __init__(self, settings: ServerSettings, role: str | None = None) -> None:
        """Assemble it; `role` is who asks without a key, None the public. Raises CommandError for an unknown one."""
        self.settings = settings
        self.faults = FaultInjection()
        self._role = role
        self._database = prepared(settings)
        self._numbers = itertools.count()
        self._resetting = asyncio.Lock()
        self._serving = contextlib.AsyncExitStack()
        self._assembly, self._app = self._build()
        self._failing = FailingFields(self._assembly.schema)
        self.roles = names(self._assembly.database)
        if role is not None and role not in self.roles:
            self._assembly.close()
            raise CommandError(f"Nobody is called {role!r} here. Give one of: {', '.join(self.roles)}.")

    def change(self, given: dict[str, object]) -> None:
        """Change the injected faults. Raises CommandError for what can't be used."""
        self.faults = changed(self._assembly.schema, given, self.faults)
        self._failing.set(self.faults.fail)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await Starlette(lifespan=self._lifespan)(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] in (CONTROL_PATH, f"{CONTROL_PATH}/reset"):
            await (await self._controlled(Request(scope, receive)))(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/graphql" and scope.get("method") != "OPTIONS":
            scope = self._identified(scope)
            await asyncio.sleep(self.faults.seconds())
            if scope["type"] == "http" and self.faults.refuses():
                await _unavailable(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _identified(self, scope: Scope) -> Scope:
        given = {name for name, _ in scope["headers"]}
        if self._role is None or given & {b"authorization", b"cookie"}:
            return scope
        return {**scope, "headers": [*scope["headers"], (b"authorization", f"Bearer {self._role}".encode())]}

    async def _controlled(self, request: Request) -> Response:
        if request.url.path != CONTROL_PATH:
            if request.method != "POST":
                return Response(status_code=405, headers={"Allow": "POST"})
            await self._reset()
        elif request.method == "POST":
            try:
                given = json.loads(await request.body())
                self.change(given if isinstance(given, dict) else {"the body": given})
            except ValueError:
                return JSONResponse({"error": "The body isn't JSON."}, 400)
            except CommandError as problem:
                return JSONResponse({"error": str(problem)}, 400)
        elif request.method != "GET":
            return Response(status_code=405, headers={"Allow": "GET, POST"})
        return JSONResponse({**self.faults.described(), "keys": self.roles})

    # ---- the application, anew after each reset

    def _build(self) -> tuple[Assembly, ASGIApp]:
        path = self.settings.data_directory / f"mock-{next(self._numbers)}.sqlite"
        shutil.copyfile(self._database, path)
        assembly = assemble(self.settings.model_copy(update={"database_url": f"sqlite:///{path}"}))
        identified = dataclasses.replace(assembly, authenticate=by_name(assembly.database, assembly.authenticate))
        if identified.warm is not None:
            identified.warm()  # so that no ranking is "loading" at first
        return identified, application(identified)

    async def _reset(self) -> None:
        async with self._resetting:
            assembly, app = await asyncio.to_thread(self._build)
            before = self._serving
            self._serving = contextlib.AsyncExitStack()
            await self._start(app)
            self._assembly, self._app = assembly, app
            self._failing = FailingFields(assembly.schema)
            self._failing.set(self.faults.fail)
            await before.aclose()

    async def _start(self, app: ASGIApp) -> None:
        assert isinstance(app, Starlette)
        self._serving.enter_context(numbered_ids(SERVED_AT))
        await self._serving.enter_async_context(app.router.lifespan_context(app))

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await self._start(self._app)
        yield
        await self._serving.aclose()


async def _unavailable(scope: Scope, receive: Receive, send: Send) -> None:
    error = {"message": "This mock server fails a share of requests.", "extensions": {"code": "UNAVAILABLE"}}
    headers = {"Retry-After": "1", "Access-Control-Allow-Origin": "*"}
    response = JSONResponse({"errors": [error]}, 503, headers, media_type="application/graphql-response+json")
    await response(scope, receive, send)
