"""The acting side of a mutation, and visible rows it names."""

from __future__ import annotations

from collections.abc import Sequence, Sized

from sqlalchemy.orm import Session

from schema.declarations.base import STAFF
from schema.domain.shared.problems import bad, forbidden, missing
from schema.request.context import Context
from store.enums import Role
from store.models import Project

MOST_PARTS = 200
"""Maximum items of a list in one mutation."""


async def subject_of(context: Context, given: str | None) -> str:
    """Return the responding investor or place: the actor's own; staff names it."""
    actor = context.actor
    if actor.role in STAFF:
        return await counterpart_of(context, given)
    if actor.role not in (Role.INVESTOR, Role.PLANNER) or actor.subject_id is None:
        raise forbidden(f"{actor.role} may not respond to projects.")
    if given is not None and given != actor.subject_id:
        raise forbidden("You may not respond for others.", "subject")
    return actor.subject_id


async def counterpart_of(context: Context, given: str | None) -> str:
    """Return the investor or place that an organiser names."""
    entity = context.registry.of_id(given or "")
    if entity is None or entity.name not in ("Investor", "Place"):
        raise bad("Name the investor or place that responds.", "subject")
    return await visible(context, entity.name, given or "", "subject")


async def visible(context: Context, kind: str, identifier: str, *field: str) -> str:
    """Return the id if the entity is visible to the actor and not archived; raises RefusedError."""
    entity = context.registry.of_id(identifier)
    row = await context.row(kind, identifier) if entity is not None and entity.name == kind else None
    if row is None or getattr(row, "archived_at", None) is not None:
        raise missing(kind, identifier, *field)
    return identifier


def owners_of(session: Session, project_id: str) -> Sequence[str]:
    """Return the ids that stand for a project's owners: itself, the talent, and the organisation behind it."""
    project = session.get_one(Project, project_id)
    return [each for each in (project.id, project.owner_id, project.organisation_id) if each is not None]


def require_few(given: Sized, *field: str) -> None:
    """Raise RefusedError for a list that is too long for one mutation."""
    if len(given) > MOST_PARTS:
        raise bad(f"The list has more than {MOST_PARTS} items.", *field)
