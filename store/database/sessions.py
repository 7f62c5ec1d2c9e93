"""The database: engines, read sessions, and write transactions with an actor."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from plugins.host.calls.workers import committing
from store.access.actors import Actor
from store.changes import follow_session
from store.database.environment import environment_problem, said_by

_WRITING = "roadshow_writing"
"""Execution option of SQLite: this transaction writes and waits this many seconds for the lock."""
WRITE_WAIT_SECONDS = 30.0
POOL_OVERFLOW = 8
"""Connections beyond `pool_size`, opened temporarily when the pool is exhausted."""
LOOP_CONNECTIONS = 16
"""Connections to PostgreSQL beside the pool, for reads in the server's event loop."""
_READING = "roadshow_reading"
READ_ONLY: Mapping[str, object] = {_READING: True, "postgresql_readonly": True}
"""Execution options under which the database itself refuses writes, raw SQL included."""


class DatabaseError(Exception):
    """The database can't be used; the message says why and what to do."""


class BusyError(DatabaseError):
    """Another program held the write lock until the write timed out; nothing was written."""

    code = "BUSY"


class FrozenError(DatabaseError):
    """Nothing is written for the time being."""

    code = "UNAVAILABLE"


class ReadOnlyError(RuntimeError):
    """A read session tried to write."""


class Database:
    """A database by its URL: SQLite (write-ahead log, foreign keys on) or PostgreSQL (psycopg).

    Thread-safe. A write waits up to `write_wait` seconds for another program's write. Raises DatabaseError for an
    unusable URL.
    """

    def __init__(self, url: str | URL, *, pool_size: int = 16, write_wait: float = WRITE_WAIT_SECONDS) -> None:
        self.write_wait = write_wait
        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError) as error:  # ValueError: a port that isn't a number
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
                max_overflow=POOL_OVERFLOW,
                pool_pre_ping=True,
                **_JSON,
            )
        else:
            raise DatabaseError(
                f"{self.url.get_backend_name()} is not supported; use sqlite:///path or postgresql+psycopg://…"
            )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._reads = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._only_reads = sessionmaker(
            self.engine.execution_options(**READ_ONLY), expire_on_commit=False, autoflush=False
        )
        self._writer = threading.Lock()
        self.frozen = False
        """Whether writes of this process are refused, as during a restore or an upgrade."""
        self.writes = 0
        """The number of transactions committed by this process; holders of in-memory state see that more is due."""

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one consistent state (SQLite) and never writes; a write raises ReadOnlyError."""
        with self._reads() as session:
            event.listen(session, "before_flush", _refuse)
            yield session

    @contextmanager
    def read_only(self) -> Iterator[Session]:
        """As `read`, for plugins' functions: the database itself refuses raw writes (DBAPIError)."""
        with self._only_reads() as session:
            event.listen(session, "before_flush", _refuse)
            yield session

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Session]:
        """Open a transaction on behalf of `actor`, committed at the end and rolled back on any exception.

        Each ORM write appends to the change log and updates the search index. On SQLite the write lock is taken at the
        start, so a transaction never fails half-way for lack of it. Raises BusyError if another writer doesn't end
        within `write_wait` seconds, and FrozenError while the database is frozen.
        """
        if self.frozen:
            raise FrozenError("Nothing is written here just now: the server is in read-only mode. Try again later.")
        with self._turn() as wait, self._sessions() as session:
            try:
                session.connection(execution_options={_WRITING: wait})
                session.info.update(actor=actor, write_wait=wait)
                follow_session(session)
                yield session
                with committing():  # an abandoned call of a plugin must not save anything any more
                    session.commit()
                self.writes += 1
            except BaseException as error:
                session.rollback()
                if isinstance(error, DBAPIError) and _is_busy(error):
                    raise self._busy() from error
                raise

    @contextmanager
    def change_tables(self) -> Iterator[Connection]:
        """Open a transaction for migrations; on SQLite with the write lock. Raises BusyError as `write` does.

        SQLite can't change a column: Alembic copies the table, drops the old one and renames the copy. With foreign
        keys on, the drop would fail or delete what refers to the rows. They are off here and checked before the commit.
        """
        with self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITING: self.write_wait})
            self._enforce_foreign_keys(connection, False)
            try:
                transaction = connection.begin()
            except DBAPIError as error:
                self._enforce_foreign_keys(connection, True)
                if _is_busy(error):
                    raise self._busy() from error
                raise
            try:
                with transaction:
                    yield connection
                    if self.is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                        raise DatabaseError(
                            f"The change would leave {broken[0]} rows that refer to missing {broken[2]} rows; "
                            "nothing was changed."
                        )
            finally:
                self._enforce_foreign_keys(connection, True)

    def _enforce_foreign_keys(self, connection: Connection, on: bool) -> None:
        """Switch SQLite's check of foreign keys, outside of a transaction, where alone that has an effect."""
        if self.is_sqlite:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")

    @contextmanager
    def _turn(self) -> Iterator[float]:
        """On SQLite, wait for other threads of this process; yield the seconds left to wait for other processes."""
        if not self.is_sqlite:
            yield self.write_wait
            return
        start = time.monotonic()
        if not self._writer.acquire(timeout=self.write_wait):
            raise self._busy()
        try:
            yield max(0.0, self.write_wait - (time.monotonic() - start))
        finally:
            self._writer.release()

    def _busy(self) -> BusyError:
        return BusyError(
            f"Another program is writing to the database and didn't finish within {self.write_wait:g} seconds "
            "(perhaps an import). Nothing was written; try again when it has finished."
        )

    def check(self) -> None:
        """Raise DatabaseError if the database can't be used, without revealing the URL's password."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            shown = self.url.render_as_string(hide_password=True)
            raise DatabaseError(f"{shown} can't be used: {environment_problem(error) or said_by(error)}") from error

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _is_busy(error: DBAPIError) -> bool:
    """Return whether a lock timed out."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(error.orig, "sqlstate", None) == "55P03"  # lock_not_available


def _to_json(value: object) -> str:
    """Serialise as UTF-8 JSON, so that a Chinese character takes three bytes instead of six."""
    return orjson.dumps(value).decode()


_JSON: dict[str, object] = {"json_serializer": _to_json, "json_deserializer": orjson.loads}


def _refuse(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadOnlyError("This session only reads; use database.write(actor)")


def _sqlite_engine(url: URL, pool_size: int) -> Engine:
    if not url.database or url.database == ":memory:":
        raise DatabaseError("An in-memory SQLite database can't be shared; give a file: sqlite:///var/roadshow.sqlite")
    folder = Path(url.database).expanduser().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "a part of that path is a file" if isinstance(error, FileExistsError) else error.strerror
        raise DatabaseError(
            f"The database's folder {folder} can't be created: {reason}. Create it, or correct ROADSHOW_DATABASE_URL."
        ) from error
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=POOL_OVERFLOW, connect_args={"timeout": WRITE_WAIT_SECONDS}, **_JSON
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "cache_size=-32000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        wait = options.get(_WRITING)
        if options.get(_READING):
            connection.exec_driver_sql("PRAGMA query_only = ON")
            connection.connection.info[_READING] = True
        if wait is not None:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        connection.exec_driver_sql("BEGIN" if wait is None else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _checkin(connection: Any, record: ConnectionPoolEntry) -> None:
        if connection is not None and record.info.pop(_READING, False):
            connection.execute("PRAGMA query_only = OFF")

    return engine
