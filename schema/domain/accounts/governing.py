"""Who may give and withdraw a role in a scope: nobody gives more than they hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from schema.declarations.base import STAFF, Model, Row, RowRule
from schema.domain.shared.problems import forbidden, missing
from schema.domain.shared.scopes import is_scoped, of_own_programme, own_edition, own_programme, own_series
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.access.scopes import SCOPES
from store.enums import Role, ScopeKind

_GIVES = (
    "Administrators, for every role; organisers, for every role but ADMIN; scoped organisers, for ORGANISER and "
    "REVIEWER in their scopes; investors and planners, for colleagues."
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
_GIVEN_IN_SCOPES = (Role.ORGANISER, Role.REVIEWER)
"""The roles that a scoped organiser may give."""


def governed(actor: Actor, row: Model) -> ColumnElement[bool]:
    """Select the memberships and invitations that the actor may give and withdraw.

    Administrators: all. Organisers: all but ADMIN. Scoped organisers: ORGANISER and REVIEWER in their scopes. Investors
    and planners: colleagues of the same investor or place.
    """
    if actor.role is Role.ADMIN:
        return true()
    if actor.role is Role.ORGANISER:
        others: ColumnElement[bool] = row.role != Role.ADMIN
        return others
    if is_scoped(actor):
        within = [and_(row.scope_kind == kind, _within(actor, row, kind)) for kind in _SCOPED]
        return and_(row.role.in_(_GIVEN_IN_SCOPES), or_(*within))
    if actor.role in (Role.INVESTOR, Role.PLANNER) and actor.subject_id is not None:
        return and_(row.role == actor.role, row.scope_id == actor.subject_id)
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
    if is_scoped(actor) and role in _GIVEN_IN_SCOPES and kind in _SCOPED and scope_id is not None:
        model, rule = _SCOPED[kind]
        if session.scalar(select(model.id).where(model.id == scope_id, rule(actor, model))) is not None:
            return
    colleague = actor.role in (Role.INVESTOR, Role.PLANNER) and role is actor.role
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
        return list(_GIVEN_IN_SCOPES)
    return [actor.role] if actor.role in (Role.INVESTOR, Role.PLANNER) and actor.subject_id is not None else []


def given_scopes(actor: Actor, session: Session, kind: ScopeKind) -> list[tuple[str, dict[str, str]]]:
    """Return ids and names of the scopes of a kind, within programmes, in which the actor may give roles."""
    if kind not in _SCOPED or not given_roles(actor):
        return []
    model, rule = _SCOPED[kind]
    wanted = select(model.id, model.name).where(model.archived_at.is_(None)).order_by(model.id).limit(MOST_SCOPES)
    if actor.role not in STAFF:
        wanted = wanted.where(rule(actor, model) if is_scoped(actor) else false())
    return [(identifier, name) for identifier, name in session.execute(wanted)]


def _within(actor: Actor, row: Model, kind: ScopeKind) -> ColumnElement[bool]:
    model, rule = _SCOPED[kind]
    scope = aliased(model)
    own: ColumnElement[bool] = row.scope_id.in_(select(scope.id).where(rule(actor, scope)))
    return own
