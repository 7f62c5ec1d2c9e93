"""Who may give and withdraw a role in a scope: nobody gives more than they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from schema.declarations.aliases import shared_alias
from schema.declarations.base import STAFF, Model, Row, RowRule
from schema.domain.shared.problems import forbidden, missing
from schema.domain.shared.scopes import (
    is_own_project,
    is_scoped,
    of_own_programme,
    on_own_project,
    own_edition,
    own_programme,
    own_series,
)
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.access.scopes import SCOPE_PREFIXES, SCOPES, known_roles, plugin_roles
from store.enums import Role, ScopeKind

_GIVES = (
    "Administrators, for every role; organisers, for every role but ADMIN; scoped organisers, for ORGANISER and "
    "REVIEWER in their scopes and TALENT for their projects; investors and planners, for colleagues; talents, for "
    "their projects; whoever acts for an organisation, for its projects and for colleagues; whom a "
    "plugin names, for its roles."
)
RULES = {
    **dict.fromkeys(("invite", "resendInvitation", "revokeInvitation", "handOverMemberships"), _GIVES),
    "endMembership": f"{_GIVES} Anyone signed in, for their own memberships.",
    "actAs": "Anyone signed in, for their own memberships.",
    "signOut": "Anyone signed in, for their own sessions.",
    "createKey": "Anyone signed in, for their own memberships; administrators, for services.",
    "rotateKey": "Anyone signed in, for their own keys; a key, for itself; administrators, for all.",
    "revokeKey": "Anyone signed in, for their own keys; a key, for itself; administrators, for all.",
}
"""Who may run each mutation of accounts, in a sentence."""

_SCOPED: dict[ScopeKind, tuple[Any, RowRule]] = {
    ScopeKind.PROGRAMME: (models.Programme, own_programme),
    ScopeKind.SERIES: (models.EventSeries, own_series),
    ScopeKind.EDITION: (models.EventEdition, own_edition),
    ScopeKind.TRACK: (models.Track, of_own_programme),
}
MOST_SCOPES = 500
"""Scopes of one kind that a form offers; others are named by id."""
GIVEN_BY: dict[ScopeKind, tuple[Model, RowRule]] = {}
"""Plugins' kinds of scopes: their model, and the rule by which others than staff give plugins' roles in them."""


def governed(actor: Actor, row: Model) -> ColumnElement[bool]:
    """Select the memberships and invitations that the actor may give and withdraw.

    Administrators: all. Organisers: all but ADMIN. Scoped organisers: ORGANISER and REVIEWER in their scopes, TALENT
    for their projects. Investors and planners: colleagues of the same investor or place. Talents: TALENT for their
    projects, and for the organisation that they act for. Plugins' roles: also whom the plugin names.
    """
    return and_(row.role.in_(sorted(known_roles())), _governed(actor, row))


def _governed(actor: Actor, row: Model) -> ColumnElement[bool]:
    if actor.role is Role.ADMIN:
        return true()
    if actor.role is Role.ORGANISER:
        others: ColumnElement[bool] = row.role != Role.ADMIN
        return others
    return or_(_of_own_scope(actor, row), *_by_plugins(actor, row))


def _of_own_scope(actor: Actor, row: Model) -> ColumnElement[bool]:
    if is_scoped(actor):
        within = [and_(row.scope_kind == kind, _within(actor, row, _SCOPED[kind])) for kind in _SCOPED]
        return or_(and_(row.role.in_(_given_in_scopes()), or_(*within)), _for_own_project(actor, row))
    if actor.role in (Role.INVESTOR, Role.PLANNER) and actor.subject_id is not None:
        return and_(row.role == actor.role, row.scope_id == actor.subject_id)
    if actor.role is Role.TALENT and actor.subject_id is not None:
        own = _for_own_project(actor, row)
        colleagues = and_(row.scope_kind == ScopeKind.ORGANISATION, row.scope_id == actor.subject_id)
        return or_(own, colleagues) if _acts_for_organisation(actor) else own
    return false()


def governed_row(context: Context, session: Session, model: Model, identifier: str, what: str) -> Row:
    """Return the membership or invitation with this id. Raises RefusedError if the actor doesn't govern it."""
    row = session.scalar(select(model).where(model.id == identifier, governed(context.actor, model)))
    if row is None:
        raise missing(what, identifier, "id")
    return row


