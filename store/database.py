"""The database: engines, read sessions, and write transactions with an actor."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from plugins.workers import committing
from store.actors import Actor
from store.changes import follow_session

_WRITING = "roadshow_writing"


class DatabaseError(Exception):
    """The database can't be used; the message says why and what to do."""


class ReadOnlyError(RuntimeError):
    """A read session was asked to write."""


class Database:
    """One database by its URL: SQLite (write-ahead log, foreign keys on) or PostgreSQL (psycopg).

    Safe to share among threads. Raises DatabaseError for a URL that can't be used.
    """

    def __init__(self, url: str | URL, *, pool_size: int = 16) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise DatabaseError(
                f"{url!r} is not a database URL; write sqlite:///path or postgresql+psycopg://user@host/name"
            ) from error
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url, pool_size)
        elif self.url.get_backend_name() == "postgresql":
            self.engine = create_engine(
                self.url.set(drivername="postgresql+psycopg"),
                pool_size=pool_size,
                max_overflow=8,
                pool_pre_ping=True,
                **_JSON,
            )
        else:
            raise DatabaseError(
                f"{self.url.get_backend_name()} is not supported; use sqlite:///path or postgresql+psycopg://…"
            )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._reads = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._writer = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent state (SQLite) and never writes; raises ReadOnlyError if it tries."""
        with self._reads() as session:
            event.listen(session, "before_flush", _refuse)
            yield session

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Session]:
        """One transaction on behalf of `actor`: committed at the end, rolled back by any exception.

        Each ORM write in it appends to the change log and updates the search index. On SQLite the
        write lock is taken at the start, so a transaction never fails half-way for want of it.
        """
        lock = self._writer if self.is_sqlite else threading.Lock()
        with lock, self._sessions() as session:
            session.connection(execution_options={_WRITING: True})
            session.info["actor"] = actor
            follow_session(session)
            try:
                yield session
                with committing():  # a plugin's call that was given up must not save anything any more
                    session.commit()
            except BaseException:
                session.rollback()
                raise

    def check(self) -> None:
        """Raises DatabaseError where the database can't be reached, without the URL's password."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError as error:
            shown = self.url.render_as_string(hide_password=True)
            raise DatabaseError(f"{shown} can't be reached: {str(error.orig).strip()}") from error

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _to_json(value: Any) -> str:
    """JSON in UTF-8 as it is, so that a Chinese character takes three bytes and not six."""
    return orjson.dumps(value).decode()


_JSON: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": orjson.loads}


def _refuse(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadOnlyError("This session only reads; use database.write(actor)")


def _sqlite_engine(url: URL, pool_size: int) -> Engine:
    if not url.database or url.database == ":memory:":
        raise DatabaseError("An in-memory SQLite database can't be shared; give a file: sqlite:///var/roadshow.sqlite")
    Path(url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=pool_size, max_overflow=8, connect_args={"timeout": 30}, **_JSON)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "cache_size=-32000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
