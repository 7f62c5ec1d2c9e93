"""``/health``: the process answers. ``/ready``: it can serve, so a balancer may send requests."""

from __future__ import annotations

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.operations import shutdown
from store.database import Database, DatabaseError

log = logging.getLogger("roadshow.health")


class Health:
    """The server's health."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.warm = False

    async def health(self, request: Request) -> JSONResponse:
        """Answer 200 as long as the process works."""
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def ready(self, request: Request) -> JSONResponse:
        """Answer 200 while rankings are loaded, the database answers and the server isn't stopping; else 503 with the
        reason."""
        if shutdown.begun():
            reason: str | None = "stopping"
        elif not self.warm:
            reason = "loading rankings"
        else:
            reason = await asyncio.to_thread(self._database_problem)
        body = {"status": "unready", "reason": reason} if reason else {"status": "ready"}
        return JSONResponse(body, 503 if reason else 200, headers={"Cache-Control": "no-store"})

    def _database_problem(self) -> str | None:
        try:
            self.database.check()
        except DatabaseError as problem:
            log.warning("%s", problem)
            return "the database can't be reached"
        return None
