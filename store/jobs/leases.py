"""Leases: a worker takes a job for a while, renews, and ends it; whoever lost the lease can write nothing more.

A worker that is killed stops renewing, so another one takes the job over. Each lease has a random name, which every
write of a worker states: of two workers that believe to have the same job, one is refused. So a job has one result.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, cast, func, or_, select, update
from sqlalchemy.orm import Session

from store.access.actors import Actor
from store.changes import keep_commit_order
from store.database import Database
from store.enums import JobState
from store.models import Job
from store.models.base import now
from store.notifications.core_kinds import JOB_FAILED, JOB_FINISHED
from store.values.column_types import UtcDateTime

WORKER = Actor.system("worker")
WORTH_TELLING = timedelta(minutes=1)
"""How long a job takes at least for its asker, who may have turned to other things, to be told that it is done."""
LONGEST_WAIT = timedelta(hours=1)
"""Longest wait before a job is tried again."""


class LeaseLostError(Exception):
    """The job was given to another worker, or has ended; this one must stop and write nothing more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of one worker."""

    job_id: str
    kind: str
    arguments: Mapping[str, object]
    attempt: int
    lease: str


def waiting(database: Database, kinds: Collection[str]) -> bool:
    """Return whether there is a job of these kinds to begin or take over now. Takes no lock."""
    with database.read() as session:
        return session.scalar(select(Job.id).where(_free(session, kinds)).limit(1)) is not None


def claim(database: Database, worker: str, kinds: Collection[str], lease: timedelta) -> Claim | None:
    """Take the job of these kinds that has been due longest; None if there is none.

    A job whose worker stopped is taken over, or ends as failed if that was its last attempt.
    """
    while waiting(database, kinds):
        with database.write(WORKER) as session:
            keep_commit_order(session)
            wanted = select(Job).where(_free(session, kinds)).order_by(Job.due_at, Job.id).limit(1)
            job = session.scalar(wanted.with_for_update(skip_locked=True))
            if job is None:
                return None
            if job.cancel_requested_at is not None:
                _end(session, job, JobState.CANCELLED)
            elif job.attempts >= job.most_attempts:
                times = "once" if job.attempts == 1 else f"{job.attempts} times"
                _end(
                    session, job, JobState.FAILED, error=f"Its worker stopped without a word while running it, {times}."
                )
            else:
                return _given(session, job, worker, lease)
    return None


def held(session: Session, claim: Claim) -> Job:
    """Return the claim's job, locked until the transaction ends. Raises LeaseLostError."""
    keep_commit_order(session)
    job = session.scalar(select(Job).where(_mine(claim)).with_for_update())
    if job is None:
        raise LeaseLostError(f"{claim.job_id} is no longer this worker's.")
    return job


def renew(database: Database, claim: Claim, lease: timedelta) -> bool:
    """Renew the lease and return whether the job is to be cancelled. Leaves no trace in the change log.

    Raises LeaseLostError.
    """
    with database.write(WORKER) as session:
        renewed = session.execute(
            update(Job)
            .where(_mine(claim))
            .values(leased_until=_clock(session) + lease)
            .returning(Job.cancel_requested_at)
        ).one_or_none()
    if renewed is None:
        raise LeaseLostError(f"{claim.job_id} is no longer this worker's.")
    return renewed[0] is not None


def cancel_requested(database: Database, claim: Claim) -> bool:
    """Return whether the job is to be cancelled. Raises LeaseLostError."""
    with database.read() as session:
        requested = session.execute(select(Job.cancel_requested_at).where(_mine(claim))).one_or_none()
    if requested is None:
        raise LeaseLostError(f"{claim.job_id} is no longer this worker's.")
    return requested[0] is not None


def report(database: Database, claim: Claim, progress: float | None, message: str | None) -> None:
    """Record how far the job has come, for its watchers too. Raises LeaseLostError."""
    with database.write(WORKER) as session:
        job = held(session, claim)
        job.progress, job.message = progress, message


