"""Connections that planned reads run on, without the machinery of a session: kept open, one plan at a time each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import orjson

if TYPE_CHECKING:
    from schema.context import Context
    from schema.planner.statements import Fetch
    from store.database import Database

Result = TypeVar("Result")
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


class QuickReader:
    """A connection to SQLite for reads that must not take long: past its deadline a statement is interrupted.

    Used by one thread at a time.
    """

    __slots__ = ("connection", "deadline", "execute")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.deadline = math.inf
        self.execute: Callable[..., Any] = connection.cursor().execute
        connection.set_progress_handler(lambda: time.perf_counter() > self.deadline, _STEPS)

    def fetch(self, text: str, parameters: Any) -> list[Any]:
        """All rows."""
        found: list[Any] = self.execute(text, parameters).fetchall()
        return found

    def failed(self, problem: Exception) -> bool:
        """Make the connection fit for use again; whether it was interrupted."""
        if self.connection.in_transaction:
            self.connection.rollback()
        return time.perf_counter() > self.deadline and "interrupted" in str(problem)


class Connections:
    """Connections to one database, for reading alone. Safe to share among threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sqlite = database.is_sqlite
        self._free: list[Any] = []
        self._quick: list[QuickReader] = []

    @contextmanager
    def fetch(self, *, several: bool, stop: Stop | None = None) -> Iterator[Fetch]:
        """A function that runs statements; `several` see one state of the database (SQLite)."""
        connection = self._taken()
        kept = False
        try:
            if stop is not None:
                stop.taken(connection)
            if several and self.sqlite:
                connection.execute("BEGIN")
            yield self._fetch(connection, stop)
            kept = True
        except Exception:
            # Only a connection whose state is beyond doubt is used again.
            kept = self.sqlite
            raise
        finally:
            if stop is not None:
                stop.given_back(connection)
            if self.sqlite and connection.in_transaction:
                connection.rollback()
            if kept and len(self._free) < _KEPT:
                self._free.append(connection)
            else:
                connection.close()

    def quickly(self, read: Callable[[Fetch], Result], *, several: bool, seconds: float) -> Result:
        """What `read` gives, which it makes of a function that runs statements. SQLite alone.

        Raises TooSlowError when a statement isn't done `seconds` from now.
        """
        try:
            reader = self._quick.pop()
        except IndexError:
            reader = QuickReader(self._opened())
        reader.deadline = time.perf_counter() + seconds
        try:
            if several:
                reader.execute("BEGIN")
                found = read(reader.fetch)
                reader.execute("COMMIT")
                return found
            return read(reader.fetch)
        except Exception as problem:
            if reader.failed(problem):
                raise TooSlowError from problem
            raise
        finally:
            reader.deadline = math.inf
            self._quick.append(reader)

    def close(self) -> None:
        """Close what is open and free."""
        while self._free:
            self._free.pop().close()
        while self._quick:
            self._quick.pop().connection.close()

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
