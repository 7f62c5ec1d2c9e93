"""Mutations of jobs: cancelling, and trying again."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.shared.problems import Payload, conflict, missing
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.changes import keep_commit_order
from store.jobs import queue

RULES = {
    "startExport": "Anyone with a key or signed in; the file holds what they may see.",
    "startLearning": "Administrators.",
    "startImport": "Organisers and administrators, for files that they uploaded.",
    "takeBackImport": "Organisers and administrators, for imports among the jobs that they may see.",
    "cancelJob": "Anyone, for jobs that they may see.",
    "retryJob": "Anyone, for jobs that they may see.",
}
"""Who may run each mutation of jobs, in a sentence."""


async def cancel_job(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Cancel a job that waits or runs. Idempotent."""
    return await _changed(context, "cancelJob", arguments, queue.cancel)


async def retry_job(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Queue a failed or cancelled job anew."""
    return await _changed(context, "retryJob", arguments, queue.retry)


async def _changed(
    context: Context, mutation: str, arguments: GivenArguments, change: Callable[[models.Job], None]
) -> Payload:
    async def work(session: Session) -> object:
        keep_commit_order(session)  # before the row is locked, as workers do
        job = models.Job
        seen = select(job).where(job.id == arguments["id"], context.scope.visible("Job", job))
        row = session.scalar(seen.with_for_update())
        if row is None:
            raise missing("job", arguments["id"], "id")
        try:
            change(row)
        except queue.JobStateError as problem:
            raise conflict(str(problem), "id") from problem
        return row

    return await guarded(context, mutation, arguments, work)