def succeed(session: Session, claim: Claim, result: dict[str, object] | None) -> None:
    """End the job with its result, in the session's transaction. Raises LeaseLostError."""
    job = held(session, claim)
    job.result, job.progress, job.message = result, 1.0, None
    _end(session, job, JobState.SUCCEEDED)


def fail(database: Database, claim: Claim, error: str, first_wait: timedelta | None) -> JobState:
    """Record why an attempt failed and return the job's state: queued again after a wait, or failed.

    The wait doubles with each attempt, from `first_wait`; None means that trying again is of no use. Raises
    LeaseLostError.
    """
    with database.write(WORKER) as session:
        job = held(session, claim)
        if job.cancel_requested_at is not None:
            _end(session, job, JobState.CANCELLED)
        elif first_wait is None or job.attempts >= job.most_attempts:
            _end(session, job, JobState.FAILED, error=error)
        else:
            job.state, job.error = JobState.QUEUED, error
            job.due_at = _clock(session) + backoff(job.attempts, first_wait)
            job.lease = job.leased_until = job.progress = job.message = None
        return job.state


def cancelled(database: Database, claim: Claim) -> None:
    """End the job as cancelled. Raises LeaseLostError."""
    with database.write(WORKER) as session:
        _end(session, held(session, claim), JobState.CANCELLED)


def give_back(database: Database, claim: Claim) -> None:
    """Queue the job again at once, because its worker is asked to stop; the attempt doesn't count."""
    with database.write(WORKER) as session:
        job = held(session, claim)
        job.state, job.attempts = JobState.QUEUED, job.attempts - 1
        job.lease = job.leased_until = job.progress = job.message = None


def backoff(attempt: int, first_wait: timedelta) -> timedelta:
    """Return the wait after the failure of an attempt (from 1): doubling, at most `LONGEST_WAIT`, with jitter.

    Jitter takes off up to half, so that jobs that failed together don't come back together.
    """
    longest = min(first_wait * float(2 ** min(attempt - 1, 20)), LONGEST_WAIT)
    return longest * random.uniform(0.5, 1.0)


def _free(session: Session, kinds: Collection[str]) -> ColumnElement[bool]:
    """Select the jobs of these kinds that a worker may begin or take over now."""
    at = _clock(session)
    due = and_(Job.state == JobState.QUEUED, Job.due_at <= at)
    left = and_(Job.state == JobState.RUNNING, Job.leased_until < at)
    return and_(Job.kind.in_(kinds), or_(due, left))


def _mine(claim: Claim) -> ColumnElement[bool]:
    return and_(Job.id == claim.job_id, Job.lease == claim.lease, Job.state == JobState.RUNNING)


def _given(session: Session, job: Job, worker: str, lease: timedelta) -> Claim:
    job.state, job.worker, job.lease = JobState.RUNNING, worker, secrets.token_hex(16)
    job.attempts += 1
    job.started_at = at = _clock(session)
    job.leased_until = at + lease
    job.progress = job.message = None
    return Claim(job.id, job.kind, job.arguments, job.attempts, job.lease)


def _end(session: Session, job: Job, state: JobState, error: str | None = None) -> None:
    job.state, job.error, job.ended_at = state, error, now()
    job.lease = job.leased_until = None
    slow = state is JobState.SUCCEEDED and job.ended_at - job.created_at >= WORTH_TELLING
    if job.account_id is not None and (slow or state is JobState.FAILED):
        kind = JOB_FINISHED if slow else JOB_FAILED
        kind.tell(session, [job.account_id], {"job": job.id}, f"{job.id} {job.ended_at.isoformat()}")


def _clock(session: Session) -> datetime:
    """Return the time by which leases run: the database's, where machines share one."""
    if session.get_bind().dialect.name == "sqlite":
        return now()
    return session.execute(select(cast(func.clock_timestamp(), UtcDateTime))).scalar_one()
