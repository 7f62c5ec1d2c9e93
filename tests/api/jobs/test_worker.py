"""The worker: results, failures, cancelling, stopping, rights, and processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, PositiveInt

from api.jobs import run as runs
from plugins.host.errors import UserError
from store.access.actors import Actor
from store.access.keys import create, revoke
from store.database import Database
from store.enums import JobState, Role
from store.jobs import leases
from store.jobs.queue import cancel, enqueue
from store.models import Change, Job, Project
from store.models.base import now
from tests.api.jobs.working import kind, run_all, worker
from tests.store.jobs.asking import ask, read

ROOT = Path(__file__).parents[3]


class UpTo(BaseModel):
    to: PositiveInt


def test_a_job_gets_its_arguments_and_gives_its_result(sqlite_database: Database) -> None:
    identifier = ask(sqlite_database, {"to": 3})
    seen = []

    def count(job: Any, arguments: UpTo) -> Any:
        seen.append((job.job_id, job.attempt, job.actor))
        return {"counted": list(range(arguments.to))}

    assert run_all(worker(sqlite_database, kind(count, arguments=UpTo))) == 1
    job = read(sqlite_database, identifier)
    assert (job.state, job.result, job.error) == (JobState.SUCCEEDED, {"counted": [0, 1, 2]}, None)
    assert seen == [(identifier, 1, Actor.system("job count"))]


def test_a_job_writes_and_asks_in_the_name_of_who_asked(sqlite_database: Database) -> None:
    with sqlite_database.write(Actor.system("test")) as session:
        key, _ = create(session, Role.ORGANISER, "Office")
    asking = Actor(Role.ORGANISER, key.id, name="Office")
    with sqlite_database.write(asking) as session:
        identifier = enqueue(session, "count", {}, attempts=1, languages=["zh"]).id

    def count(job: Any, arguments: Any) -> Any:
        with job.write() as session:
            session.add(Project(name={"en": "Made by a job"}))
        return {**job.ask("{ viewer { role } }"), "language": job.languages[0]}

    run_all(worker(sqlite_database, kind(count)))
    assert read(sqlite_database, identifier).result == {
        "data": {"viewer": {"role": "ORGANISER"}},
        "language": "zh",
    }
    with sqlite_database.read() as session:
        assert session.query(Change).filter_by(entity_type="project").one().actor_id == key.id


def test_a_job_of_a_revoked_key_fails_with_the_reason(sqlite_database: Database) -> None:
    with sqlite_database.write(Actor.system("test")) as session:
        key, _ = create(session, Role.ORGANISER, "Office")
    with sqlite_database.write(Actor(Role.ORGANISER, key.id)) as session:
        identifier = enqueue(session, "count", {}, attempts=3).id
        revoke(session, key.id)
    run_all(worker(sqlite_database, kind(lambda job, arguments: {})))
    job = read(sqlite_database, identifier)
    assert job.state is JobState.FAILED
    assert "may no longer act so" in str(job.error)


@pytest.mark.parametrize(
    ("problem", "attempts", "said"),
    [
        (UserError("There is no such file."), 1, "There is no such file."),
        (RuntimeError("a secret detail"), 3, "RuntimeError in 'count'. The server's log has the details under {id}."),
    ],
    ids=["what trying again can't mend", "what keeps failing"],
)
def test_a_poison_job_ends_as_failed_with_a_readable_error(
    sqlite_database: Database, problem: Exception, attempts: int, said: str
) -> None:
    identifier = ask(sqlite_database)

    def count(job: Any, arguments: Any) -> Any:
        raise problem

    working = worker(sqlite_database, kind(count))
    while read(sqlite_database, identifier).state is JobState.QUEUED:
        working.run_one() or time.sleep(0.01)
    job = read(sqlite_database, identifier)
    assert (job.state, job.attempts) == (JobState.FAILED, attempts)
    assert "secret" not in str(job.error)
    assert job.error == said.format(id=identifier)


def test_a_job_past_its_time_limit_fails(sqlite_database: Database) -> None:
    identifier = ask(sqlite_database, attempts=1)
    done = threading.Event()
    run_all(worker(sqlite_database, kind(lambda job, arguments: {"waited": done.wait(60)}, time_limit=0.05)))
    done.set()
    assert "took longer than" in str(read(sqlite_database, identifier).error)


@pytest.mark.parametrize(("given", "said"), [({"is": object()}, "isn't JSON"), (0.5, "is a float")])
def test_what_isn_t_a_mapping_of_json_is_no_result(sqlite_database: Database, given: Any, said: str) -> None:
    identifier = ask(sqlite_database)
    run_all(worker(sqlite_database, kind(lambda job, arguments: given)))
    assert said in str(read(sqlite_database, identifier).error)


def test_arguments_that_no_longer_fit_fail_the_job(sqlite_database: Database) -> None:
    identifier = ask(sqlite_database, {"to": 0})
    run_all(worker(sqlite_database, kind(lambda job, arguments: None, arguments=UpTo)))
    assert "to: Input should be greater than 0" in str(read(sqlite_database, identifier).error)


def test_progress_is_stored_now_and_then(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LEAST_SECONDS", 0.0)
    identifier = ask(sqlite_database)

    def count(job: Any, arguments: Any) -> Any:
        for number in range(1000):
            job.report(number / 1000, "counting")
        return {"seen": read(sqlite_database, identifier).progress}

    run_all(worker(sqlite_database, kind(count)))
    result = read(sqlite_database, identifier).result
    assert result is not None
    assert 0.98 <= result["seen"] < 1
    with sqlite_database.read() as session:
        told = session.query(Change).filter_by(entity_id=identifier).count()
    assert 50 < told <= 110


def test_a_job_may_report_within_its_own_transaction(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "LEAST_SECONDS", 0.0)
    identifier = ask(sqlite_database)

    def count(job: Any, arguments: Any) -> Any:
        with job.write() as session:
            session.add(Project(name={"en": "Made by a job"}))
            session.flush()
            job.report(0.5)
        job.report(0.75)

    run_all(worker(sqlite_database, kind(count)))
    assert read(sqlite_database, identifier).state is JobState.SUCCEEDED
    with sqlite_database.read() as session:
        told = [each.after for each in session.query(Change).filter_by(entity_id=identifier)]
    assert [each["progress"] for each in told if each and "progress" in each] == [0.75, 1.0]


def test_a_job_ends_although_another_program_writes_for_long(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = ask(sqlite_database)
    sqlite_database.write_wait = 0.05
    writing = sqlite_database._writer

    def count(job: Any, arguments: Any) -> Any:
        assert writing.acquire(timeout=10)
        threading.Timer(0.3, writing.release).start()

    run_all(worker(sqlite_database, kind(count)))
    assert read(sqlite_database, identifier).state is JobState.SUCCEEDED


def test_a_running_job_is_cancelled_and_what_it_was_writing_is_undone(sqlite_database: Database) -> None:
    identifier = ask(sqlite_database)
    ended = []

    def count(job: Any, arguments: Any) -> Any:
        with sqlite_database.write(Actor.system("test")) as session:
            cancel(session.get_one(Job, identifier))
        with job.write() as session:
            session.add(Project(name={"en": "Half done"}))
            while True:
                time.sleep(0.01)
                try:
                    job.report(None)
                except UserError as asked:
                    ended.append(asked)
                    raise

    run_all(worker(sqlite_database, kind(count)))
    assert read(sqlite_database, identifier).state is JobState.CANCELLED
    assert len(ended) == 1
    with sqlite_database.read() as session:
        assert session.query(Project).count() == 0


def test_what_a_worker_writes_that_lost_its_job_is_undone(sqlite_database: Database) -> None:
    identifier = ask(sqlite_database)

    def count(job: Any, arguments: Any) -> Any:
        with sqlite_database.write(Actor.system("test")) as session:
            session.get_one(Job, identifier).leased_until = now() - timedelta(minutes=1)
        assert leases.claim(sqlite_database, "another", ["count"], timedelta(minutes=1)) is not None
        with job.write() as session:
            session.add(Project(name={"en": "Twice"}))
        return {"never": True}

    run_all(worker(sqlite_database, kind(count)))
    job = read(sqlite_database, identifier)
    assert (job.state, job.worker, job.result) == (JobState.RUNNING, "another", None)
    with sqlite_database.read() as session:
        assert session.query(Project).count() == 0


def test_a_worker_that_stops_gives_its_job_back(sqlite_database: Database) -> None:
    identifier = ask(sqlite_database, attempts=1)

    def count(job: Any, arguments: Any) -> Any:
        working.stop()
        job.report(0.5)
        return {"never": True}

    working = worker(sqlite_database, kind(count))
    working.work()
    job = read(sqlite_database, identifier)
    assert (job.state, job.attempts, job.result) == (JobState.QUEUED, 0, None)
    run_all(worker(sqlite_database, kind(lambda job, arguments: {"done": True})))
    assert read(sqlite_database, identifier).result == {"done": True}


def test_a_worker_ends_when_it_is_idle(sqlite_database: Database) -> None:
    ids = [ask(sqlite_database) for _ in range(5)]
    worker(sqlite_database, kind(lambda job, arguments: {"id": job.job_id})).work(threads=2, until_idle=0.0)
    assert [read(sqlite_database, each).result for each in ids] == [{"id": each} for each in ids]


@pytest.mark.nightly_on_postgresql
def test_a_job_survives_that_its_worker_is_killed_and_has_one_result(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    identifier, begun = ask(database), tmp_path / "begun"
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.api.jobs.working", database_url, str(begun)], cwd=ROOT, env=dict(os.environ)
    )
    try:
        while not begun.exists():
            assert killed.poll() is None
            time.sleep(0.02)
        assert read(database, identifier).state is JobState.RUNNING
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    working = worker(database, kind(lambda job, arguments: {"attempt": job.attempt}))
    while not working.run_one():
        time.sleep(0.02)
    job = read(database, identifier)
    assert (job.state, job.result, job.attempts) == (JobState.SUCCEEDED, {"attempt": 2}, 2)
    with database.read() as session:
        changes = session.query(Change).filter_by(entity_id=identifier).all()
    assert [each.after["result"] for each in changes if each.after and "result" in each.after] == [{"attempt": 2}]


def many(database: Database, count: int) -> None:
    with database.write(Actor.system("test")) as session:
        wanted = {enqueue(session, "count", {}, attempts=1).id for _ in range(count)}
    done: Counter[str] = Counter()

    def tell(job: Any, arguments: Any) -> Any:
        done[job.job_id] += 1
        return None

    working = [worker(database, kind(tell)) for _ in range(2)]
    threads = [threading.Thread(target=each.work, kwargs={"threads": 2, "until_idle": 0.0}) for each in working]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(done) == wanted
    assert set(done.values()) == {1}
    with database.read() as session:
        assert session.query(Job).filter_by(state=JobState.SUCCEEDED).count() == count


def test_two_workers_run_many_jobs_and_none_twice(database: Database) -> None:
    many(database, 40)


@pytest.mark.nightly
def test_two_workers_run_a_thousand_jobs_and_none_twice(database: Database) -> None:
    many(database, 1000)
