"""Connections that planned reads run on, without the machinery of a session: kept open, one plan at a time each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import orjson

if TYPE_CHECKING:
    from schema.context import Context
    from schema.planner.statements import Fetch
    from store.database import Database

_KEPT = 32
_STEPS = 2_000
"""Steps of SQLite's machine between looks at the clock, for a read that must not take long."""


class Stop(Protocol):
    """Cancels what connections execute, from another thread."""

    interrupted: bool

    def taken(self, connection: Any) -> None:
        """From now on the operation uses this connection."""

    def given_back(self, connection: Any) -> None:
        """It doesn't any more."""


class TooSlowError(Exception):
    """A read took longer than it was given."""


class Connections:
    """Connections to one database, for reading alone. Safe to share among threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sqlite = database.is_sqlite
        self._free: list[Any] = []

    @contextmanager
    def fetch(self, *, several: bool, stop: Stop | None = None, seconds: float | None = None) -> Iterator[Fetch]:
        """A function that runs statements; `several` see one state of the database (SQLite).

        With `seconds` it gives up after about that time (SQLite alone): TooSlowError.
        """
        connection = self._taken()
        deadline = None
        kept = False
        try:
            if stop is not None:
                stop.taken(connection)
            if seconds is not None:
                deadline = time.perf_counter() + seconds
                limit = deadline
                connection.set_progress_handler(lambda: time.perf_counter() > limit, _STEPS)
            if several and self.sqlite:
                connection.execute("BEGIN")
            yield self._fetch(connection, stop)
            kept = True
        except Exception as problem:
            # Only a connection whose state is beyond doubt is used again.
            kept = self.sqlite
            if deadline is not None and time.perf_counter() > deadline and "interrupted" in str(problem):
                raise TooSlowError from problem
            raise
        finally:
            if stop is not None:
                stop.given_back(connection)
            if self.sqlite:
                if deadline is not None:
                    connection.set_progress_handler(None, 0)
                if connection.in_transaction:
                    connection.rollback()
            if kept and len(self._free) < _KEPT:
                self._free.append(connection)
            else:
                connection.close()

    def close(self) -> None:
        """Close what is open and free."""
        while self._free:
            self._free.pop().close()

    def _fetch(self, connection: Any, stop: Stop | None) -> Fetch:
        execute: Callable[..., Any] = connection.execute

        def fetch(text: str, parameters: Any) -> list[Any]:
            if stop is not None and stop.interrupted:
                raise InterruptedError("The operation was stopped.")
            found: list[Any] = execute(text, parameters).fetchall()
            return found

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
    """Runs statements on the connection of the context's session, so that all of an operation sees one state."""

    def fetch(text: str, parameters: Any) -> list[Any]:
        connection = context.session.connection().connection.driver_connection
        assert connection is not None
        cursor = connection.cursor()
        try:
            cursor.execute(text, parameters)
            found: list[Any] = cursor.fetchall()
            return found
        finally:
            cursor.close()

    return fetch
