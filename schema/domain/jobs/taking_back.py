"""The mutation that takes an import back."""

from __future__ import annotations

from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments
from schema.domain.jobs.imports import IMPORT
from schema.domain.jobs.starting import started
from schema.domain.shared.problems import Payload, conflict, forbidden, missing
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models

TAKE_BACK = "take-back"
"""Name of the kind of job that `takeBackImport` asks for."""


async def take_back_import(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Ask for an import to be taken back."""

    async def work(session: Session) -> object:
        if context.actor.role not in STAFF:
            raise forbidden(f"{context.actor.role} may not take imports back; organisers and administrators may.")
        job = models.Job
        seen = select(job).where(job.id == arguments["job"], context.scope.visible("Job", job))
        row = session.scalar(seen)
        if row is None:
            raise missing("job", arguments["job"], "job")
        result = row.result or {}
        changes = cast(list[int] | None, result.get("changes"))
        if row.kind != IMPORT or not changes:
            raise conflict("It isn't an import that wrote something; name one whose result has `changes`.", "job")
        return started(context, session, TAKE_BACK, {
            "job": row.id,
            "first": changes[0],
            "last": changes[1],
            "namespace": row.arguments["namespace"],
            "check_only": arguments["check_only"],
        })  # fmt: skip

    return await guarded(context, "takeBackImport", arguments, work)
