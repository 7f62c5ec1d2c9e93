"""The queue of jobs: asking, cancelling, trying again, in whose name, counting, forgetting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from store.access import keys
from store.access.accounts import actor_of, add_membership, create_account, end_membership, held_by
from store.access.actors import Actor
from store.database import Database
from store.enums import JobState, Role, ScopeKind
from store.jobs.asking import actor_of_job
from store.jobs.queue import JobStateError, cancel, counts, enqueue, forget_ended, retry
from store.models import Change, Job, Membership
from store.models.base import now
from tests.store.jobs.asking import ask

SYSTEM = Actor.system("test")


def test_a_job_exists_with_its_transaction_alone(sqlite_database: Database) -> None:
    with pytest.raises(RuntimeError), sqlite_database.write(SYSTEM) as session:  # noqa: PT012
        enqueue(session, "count", {}, attempts=1)
        raise RuntimeError
    with sqlite_database.read() as session:
        assert counts(session).by_state[JobState.QUEUED] == 0


def test_who_asked_for_what_is_in_the_change_log(sqlite_database: Database) -> None:
    job = ask(sqlite_database, {"to": 3})
    with sqlite_database.read() as session:
        change = session.query(Change).filter_by(entity_id=job).one()
    assert (change.owner_id, change.actor_name) == (job, "test")
    assert change.after is not None
    assert change.after["arguments"] == {"to": 3}


def test_a_waiting_job_is_cancelled_at_once_and_again_is_the_same(sqlite_database: Database) -> None:
    identifier = ask(sqlite_database)
    for _ in range(2):
        with sqlite_database.write(SYSTEM) as session:
            job = session.get_one(Job, identifier)
            cancel(job)
        assert job.state is JobState.CANCELLED
        assert job.ended_at is not None


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.FAILED])
def test_an_ended_job_can_not_be_cancelled(state: JobState) -> None:
    with pytest.raises(JobStateError, match="has ended"):
        cancel(Job(state=state))


def test_a_failed_job_is_tried_again_from_the_beginning() -> None:
    job = Job(state=JobState.FAILED, attempts=3, error="no", ended_at=now(), progress=0.5, message="halfway")
    retry(job)
    assert (job.state, job.attempts, job.error, job.ended_at) == (JobState.QUEUED, 0, None, None)
    assert (job.progress, job.message) == (None, None)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED])
def test_only_failed_and_cancelled_jobs_are_tried_again(state: JobState) -> None:
    with pytest.raises(JobStateError, match="Only failed and cancelled"):
        retry(Job(state=state))


def test_jobs_are_counted_by_state_with_the_oldest_that_is_due(database: Database) -> None:
    first, _, failed = (ask(database) for _ in range(3))
    with database.write(SYSTEM) as session:
        session.get_one(Job, failed).state = JobState.FAILED
        enqueue(session, "count", {}, attempts=1, due=now() + timedelta(days=1))
    with database.read() as session:
        found = counts(session)
        assert found.oldest_due == session.get_one(Job, first).due_at
    assert {state: count for state, count in found.by_state.items() if count} == {
        JobState.QUEUED: 3,
        JobState.FAILED: 1,
    }


def test_ended_jobs_are_forgotten_when_they_are_old(database: Database) -> None:
    ids = [ask(database) for _ in range(3)]
    with database.write(SYSTEM) as session:
        for identifier, days in zip(ids, (40, 10), strict=False):
            job = session.get_one(Job, identifier)
            job.state, job.ended_at = JobState.SUCCEEDED, now() - timedelta(days=days)
    with database.write(SYSTEM) as session:
        assert forget_ended(session, timedelta(days=30)) == 1
    with database.read() as session:
        assert {job.id for job in session.query(Job)} == set(ids[1:])


# In whose name


def test_a_job_of_a_service_runs_as_its_key_until_that_is_revoked(sqlite_database: Database) -> None:
    with sqlite_database.write(SYSTEM) as session:
        key, _ = keys.create(session, Role.ORGANISER, "Office")
    asking = Actor(Role.ORGANISER, key.id, name="Office")
    with sqlite_database.write(asking) as session:
        job = enqueue(session, "count", {}, attempts=1)
    with sqlite_database.read() as session:
        assert actor_of_job(session, job) == asking
    with sqlite_database.write(SYSTEM) as session:
        keys.revoke(session, key.id)
    with sqlite_database.read() as session:
        assert actor_of_job(session, job) is None


def test_a_job_of_a_person_runs_by_the_membership_that_asked_while_it_lasts(sqlite_database: Database) -> None:
    with sqlite_database.write(SYSTEM) as session:
        account = create_account(session, "ada@example.org", "Ada")
        add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION)
        organiser = add_membership(session, account, Role.ORGANISER, ScopeKind.INSTALLATION)
        held = held_by(session, account.id)
    asking = actor_of(account, held, acting_by=organiser.id, session_id="ssn_x")
    with sqlite_database.write(asking) as session:
        job = enqueue(session, "count", {}, attempts=1)
    with sqlite_database.read() as session:
        found = actor_of_job(session, job)
    assert found is not None
    assert found == replace(asking, session_id=None, memberships=(asking.held,))
    assert found.role is Role.ORGANISER
    with sqlite_database.write(SYSTEM) as session:
        end_membership(session, session.get_one(Membership, organiser.id))
    with sqlite_database.read() as session:
        assert actor_of_job(session, job) is None


def test_a_job_of_the_system_runs_as_the_system(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        found = actor_of_job(session, session.get_one(Job, ask(sqlite_database)))
    assert found == Actor.system("job count")
