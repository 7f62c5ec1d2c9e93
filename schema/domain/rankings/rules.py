"""Who may query a ranking or a fit, and how much of a subject's history it may show.

A list made for an investor reveals what it did, so it is for that investor and organisers. A city's declared priorities
are public: anybody may see how projects fit them, but without the city's responses.

Gates that look at private decisions (exclusions, passes) apply for that side and organisers alone. For a project's
owner they don't exist: the investor stands where its public mandate puts it. Leaving it out would reveal as much, by
the missing name, the number held back, or the next rank. So the owner reads the same whether or not it was excluded.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from schema.declarations.base import STAFF
from schema.declarations.errors import ForbiddenError, NotFoundError
from schema.domain.shared.scopes import is_own_project
from schema.request.context import Context
from store.enums import Role
from store.models import Project
from store.values.ids import prefix_of

INVESTOR, PLACE, PROJECT = "inv", "plc", "prj"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a ranking may use: `personal` is the subject's own history, and its private gates."""

    personal: bool


def grant(context: Context, subject_id: str) -> Grant:
    """Return what the actor may see of a subject's ranking; raises ForbiddenError, or NotFoundError for an unknown
    subject."""
    actor = context.actor
    kind, entity = prefix_of(subject_id), context.registry.of_id(subject_id)
    if kind not in (INVESTOR, PLACE, PROJECT) and (entity is None or entity.ranked is None):
        raise NotFoundError(f"{subject_id!r} is no investor, place or project.")
    if actor.role in STAFF:
        return Grant(personal=True)
    own = actor.subject_id == subject_id and actor.role in (Role.INVESTOR, Role.PLANNER)
    if kind == INVESTOR and not own:
        raise ForbiddenError(f"{actor.role} may not see what is ranked for this investor.")
    return Grant(personal=own)


def grant_investors_of(context: Context, project_id: str) -> Grant:
    """Return whether the actor may see which investors fit a project: its owner and its organisers."""
    if context.actor.role in STAFF:
        return Grant(personal=True)
    if context.actor.role not in (Role.TALENT, Role.SCOPED_ORGANISER) or not owns(context, project_id):
        raise ForbiddenError(f"{context.actor.role} may not see which investors fit this project.")
    return Grant(personal=False)


def require_whole(context: Context, place_ids: list[str]) -> None:
    """Raise ForbiddenError unless the actor may see all of how projects fit these places, history included."""
    for place_id in place_ids:
        if not grant(context, place_id).personal:
            raise ForbiddenError(f"{context.actor.role} may see this only of the place that it plans for.")


def owns(context: Context, project_id: str) -> bool:
    """Return whether a project is the actor's own, or of its scopes."""
    if context.actor.subject_id is None:
        return False
    own = select(Project.id).where(Project.id == project_id, is_own_project(context.actor, Project))
    return context.session.scalar(own) is not None
