"""Mutations of an investor's or a place's response to a project."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.shared.problems import Payload, bad, missing
from schema.domain.shared.subjects import owners_of, subject_of, visible
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.enums import InterestKind
from store.models.base import now
from store.notifications.core_kinds import PROJECT_ANSWER


async def express_interest(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Like, pass on, or bookmark a project; a second response replaces the first."""

    async def work(session: Session) -> object:
        subject = await subject_of(context, arguments.get("subject"))
        project = await visible(context, "Project", arguments["project"], "project")
        kind: InterestKind = arguments["kind"]
        if arguments.get("reason") is not None and kind is not InterestKind.PASS:
            raise bad("Give a reason only with a pass.", "reason")
        row = session.scalar(_interest(subject, project)) or models.Interest(subject_id=subject, project_id=project)
        before = (row.kind, row.feedback, row.archived_at)
        row.kind, row.archived_at = kind, None
        row.reason = arguments.get("reason")
        for name in ("note", "feedback"):
            if name in arguments:
                setattr(row, name, arguments[name])
        if before != (row.kind, row.feedback, None):  # the owner of the project reads when, and mustn't learn of notes
            row.answered_at = now()
        session.add(row)
        session.flush()
        if kind is InterestKind.LIKE or row.feedback is not None:
            key = f"{row.id} {row.answered_at.isoformat()}"
            PROJECT_ANSWER.tell(session, owners_of(session, project), {"interest": row.id}, key)
        return row

    return await guarded(context, "expressInterest", arguments, work)


async def withdraw_interest(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Withdraw a response."""

    async def work(session: Session) -> object:
        subject = await subject_of(context, arguments.get("subject"))
        row = session.scalar(_interest(subject, arguments["project"]))
        if row is None or row.archived_at is not None:
            raise missing("answer to project", arguments["project"], "project")
        row.archived_at = now()
        return row

    return await guarded(context, "withdrawInterest", arguments, work)


def _interest(subject: str, project: str) -> Select[models.Interest]:
    return select(models.Interest).where(models.Interest.subject_id == subject, models.Interest.project_id == project)
