"""Cancels an operation's database statement, from another thread."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

_current: ContextVar[Interruptible | None] = ContextVar("interruptible", default=None)


class Interruptible:
    """Knows the connections used under ``with interruptible:``."""

    def __init__(self) -> None:
        self.interrupted = False
        self._connections: dict[int, object] = {}
        self._lock = threading.Lock()

    def interrupt(self) -> None:
        """Cancel what the connections execute now, and whatever they begin later."""
        with self._lock:
            self.interrupted = True
            for connection in self._connections.values():
                _cancel(connection)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Make the enclosed code interruptible."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def taken(self, connection: object) -> None:
        """From now on the operation uses this connection of a driver."""
        with self._lock:
            self._connections[id(connection)] = connection

    def given_back(self, connection: object) -> None:
        """It doesn't any more."""
        with self._lock:  # held while cancelling: a connection given back may serve somebody else
            self._connections.pop(id(connection), None)


def follow(engine: Engine) -> None:
    """Record which operation uses which of the engine's connections."""

    @event.listens_for(engine, "checkout")
    def taken(connection: object, record: Any, proxy: object) -> None:
        current = _current.get()
        if current is not None:
            current.taken(connection)
            record.info["interruptible"] = current

    @event.listens_for(engine, "checkin")
    def given_back(connection: object, record: Any) -> None:
        current = record.info.pop("interruptible", None)
        if current is not None:
            current.given_back(connection)

    @event.listens_for(engine, "before_cursor_execute")
    def begins(*_: object) -> None:
        current = _current.get()
        if current is not None and current.interrupted:
            raise InterruptedError("The operation was stopped.")


def _cancel(connection: Any) -> None:
    with contextlib.suppress(Exception):  # it may have ended meanwhile
        if hasattr(connection, "interrupt"):  # sqlite3
            connection.interrupt()
        else:  # psycopg
            connection.cancel_safe(timeout=2)
