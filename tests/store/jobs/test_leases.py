"""Leases: one worker a job, taken over when it stops, one result, waits that grow."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from store.access.actors import Actor
from store.database import Database
from store.enums import JobState
from store.jobs import leases
from store.jobs.leases import (
    Claim,
    LeaseLostError,
    backoff,
    cancelled,
    claim,
    fail,
    give_back,
    held,
    renew,
    report,
    succeed,
)
from store.jobs.queue import cancel, enqueue
from store.models import Change, Job
from store.models.base import now
from tests.store.jobs.asking import ask, read

MINUTE = timedelta(minutes=1)
OVER = timedelta(seconds=-1)
"""A lease that is over as soon as it is given."""
KINDS = ("count",)


def taken(database: Database, lease: timedelta = MINUTE, worker: str = "one") -> Claim:
    found = claim(database, worker, KINDS, lease)
    assert found is not None
    return found


def test_a_job_is_taken_once_the_longest_due_first(database: Database) -> None:
    first, second = ask(database, {"to": 1}), ask(database, {"to": 2})
    claims = [taken(database), taken(database)]
    assert [(each.job_id, each.arguments, each.attempt) for each in claims] == [
        (first, {"to": 1}, 1),
        (second, {"to": 2}, 1),
    ]
    assert claim(database, "two", KINDS, MINUTE) is None
    job = read(database, first)
    assert (job.state, job.worker) == (JobState.RUNNING, "one")
    assert job.started_at is not None
    assert job.leased_until is not None
    assert timedelta(seconds=50) < job.leased_until - job.started_at <= MINUTE


def test_neither_what_is_not_due_nor_another_kind_is_taken(database: Database) -> None:
    with database.write(Actor.system("test")) as session:
        enqueue(session, "count", {}, attempts=1, due=now() + timedelta(hours=1))
        enqueue(session, "paint", {}, attempts=1)
    assert claim(database, "one", KINDS, MINUTE) is None
    assert not leases.waiting(database, KINDS)
    assert leases.waiting(database, ("paint",))


def test_a_job_has_its_result_and_its_lease_ends_with_it(database: Database) -> None:
    ask(database)
    mine = taken(database)
    report(database, mine, 0.5, "halfway")
    assert (read(database, mine.job_id).progress, read(database, mine.job_id).message) == (0.5, "halfway")
    with database.write(leases.WORKER) as session:
        succeed(session, mine, {"found": [1, "二"]})
    job = read(database, mine.job_id)
    assert (job.state, job.result, job.progress, job.lease) == (JobState.SUCCEEDED, {"found": [1, "二"]}, 1.0, None)
    assert job.ended_at is not None
    assert claim(database, "two", KINDS, MINUTE) is None


def test_a_job_whose_worker_stopped_is_taken_over_and_has_one_result(database: Database) -> None:
    ask(database)
    lost = taken(database, OVER)
    mine = taken(database, worker="two")
    assert (mine.job_id, mine.attempt) == (lost.job_id, 2)
    late: list[Callable[[], object]] = [
        lambda: renew(database, lost, MINUTE),
        lambda: report(database, lost, 0.9, None),
        lambda: fail(database, lost, "no", None),
        lambda: cancelled(database, lost),
        lambda: give_back(database, lost),
    ]
    for write in late:
        with pytest.raises(LeaseLostError):
            write()
    with pytest.raises(LeaseLostError), database.write(leases.WORKER) as session:
        succeed(session, lost, {"of": "the first"})
    with database.write(leases.WORKER) as session:
        succeed(session, mine, {"of": "the second"})
    with pytest.raises(LeaseLostError), database.write(leases.WORKER) as session:
        succeed(session, mine, {"of": "both"})
    assert read(database, mine.job_id).result == {"of": "the second"}


def test_what_a_worker_without_its_lease_writes_is_undone(database: Database) -> None:
    ask(database)
    lost = taken(database, OVER)
    taken(database, worker="two")
    with pytest.raises(LeaseLostError), database.write(leases.WORKER) as session:  # noqa: PT012
        stray = enqueue(session, "paint", {}, attempts=1)
        held(session, lost)
    with database.read() as session:
        assert session.get(Job, stray.id) is None


def test_a_renewed_lease_is_kept_and_not_logged(database: Database) -> None:
    ask(database)
    mine = taken(database, OVER)
    with database.read() as session:
        before = session.query(Change).count()
    assert renew(database, mine, MINUTE) is False
    assert claim(database, "two", KINDS, MINUTE) is None
    with database.read() as session:
        assert session.query(Change).count() == before


def test_a_running_job_hears_that_it_is_cancelled(database: Database) -> None:
    ask(database)
    mine = taken(database)
    with database.write(Actor.system("test")) as session:
        cancel(session.get_one(Job, mine.job_id))
    assert read(database, mine.job_id).state is JobState.RUNNING
    assert renew(database, mine, MINUTE) is True
    cancelled(database, mine)
    assert read(database, mine.job_id).state is JobState.CANCELLED


def test_a_cancelled_job_is_not_begun_again_when_its_worker_stopped_or_failed(database: Database) -> None:
    for end in ("stopped", "failed"):
        ask(database)
        mine = taken(database, OVER if end == "stopped" else MINUTE)
        with database.write(Actor.system("test")) as session:
            cancel(session.get_one(Job, mine.job_id))
        if end == "failed":
            assert fail(database, mine, "no", MINUTE) is JobState.CANCELLED
        assert claim(database, "two", KINDS, MINUTE) is None
        assert read(database, mine.job_id).state is JobState.CANCELLED


def test_a_failure_is_tried_again_after_a_wait_until_the_attempts_are_used_up(database: Database) -> None:
    identifier = ask(database, attempts=2)
    assert fail(database, taken(database), "the disk is full", MINUTE) is JobState.QUEUED
    job = read(database, identifier)
    assert job.error == "the disk is full"
    assert timedelta(seconds=25) < job.due_at - now() <= MINUTE
    assert claim(database, "one", KINDS, MINUTE) is None
    with database.write(Actor.system("test")) as session:
        session.get_one(Job, identifier).due_at = now() - MINUTE
    assert fail(database, taken(database), "the disk is still full", MINUTE) is JobState.FAILED
    job = read(database, identifier)
    assert (job.state, job.error, job.attempts) == (JobState.FAILED, "the disk is still full", 2)


def test_what_can_never_succeed_fails_at_once(database: Database) -> None:
    ask(database)
    assert fail(database, taken(database), "there is no such file", None) is JobState.FAILED


def test_a_job_that_kills_its_workers_fails_with_the_reason(database: Database) -> None:
    identifier = ask(database, attempts=2)
    taken(database, OVER)
    taken(database, OVER)
    assert claim(database, "one", KINDS, MINUTE) is None
    job = read(database, identifier)
    assert (job.state, job.error) == (
        JobState.FAILED,
        "Its worker stopped without a word while running it, 2 times.",
    )


def test_a_job_that_is_given_back_can_be_taken_at_once_and_has_lost_no_attempt(database: Database) -> None:
    ask(database, attempts=1)
    give_back(database, taken(database))
    assert taken(database, worker="two").attempt == 1


def test_waits_double_with_jitter_up_to_the_longest() -> None:
    for attempt, most in ((1, 10), (2, 20), (5, 160), (40, 3600)):
        waits = {backoff(attempt, timedelta(seconds=10)).total_seconds() for _ in range(50)}
        assert most / 2 <= min(waits)
        assert max(waits) <= most
        assert len(waits) > 1


def test_two_workers_do_many_jobs_and_none_twice(database: Database) -> None:
    count = 60
    with database.write(Actor.system("test")) as session:
        wanted = {enqueue(session, "count", {}, attempts=1).id for _ in range(count)}
    done: Counter[str] = Counter()
    problems: list[BaseException] = []

    def work(name: str) -> None:
        try:
            while (mine := claim(database, name, KINDS, MINUTE)) is not None:
                with database.write(leases.WORKER) as session:
                    succeed(session, mine, {"by": name})
                done[mine.job_id] += 1
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not problems
    assert set(done) == wanted
    assert set(done.values()) == {1}
