"""Empty, migrated databases for tests: a copy of a template each, so that one takes milliseconds."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from tests.support import postgresql
from tests.support.wanting import lacking

BACKENDS = ("sqlite", "postgresql")


def migrate(url: str) -> None:
    """Bring the empty database behind ``url`` to the newest schema."""
    from store.database import Database
    from store.database.migration import core_chain, upgrade

    database = Database(url)
    try:
        upgrade(database, core_chain())
    finally:
        database.dispose()


@contextmanager
def fresh(backend: str, shared: Path) -> Iterator[str]:
    """The URL of an empty, migrated database, removed afterwards.

    ``shared`` is a directory that all processes of the test run see; it keeps the SQLite template.
    """
    with _sqlite(shared) if backend == "sqlite" else _postgresql() as url:
        yield url


@contextmanager
def copied(url: str, shared: Path) -> Iterator[str]:
    """The URL of a copy of the database behind ``url``, to which nobody may be connected; removed afterwards."""
    if url.startswith("sqlite"):
        source = Path(url.removeprefix("sqlite:///"))
        _checkpoint(source)
        target = shared / f"copy-{uuid.uuid4().hex[:12]}.sqlite"
        shutil.copyfile(source, target)
        yield f"sqlite:///{target}"
        for each in shared.glob(f"{target.name}*"):
            each.unlink()
        return
    server = postgresql.connect()
    copy = server.create_database(url.rsplit("/", 1)[1])
    try:
        yield copy
    finally:
        server.drop_database(copy)


def copy_sqlite(shared: Path, target: Path) -> None:
    """Write an empty, migrated SQLite database to the file ``target``; ``shared`` as in ``fresh``."""
    template = shared / "template.sqlite"
    with FileLock(shared / "template.sqlite.lock"):
        if not template.exists():
            unfinished = shared / "unfinished.sqlite"
            unfinished.unlink(missing_ok=True)
            migrate(f"sqlite:///{unfinished}")
            _checkpoint(unfinished)
            unfinished.rename(template)
    shutil.copyfile(template, target)


def copy_demo(shared: Path, target: Path) -> None:
    """Write the database that `roadshow demo` makes, vectors included, to the file ``target``; ``shared`` as above."""
    from tests.api.operations.test_processes import run

    template = shared / "demo.sqlite"
    with FileLock(shared / "demo.sqlite.lock"):
        if not template.exists():
            unfinished = shared / "unfinished-demo.sqlite"
            done = run("demo", f"sqlite:///{unfinished}")
            assert done.returncode == 0, done.stderr
            _checkpoint(unfinished)
            unfinished.rename(template)
    shutil.copyfile(template, target)


@contextmanager
def _sqlite(shared: Path) -> Iterator[str]:
    directory = shared / f"database-{uuid.uuid4().hex[:12]}"
    directory.mkdir()
    try:
        copy_sqlite(shared, directory / "roadshow.sqlite")
        yield f"sqlite:///{directory / 'roadshow.sqlite'}"
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _checkpoint(path: Path) -> None:
    # The copy takes one file, so nothing may be left in the write-ahead log.
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@contextmanager
def _postgresql() -> Iterator[str]:
    try:
        server = postgresql.connect()
    except postgresql.UnavailableError as problem:
        lacking(str(problem))
    url = server.create_database(server.template(migrate, postgresql.lock()))
    try:
        yield url
    finally:
        server.drop_database(url)
