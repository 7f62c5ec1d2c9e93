"""Asking for jobs, cancelling them, and having ended ones tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store.access.actors import Actor
from store.enums import JobState
from store.models import Job
from store.models.base import now

ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class JobStateError(ValueError):
    """A job's state doesn't allow what was asked; the message says why and what to do."""


def enqueue(
    session: Session,
    kind: str,
    arguments: Mapping[str, object],
    *,
    attempts: int,
    languages: Sequence[str] = (),
    due: datetime | None = None,
) -> Job:
    """Ask for a job in the session's transaction, on behalf of its actor.

    It exists once the transaction commits. `attempts` is how often it is begun before it counts as failed.
    """
    actor: Actor = session.info["actor"]
    job = Job(
        kind=kind,
        arguments=dict(arguments),
        state=JobState.QUEUED,
        account_id=actor.account_id,
        membership_id=actor.held.id if actor.held is not None else None,
        key_id=actor.id if actor.id is not None and actor.id.startswith("key_") else None,
        languages=list(languages),
        due_at=due or now(),
        attempts=0,
        most_attempts=attempts,
    )
    session.add(job)
    session.flush()
    return job


def cancel(job: Job) -> None:
    """Cancel a job: a waiting one at once, a running one as soon as its worker notices; asking again changes nothing.

    Raises JobStateError for a job that has ended otherwise.
    """
    if job.state is JobState.QUEUED:
        job.state = JobState.CANCELLED
        job.cancel_requested_at = job.ended_at = now()
    elif job.state is JobState.RUNNING:
        job.cancel_requested_at = job.cancel_requested_at or now()
    elif job.state is not JobState.CANCELLED:
        raise JobStateError(f"The job has ended: {job.state}. Only jobs that wait or run can be cancelled.")


def retry(job: Job) -> None:
    """Queue a failed or cancelled job anew, with all its attempts. Raises JobStateError for any other."""
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise JobStateError(f"The job is {job.state}. Only failed and cancelled jobs can be tried again.")
    job.state, job.due_at, job.attempts = JobState.QUEUED, now(), 0
    job.error = job.message = job.progress = job.cancel_requested_at = job.ended_at = None


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How full the queue is."""

    by_state: Mapping[JobState, int]
    oldest_due: datetime | None
    """Since when the job that waits longest could have begun; None if none is due."""


def counts(session: Session) -> QueueCounts:
    """Count jobs by state; ended ones until they are forgotten."""
    grouped = select(Job.state, func.count()).group_by(Job.state)
    by_state = {state: int(count) for state, count in session.execute(grouped)}
    oldest = session.scalar(select(func.min(Job.due_at)).where(Job.state == JobState.QUEUED, Job.due_at <= now()))
    return QueueCounts({state: by_state.get(state, 0) for state in JobState}, oldest)


def forget_ended(session: Session, kept: timedelta) -> int:
    """Delete jobs that ended longer ago than `kept`; return how many. The change log still says who asked for them."""
    old = session.execute(delete(Job).where(Job.state.in_(ENDED), Job.ended_at < now() - kept).returning(Job.id))
    return len(old.all())
