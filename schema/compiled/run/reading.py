"""Connections of planned reads, without sessions: kept open, one plan at a time each."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from schema.execution.calls import Stop
from schema.execution.tracing import Fetch
from schema.request.context import Context
from store.database import Database

_CACHED = 32
FAST_PATH_SECONDS = 0.02
"""Processor time after which a read on the fast path is abandoned."""
_WAITING = 10
"""How many times its computing time a fast read may wait, for the disk or its turn."""
_STEPS = 5_000
"""Steps of SQLite's virtual machine between looks at the clock, for a fast read."""


class FastPathReader:
    """A connection to SQLite for fast reads: a slow one is interrupted.

    Processor time counts, so that a busy machine doesn't make every read slow. Used by one thread at a time.
    """

    __slots__ = ("_deadline", "_seconds", "began", "connection", "execute")

    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self.connection = connection
        self.execute = connection.cursor().execute
        self._seconds = seconds
        self._deadline = 0.0
        self.began: float | None = None
        """When a read began; set to None before each."""
        connection.set_progress_handler(self._is_late, _STEPS)

    def fetch(self, text: str, parameters: Any) -> list[object]:
        """All rows."""
        rows: list[object] = self.execute(text, parameters).fetchall()
        return rows

    def failed(self, problem: Exception) -> bool:
        """Make the connection usable again; return whether it was interrupted."""
        if self.connection.in_transaction:
            self.connection.rollback()
        return isinstance(problem, sqlite3.OperationalError) and "interrupted" in str(problem)

    def _is_late(self) -> bool:
        """Return whether the read is late; called after every few steps."""
        now = time.thread_time()
        if self.began is None:  # earlier work is too short to count
            self.began = now
            self._deadline = time.perf_counter() + _WAITING * self._seconds
        return now - self.began > self._seconds or time.perf_counter() > self._deadline


class Connections:
    """Connections to one database, for reading alone. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sqlite = database.is_sqlite
        self._free: list[Any] = []
        self._readers: list[FastPathReader] = []

    @contextmanager
    def fetch(self, *, several: bool, stop: Stop | None = None) -> Iterator[Fetch]:
        """Yield a function that runs statements; `several` see one state of the database (SQLite)."""
        connection = self._taken()
        cached = False
        try:
            if stop is not None:
                stop.taken(connection)
            if several and self.sqlite:
                connection.execute("BEGIN")
            yield self._fetch(connection, stop)
            cached = True
        except Exception:
            # Reuse a connection only if its state is certain.
            cached = self.sqlite
            raise
        finally:
            if stop is not None:
                stop.given_back(connection)
            if self.sqlite and connection.in_transaction:
                connection.rollback()
            if cached and len(self._free) < _CACHED:
                self._free.append(connection)
            else:
                connection.close()

    def fast_path_reader(self) -> FastPathReader:
        """Return a connection to SQLite for a read of at most `FAST_PATH_SECONDS`; see `give_back`."""
        try:
            reader = self._readers.pop()
            reader.began = None
            return reader
        except IndexError:
            return FastPathReader(self._opened(), FAST_PATH_SECONDS)

    def give_back(self, reader: FastPathReader) -> None:
        """Take back what `fast_path_reader` returned."""
        self._readers.append(reader)

    def close(self) -> None:
        """Close idle connections."""
        while self._free:
            self._free.pop().close()
        while self._readers:
            self._readers.pop().connection.close()

    def _fetch(self, connection: Any, stop: Stop | None) -> Fetch:
        execute: Callable[..., Any] = connection.execute

        def fetch(text: str, parameters: object) -> list[object]:
            if stop is not None and stop.interrupted:
                raise InterruptedError("The operation was stopped.")
            rows: list[object] = execute(text, parameters).fetchall()
            return rows

        return fetch

    def _taken(self) -> Any:
        try:
            return self._free.pop()
        except IndexError:
            return self._opened()

    def _opened(self) -> Any:
        proxied = self.database.engine.raw_connection()
        connection: Any = proxied.driver_connection
        proxied.detach()
        if not self.sqlite:
            from psycopg.types.json import set_json_loads

            connection.rollback()
            connection.autocommit = True
            set_json_loads(orjson.loads, connection)
        return connection


def session_fetch(context: Context) -> Fetch:
    """Run statements on the connection of the context's session, so that the whole operation sees one state."""

    def fetch(text: str, parameters: object) -> list[object]:
        connection = context.session.connection().connection.driver_connection
        assert connection is not None
        cursor = connection.cursor()
        try:
            cursor.execute(text, parameters)
            rows: list[object] = cursor.fetchall()
            return rows
        finally:
            cursor.close()

    return fetch
