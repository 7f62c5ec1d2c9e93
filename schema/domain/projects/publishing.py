"""Publishing a project and withdrawing it: acts of its owner, of its edition's organisers, and of organisers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.shared.inputs.filling import fill
from schema.domain.shared.problems import Payload, RefusedError, UserError, bad, conflict, forbidden
from schema.domain.shared.writers import may_try
from schema.domain.shared.writing import guarded, require_own, require_version, target
from schema.request.context import Context
from store.enums import ProjectStatus
from store.models import Project, ProjectConcept, ProjectTrack


async def publish_project(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Offer a draft or a withdrawn project to those who may see it."""

    async def work(session: Session) -> object:
        row = await _opened(context, session, arguments)
        if row.status is ProjectStatus.LANDED:
            raise conflict("It has landed, and is shown as such.", "id")
        entity, before = context.registry.entities["Project"], row.status
        if arguments.get("input"):
            await fill(context, session, entity, row, {**arguments["input"]}, ("input",))
        if before is not ProjectStatus.PUBLISHED:
            require_complete(session, row)
        row.status = ProjectStatus.PUBLISHED
        require_own(context, session, entity, row, "You may not give this away.")
        return row

    return await guarded(context, "publishProject", arguments, work)


async def withdraw_project(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Take a project out of the offer; it can be published again."""

    async def work(session: Session) -> object:
        row = await _opened(context, session, arguments)
        if row.status is ProjectStatus.DRAFT:
            raise conflict("A draft isn't offered. Take it out of use with archiveProject.", "id")
        row.status = ProjectStatus.WITHDRAWN
        return row

    return await guarded(context, "withdrawProject", arguments, work)


def require_complete(session: Session, row: Project) -> None:
    """Raises RefusedError with everything that a project lacks for being published."""
    session.add(row)
    session.flush()
    lacking = [*_lacking(session, row)]
    if lacking:
        raise RefusedError(*lacking)


def _lacking(session: Session, row: Project) -> Iterator[UserError]:
    if not row.name:
        yield from bad("Give a name in at least one language before it is published.", "input", "name").errors
    if not row.summary and not row.description:
        yield from bad("Give a summary or a description before it is published.", "input", "summary").errors
    placed = (exists().where(link.project_id == row.id) for link in (ProjectTrack, ProjectConcept))
    if not any(session.scalar(select(each)) for each in placed):
        yield from bad("Give a track or an industry before it is published.", "input", "tracks").errors


async def _opened(context: Context, session: Session, arguments: GivenArguments) -> Any:
    project = context.registry.entities["Project"]
    if not may_try(context.actor, project, create=False):
        raise forbidden(f"{context.actor.role} may not change this.")
    row = await target(context, session, project, arguments["id"])
    require_version(context, session, row, arguments.get("if_version"))
    return row
