"""Mutations that start core's jobs: exports and training."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.host.errors import UserError
from schema.declarations.base import GivenArguments
from schema.domain.jobs.entity import asked_by
from schema.domain.jobs.exports import export_of
from schema.domain.shared.problems import Payload, RefusedError, bad, conflict, forbidden
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from schema.request.job_kinds import start_job
from store.enums import JobState, Role
from store.models import Job

MOST_UNDER_WAY = 20
"""Jobs that one asker may have waiting or running, among those that anybody may start."""
LEARN = "learn"
"""Name of the kind of job that `startLearning` asks for."""
EXPORT = "export"
"""Name of the kind of job that `startExport` asks for."""


async def start_export(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Ask for a file of everything in a connection that the actor may see."""
    dry_run = bool(arguments.get("dry_run"))
    try:
        if context.actor.asker_id is None:
            raise forbidden("Sign in or send an API key: the file is for whoever asked for it.")
        asked = _export(context, arguments)
    except RefusedError as refused:
        return Payload(user_errors=refused.errors, dry_run=dry_run)

    async def work(session: Session) -> object:
        return started(context, session, EXPORT, asked)

    return await guarded(context, "startExport", arguments, work)


async def start_learning(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Ask for training on the outcomes so far."""

    async def work(session: Session) -> object:
        if context.actor.role is not Role.ADMIN:
            raise forbidden(f"{context.actor.role} may not train the recommender; administrators may.")
        return started(context, session, LEARN, {"activate": arguments["activate"]})

    return await guarded(context, "startLearning", arguments, work)


def started(context: Context, session: Session, kind: str, arguments: Mapping[str, object]) -> object:
    """Ask for a job.

    Raises RefusedError for arguments that can't be used, and where too many of the asker's jobs are under way.
    """
    under_way = select(func.count()).where(
        asked_by(context.actor, Job), Job.state.in_((JobState.QUEUED, JobState.RUNNING))
    )
    if (session.scalar(under_way) or 0) >= MOST_UNDER_WAY:
        raise conflict(f"You have {MOST_UNDER_WAY} jobs under way, the most allowed. Wait for one, or cancel it.")
    try:
        return start_job(context.host, session, kind, arguments, context.all_languages)
    except UserError as problem:
        raise bad(str(problem)) from problem


def _export(context: Context, arguments: GivenArguments) -> dict[str, object]:
    export = export_of(context, arguments["connection"], arguments.get("fields"))
    formats = [entry.name for entry in context.host.contributions.exporters]
    if arguments["format"] not in formats:
        raise bad(f"There is no format {arguments['format'][:40]!r}; give one of {', '.join(formats)}.", "format")
    variables = {"filter": arguments.get("filter"), "first": 1, "count": False}
    with context.own() as own:
        answer = own.ask(export.document, variables)
    if answer.get("errors"):
        said = answer["errors"][0]["message"]
        raise bad(f"This can't be exported: {said}", "filter" if "$filter" in said else "fields")
    return {
        "connection": export.connection,
        "filter": arguments.get("filter"),
        "format": arguments["format"],
        "document": export.document,
        "columns": list(export.columns),
    }
