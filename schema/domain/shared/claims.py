"""Claims about others: unconfirmed until the other side or an organiser confirms them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments, Model, Row
from schema.domain.shared.problems import Payload, forbidden, missing
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.enums import Role


def state_investment(actor: Actor, row: models.Investment) -> None:
    """Mark an investment written by its investor as a claim; an organiser's is confirmed."""
    row.confirmed = actor.role in STAFF


def state_member(actor: Actor, row: models.TeamMember) -> None:
    """Mark a new member named by the project's owner as a claim, unless it is the owner."""
    row.confirmed = actor.role in STAFF or actor.subject_id == row.talent_id


async def confirm_team_member(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Confirm membership in a project's team."""

    async def work(session: Session) -> object:
        row = _seen(context, session, "TeamMember", models.TeamMember, arguments["member"], "member")
        return _confirmed(context, row, row.talent_id, "member")

    return await guarded(context, "confirmTeamMember", arguments, work)


async def confirm_investment(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Confirm that an investor invested in one's project."""

    async def work(session: Session) -> object:
        row = _seen(context, session, "Investment", models.Investment, arguments["investment"], "investment")
        owner = session.scalar(select(models.Project.owner_id).where(models.Project.id == row.project_id))
        return _confirmed(context, row, owner, "investment")

    return await guarded(context, "confirmInvestment", arguments, work)


def _seen(context: Context, session: Session, name: str, model: Model, identifier: str, field: str) -> Row:
    if context.actor.role not in (*STAFF, Role.TALENT):
        raise forbidden(f"{context.actor.role} may not confirm this.")
    row = session.scalar(select(model).where(model.id == identifier, context.scope.visible(name, model)))
    if row is None:
        raise missing(name, identifier, field)
    return row


def _confirmed(context: Context, row: Row, talent: str | None, field: str) -> Row:
    if context.actor.role not in STAFF and (talent is None or context.actor.subject_id != talent):
        raise forbidden("Only the person concerned or an organiser may confirm it.", field)
    row.confirmed = True
    return row
