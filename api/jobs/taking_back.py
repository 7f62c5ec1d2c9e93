"""The kind of job `take-back`: undoes what an import wrote, but for what was changed since."""

from __future__ import annotations

from pydantic import BaseModel

from api.jobs.run import JobRun
from plugins.host.context import JobContext
from plugins.host.contributions.contributions import JobKind
from schema.domain.jobs.taking_back import TAKE_BACK
from store.access.actors import Actor
from store.imports.taking_back import TakenBack, TakingBack

MOST_KEPT = 100
"""Records that stay and are listed in the result."""


class TakeBackArguments(BaseModel):
    """The import, and the positions of its changes in the log."""

    job: str
    first: int
    last: int
    namespace: str
    check_only: bool


def take_back(job: JobContext[Actor], arguments: TakeBackArguments) -> dict[str, object]:
    """Take an import back; return the numbers of records, and those that stay."""
    assert isinstance(job, JobRun)
    if arguments.check_only:
        with job.database.read() as session:
            return _result(TakingBack(session, arguments.first, arguments.last).found, written=False)
    # Not edits of the asker's, which later imports would spare; the job says who that is.
    actor = Actor.system(f"import taken back ({job.job_id})")
    with job.database.write(actor) as session:
        work = TakingBack(session, arguments.first, arguments.last)
        job.go_on()
        work.write(arguments.namespace)
    return _result(work.found, written=True)


def _result(found: TakenBack, written: bool) -> dict[str, object]:
    kept = [{"id": each.id, "table": each.table, "reason": each.reason} for each in found.kept[:MOST_KEPT]]
    return {
        "written": written,
        "archived": dict(found.archived),
        "restored": dict(found.restored),
        "shared": dict(found.shared),
        "keptCount": len(found.kept),
        "kept": kept,
    }


TAKING_BACK = JobKind(
    name=TAKE_BACK,
    description="Takes back what an import wrote, but for what was changed since.",
    run=take_back,
    arguments=TakeBackArguments,
)
