"""Reads on PostgreSQL from the event loop: while a statement runs, the loop goes on.

A plan consists of plain functions. It runs in a greenlet, as in SQLAlchemy's asynchronous drivers, so that it can be
suspended where a statement runs; a hop to another thread would cost as much as a small query.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from sqlalchemy.util import await_only, greenlet_spawn

from schema.execution.tracing import Fetch
from store.database import Database
from store.database.sessions import LOOP_CONNECTIONS

Result = TypeVar("Result")
MILLISECONDS = 1_000
"""Time of a statement after which a worker thread takes over, which has longer."""


def took_too_long(problem: Exception) -> bool:
    """Return whether a read was abandoned because a statement ran longer than `MILLISECONDS`.

    No other failure says that the plan is slow: not a statement built first, nor a lost connection, nor a client's
    mistake.
    """
    return getattr(problem, "sqlstate", None) == "57014"  # query_canceled


class WaitingConnections:
    """Connections for reading alone. Used by one event loop at a time."""

    def __init__(self, database: Database) -> None:
        url = database.url.set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._free: list[Any] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turns = asyncio.Semaphore(LOOP_CONNECTIONS)

    async def run(self, read: Callable[[Fetch], Result]) -> Result:
        """Return what `read` gives from a function that runs statements. Raises what the driver raises."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self.close()
            self._loop = loop
            self._turns = asyncio.Semaphore(LOOP_CONNECTIONS)
        async with self._turns:
            cursor = self._free.pop() if self._free else await self._opened()

            async def rows(text: str, parameters: object) -> list[object]:
                await cursor.execute(text, parameters)
                result: list[object] = await cursor.fetchall()
                return result

            def fetch(text: str, parameters: object) -> list[object]:
                return await_only(rows(text, parameters))

            try:
                result = await greenlet_spawn(read, fetch)
            except BaseException:  # reuse a connection only if its state is certain
                cursor.connection.pgconn.finish()
                raise
            self._free.append(cursor)
            return result

    def close(self) -> None:
        """Close idle connections."""
        while self._free:
            self._free.pop().connection.pgconn.finish()

    async def _opened(self) -> Any:
        from psycopg import AsyncConnection
        from psycopg.types.json import set_json_loads

        connection = await AsyncConnection.connect(
            self._address, autocommit=True, options=f"-c statement_timeout={MILLISECONDS}"
        )
        set_json_loads(orjson.loads, connection)
        return connection.cursor()
