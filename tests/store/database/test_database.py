"""Sessions and transactions: on SQLite readers don't wait for a writer, on both writes are all or nothing."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from store.access.actors import Actor
from store.database import BusyError, Database, DatabaseError, ReadOnlyError
from store.models import Project
from store.values.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

ACTOR = Actor.system("test")


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Project)) or 0


def test_a_write_is_kept_whole_or_not_at_all(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write(ACTOR) as session:  # noqa: PT012
        session.add(Project(name={"en": "Good"}))
        session.flush()
        session.add(Project(name={"en": "Bad"}, origin_place_id=new_id("plc")))
    assert count(database) == 0


def test_a_session_for_reading_refuses_to_write(database: Database) -> None:
    with database.read() as session:
        session.add(Project(name={"en": "P"}))
        with pytest.raises(ReadOnlyError):
            session.flush()
    assert count(database) == 0


def test_an_object_can_be_used_after_its_session(database: Database) -> None:
    with database.write(ACTOR) as session:
        project = Project(name={"en": "P"})
        session.add(project)
    assert (project.name, project.version) == ({"en": "P"}, 1)


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    writing, finish = threading.Event(), threading.Event()

    def write() -> None:
        with database.write(ACTOR) as session:
            session.add(Project(name={"en": "P"}))
            session.flush()
            writing.set()
            finish.wait(30)

    writer = in_thread(write)
    assert writing.wait(30)
    assert count(database) == 0  # would wait for the whole write, were it blocked
    assert writer.is_alive()
    finish.set()
    writer.join()
    assert count(database) == 1


def test_a_reader_sees_one_state_while_others_write(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        before = session.scalar(select(func.count()).select_from(Project))
        with sqlite_database.write(ACTOR) as other:
            other.add(Project(name={"en": "P"}))
        assert session.scalar(select(func.count()).select_from(Project)) == before
    assert count(sqlite_database) == 1


@pytest.mark.parametrize("same_process", [True, False], ids=["one Database", "two"])
def test_a_writer_that_waits_too_long_is_told_and_writes_nothing(database: Database, same_process: bool) -> None:
    other = database if same_process else Database(database.url)
    other.write_wait = 0.05
    with database.write(ACTOR) as session:
        session.add(Project(name={"en": "P"}))
        session.flush()
        with pytest.raises(BusyError, match=r"within 0\.05 seconds .* Nothing was written; try again"):  # noqa: SIM117
            with other.write(ACTOR) as second:
                second.add(Project(name={"en": "Q"}))
    assert count(database) == 1
    with other.write(ACTOR) as second:
        second.add(Project(name={"en": "Q"}))
    assert count(database) == 2
    other.dispose()


def test_what_goes_wrong_otherwise_is_not_called_busy(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write(ACTOR) as session:
        session.add(Project(name={"en": "P"}, origin_place_id=new_id("plc")))


def test_writers_take_turns_without_losing_a_write(database: Database) -> None:
    with database.write(ACTOR) as session:
        project = Project(name={"en": "P"}, technology_readiness=0)
        session.add(project)
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                with database.write(ACTOR) as session:
                    found = session.get_one(Project, project.id, with_for_update=True)
                    time.sleep(0.001)
                    found.technology_readiness = (found.technology_readiness or 0) + 1
        except BaseException as failure:
            failures.append(failure)

    threads = [in_thread(write) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read() as session:
        assert session.get_one(Project, project.id).technology_readiness == 20


def test_two_processes_opening_one_file_take_turns_as_well(sqlite_database: Database) -> None:
    other = Database(sqlite_database.url)  # a second pool and lock, as another process has
    failures: list[BaseException] = []

    def write(database: Database) -> None:
        try:
            for _ in range(10):
                with database.write(ACTOR) as session:
                    session.scalar(select(func.count()).select_from(Project))
                    session.add(Project(name={"en": "P"}))
        except BaseException as failure:
            failures.append(failure)

    threads = [in_thread(lambda database=database: write(database)) for database in (sqlite_database, other)]
    for thread in threads:
        thread.join()
    other.dispose()
    assert failures == []
    assert count(sqlite_database) == 20


def test_sqlite_is_set_up_for_a_server(sqlite_database: Database) -> None:
    connections = [sqlite_database.engine.connect() for _ in range(3)]
    for connection in connections:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        connection.close()


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'roadshow.sqlite'}")
    database.check()
    database.dispose()
    assert (tmp_path / "new" / "folder").is_dir()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "is not a database URL; write"),
        ("mysql://user@host/name", "mysql is not supported; use"),
        ("sqlite://", "give a file"),
        ("sqlite:///:memory:", "give a file"),
    ],
)
def test_a_url_that_can_not_be_used_is_refused_with_a_remedy(url: str, message: str) -> None:
    with pytest.raises(DatabaseError, match=message):
        Database(url)


def test_an_unreachable_server_is_named_without_its_password() -> None:
    database = Database("postgresql+psycopg://user:secret-word@127.0.0.1:1/name?connect_timeout=2")
    with pytest.raises(DatabaseError, match="can't be used") as caught:
        database.check()
    assert "127.0.0.1" in str(caught.value)
    assert "secret-word" not in str(caught.value)
