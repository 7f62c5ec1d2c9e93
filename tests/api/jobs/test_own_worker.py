"""The server's own worker starts a process while there are jobs, and only then."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence

import pytest

from api.background.listeners import only_one
from api.jobs import own_worker
from api.jobs.own_worker import OwnWorker
from api.operations.settings import JobSettings, ServerSettings
from store.database import Database
from store.enums import JobState
from store.jobs.leases import WORKER
from store.models import Job
from tests.store.jobs.asking import ask


class Started:
    """What would be run, and how often; the first job is then done."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.calls: list[tuple[Sequence[str], Mapping[str, str]]] = []
        self.once = threading.Event()

    def __call__(
        self, arguments: Sequence[str], environment: Mapping[str, str], stopping: threading.Event
    ) -> tuple[int, str]:
        self.calls.append((arguments, environment))
        with only_one(self.database, "jobs") as another:
            assert not another
        with self.database.write(WORKER) as session:
            session.query(Job).one().state = JobState.SUCCEEDED
        self.once.set()
        return 0, ""


@pytest.fixture
def started(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Started:
    made = Started(sqlite_database)
    monkeypatch.setattr(own_worker, "run_command", made)
    monkeypatch.setattr(own_worker, "LOOKS_EVERY", 0.01)
    return made


def worker(database: Database, started: Started, **jobs: object) -> OwnWorker:
    settings = ServerSettings(jobs=JobSettings.model_validate(jobs), plugins={"alpha": {"enabled": False}})
    return OwnWorker(database, ["count"], settings)


def test_a_process_is_started_for_a_job_with_the_servers_settings(sqlite_database: Database, started: Started) -> None:
    working = worker(sqlite_database, started, lease_seconds=7)
    ask(sqlite_database)
    working.start()
    assert started.once.wait(30)
    working.stop()
    ((arguments, environment),) = started.calls
    assert list(arguments) == ["work", "--until-idle", "60"]
    assert environment["ROADSHOW_DATABASE_URL"] == str(sqlite_database.url)
    assert json.loads(environment["ROADSHOW_JOBS"])["lease_seconds"] == 7
    assert json.loads(environment["ROADSHOW_PLUGINS"]) == {"alpha": {"enabled": False}}


def test_no_process_is_started_without_jobs_or_where_the_settings_say_so(
    sqlite_database: Database, started: Started
) -> None:
    idle = worker(sqlite_database, started)
    assert idle._work_due() is None
    ask(sqlite_database)
    elsewhere = worker(sqlite_database, started, own_worker=False)
    elsewhere.start()
    assert not elsewhere._thread.started
    with only_one(sqlite_database, "jobs") as ours:
        assert ours
        assert idle._work_due() is None
    assert started.calls == []