def require_governs(actor: Actor, session: Session, role: Role, kind: ScopeKind, scope_id: str | None) -> None:
    """Check that the actor may give a role in a scope. Raises RefusedError."""
    if actor.role is Role.ADMIN or (actor.role is Role.ORGANISER and role is not Role.ADMIN):
        return
    scopes = _SCOPED if is_scoped(actor) and role in _given_in_scopes() else {}
    if role in plugin_roles():
        scopes = {**scopes, **GIVEN_BY}
    if kind in scopes and scope_id is not None:
        model, rule = scopes[kind]
        if session.scalar(select(model.id).where(model.id == scope_id, rule(actor, model))) is not None:
            return
    if kind is ScopeKind.PROJECT and role is Role.TALENT and _has_projects(actor):
        own = select(models.Project.id).where(models.Project.id == scope_id, is_own_project(actor, models.Project))
        if session.scalar(own) is not None:
            return
    colleague = role is actor.role and (
        actor.role in (Role.INVESTOR, Role.PLANNER)
        or (kind is ScopeKind.ORGANISATION and _acts_for_organisation(actor))
    )
    if colleague and scope_id is not None and scope_id == actor.subject_id:
        return
    raise forbidden(f"{actor.role} may not give or withdraw the role {role} in this scope.")


def given_roles(actor: Actor) -> list[Role]:
    """Return the roles that the actor may give in some scope, the most powerful first."""
    if actor.role is Role.ADMIN:
        return list(SCOPES)
    if actor.role is Role.ORGANISER:
        return [role for role in SCOPES if role is not Role.ADMIN]
    if is_scoped(actor):
        return [*_given_in_scopes(), Role.TALENT]
    if actor.role in plugin_roles():
        return [role for role in SCOPES if role in plugin_roles() and GIVEN_BY.keys() & {*SCOPES[role]}]
    colleagues = (Role.INVESTOR, Role.PLANNER, Role.TALENT)
    return [actor.role] if actor.role in colleagues and actor.subject_id is not None else []


def given_scopes(actor: Actor, session: Session, kind: ScopeKind) -> list[tuple[str, dict[str, str]]]:
    """Return ids and names of the scopes of a kind in which the actor may give roles.

    For staff only those within programmes, without projects: of others there are too many to choose from.
    """
    own_kind = (actor.subject_id or "").partition("_")[0]
    model: Model
    if kind in _SCOPED and (actor.role in STAFF or is_scoped(actor)):
        model, rule = _SCOPED[kind]
    elif kind in GIVEN_BY:
        model, rule = GIVEN_BY[kind]
    elif kind is ScopeKind.PROJECT and _has_projects(actor):
        model, rule = models.Project, is_own_project
    elif kind is not ScopeKind.TALENT and SCOPE_PREFIXES.get(kind) == own_kind and given_roles(actor):
        model, rule = models.ENTITIES[own_kind], _is_subject
    else:
        return []
    wanted = select(model.id, model.name).where(model.archived_at.is_(None)).order_by(model.id).limit(MOST_SCOPES)
    if actor.role not in STAFF:
        wanted = wanted.where(rule(actor, model))
    return [(identifier, name) for identifier, name in session.execute(wanted)]


def _has_projects(actor: Actor) -> bool:
    return is_scoped(actor) or (actor.role is Role.TALENT and actor.subject_id is not None)


def _acts_for_organisation(actor: Actor) -> bool:
    return actor.role is Role.TALENT and (actor.subject_id or "").startswith("org_")


def _is_subject(actor: Actor, row: Model) -> ColumnElement[bool]:
    own: ColumnElement[bool] = row.id == actor.subject_id
    return own


def _for_own_project(actor: Actor, row: Model) -> ColumnElement[bool]:
    return and_(row.scope_kind == ScopeKind.PROJECT, on_own_project(actor, row.scope_id))


def _given_in_scopes() -> tuple[Role, ...]:
    """Return the roles that a scoped organiser may give in its scopes."""
    return (Role.ORGANISER, Role.REVIEWER, *(role for role in SCOPES if role in plugin_roles()))


def _by_plugins(actor: Actor, row: Model) -> Iterator[ColumnElement[bool]]:
    for kind, given_by in GIVEN_BY.items():
        yield and_(row.role.in_(sorted(plugin_roles())), row.scope_kind == kind, _within(actor, row, given_by))


def _within(actor: Actor, row: Model, given_by: tuple[Model, RowRule]) -> ColumnElement[bool]:
    model, rule = given_by
    scope = shared_alias(model, "governed")
    own: ColumnElement[bool] = row.scope_id.in_(select(scope.id).where(rule(actor, scope)))
    return own
