"""New texts are encoded by a job, once, while the server goes on."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from api.background.encoding import ENCODE, PAUSE_AFTER_FAILURE, BackgroundEncoding
from api.jobs.own_worker import OwnWorker
from api.operations.settings import ServerSettings
from store.access.actors import Actor
from store.database import Database
from store.enums import JobState
from store.models import Embedding, Job, Place, Project
from store.models.base import now
from tests.support.strangers import strange_packages

PATIENCE = 240.0


def settings(database: Database) -> ServerSettings:
    return ServerSettings(database_url=database.url.render_as_string(hide_password=False), encode_in_background=True)


def add_project(database: Database, name: str) -> None:
    with database.write(Actor.system("test")) as session:
        session.add(Project(name={"en": name}, summary={"en": f"{name} measures the tide."}))


def vectors(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Embedding)) or 0


def until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def jobs(database: Database) -> list[Job]:
    with database.read() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_changed_texts_are_a_reason_for_one_job(database: Database) -> None:
    encoding = BackgroundEncoding(database, settings(database))
    encoding.ask()
    assert jobs(database) == []
    add_project(database, "Buoy")
    for server in (encoding, BackgroundEncoding(database, settings(database))):
        server.ask()
    assert [(each.kind, each.state) for each in jobs(database)] == [(ENCODE, JobState.QUEUED)]


def test_after_a_job_that_failed_or_was_cancelled_there_is_a_pause(sqlite_database: Database) -> None:
    encoding = BackgroundEncoding(sqlite_database, settings(sqlite_database))
    add_project(sqlite_database, "Buoy")
    encoding.ask()
    for state in (JobState.FAILED, JobState.CANCELLED):
        with sqlite_database.write(Actor.system("test")) as session:
            session.execute(update(Job).values(state=state, ended_at=now() - PAUSE_AFTER_FAILURE / 2))
        assert not encoding.due()
    with sqlite_database.write(Actor.system("test")) as session:
        session.execute(update(Job).values(ended_at=now() - 2 * PAUSE_AFTER_FAILURE))
    assert encoding.due()


def test_off_by_a_setting(sqlite_database: Database) -> None:
    off = settings(sqlite_database).model_copy(update={"encode_in_background": False})
    encoding = BackgroundEncoding(sqlite_database, off)
    add_project(sqlite_database, "Buoy")
    encoding.start()
    time.sleep(0.3)
    encoding.stop()
    assert jobs(sqlite_database) == []


def test_new_texts_get_their_vectors_once(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the server's worker, a process of its own; what it has encoded isn't encoded again.

    The folder where the server runs may have packages of our names: they are never taken for ours.
    """
    strange_packages(tmp_path)
    monkeypatch.chdir(tmp_path)
    chosen = settings(sqlite_database)
    for name in ("Buoy", "Raft", "Float"):
        add_project(sqlite_database, name)
    encoding, worker = BackgroundEncoding(sqlite_database, chosen), OwnWorker(sqlite_database, [ENCODE], chosen)
    encoding.start()
    worker.start()
    try:
        assert until(lambda: [each.state for each in jobs(sqlite_database)] == [JobState.SUCCEEDED])
    finally:
        encoding.stop()
        worker.stop()
    (job,) = jobs(sqlite_database)
    assert job.result is not None
    assert vectors(sqlite_database) >= job.result["encoded"] > 0
    assert not BackgroundEncoding(sqlite_database, chosen).due()
    with sqlite_database.write(Actor.system("test")) as session:
        session.add(Place(name={"en": "Nowhere"}, type="DISTRICT"))
    encoding.ask()
    assert [each.state for each in jobs(sqlite_database)] == [JobState.QUEUED], "the list keeps the last alone"
