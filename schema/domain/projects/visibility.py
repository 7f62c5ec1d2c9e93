"""Rules of which projects an actor sees, and of records mentioned only by hidden ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import ColumnElement, and_, exists, not_, or_

from schema.declarations.aliases import shared_alias
from schema.declarations.base import Model
from schema.domain.shared.scopes import is_own_project, is_scoped
from store import models
from store.access.actors import Actor
from store.enums import ProjectStatus, Role, Visibility

JUDGES = (Role.INVESTOR, Role.PLANNER, Role.REVIEWER, Role.ORGANISER)
"""Those with a key who judge: they read shares in the equity."""
OFFERED = (ProjectStatus.PUBLISHED, ProjectStatus.LANDED)
_KEY = (Visibility.PUBLIC, Visibility.PARTICIPANTS)
SHOWN_TO: dict[Role, tuple[Visibility, ...]] = {
    Role.PUBLIC: (Visibility.PUBLIC,),
    Role.TALENT: _KEY,
    Role.INVESTOR: (*_KEY, Visibility.INVESTORS),
    Role.PLANNER: (*_KEY, Visibility.INVESTORS),
    Role.REVIEWER: (*_KEY, Visibility.INVESTORS),
    Role.SCOPED_ORGANISER: (*_KEY, Visibility.INVESTORS),
}


def shown_to(role: Role) -> tuple[Visibility, ...]:
    """Return what a role may see; a plugin's role, what everybody with a key does."""
    return SHOWN_TO.get(role, _KEY)


def visible_projects(actor: Actor, project: Model) -> ColumnElement[bool]:
    """Offered ones that the role may see; to a project's owner and its organisers also drafts and hidden ones."""
    offered: ColumnElement[bool] = project.status.in_(OFFERED) & project.visibility.in_(shown_to(actor.role))
    if is_scoped(actor) or (actor.role is Role.TALENT and actor.subject_id):
        return or_(offered, is_own_project(actor, project))
    return offered


def named_in_public(
    actor: Actor, own: ColumnElement[object], names: Callable[[Model], ColumnElement[bool]], elsewhere: Iterable[Model]
) -> ColumnElement[bool]:
    """Return whether an actor may know of an organisation or a person: not if only hidden projects mention it.

    ``own`` is its id; ``names(project)`` is the condition that a project names it; ``elsewhere`` are the columns of
    other records that name it. All are aliased, because the rule may be part of a statement on the same tables.
    """
    project = shared_alias(models.Project, "named_in_public")
    shown = and_(visible_projects(actor, project), project.archived_at.is_(None))
    others = [(shared_alias(column.class_, "named elsewhere"), column.key) for column in elsewhere]
    return or_(
        exists().where(names(project), shown),  # holds for most, so the others are seldom checked
        not_(exists().where(names(project))),
        *(exists().where(getattr(other, key) == own) for other, key in others),
    )
