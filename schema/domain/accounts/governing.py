"""Who may give a role in a scope, and take it: nobody gives more than they hold themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from schema.declarations.base import Model, RowRule
from schema.domain.shared.problems import forbidden
from schema.domain.shared.scopes import is_scoped, of_own_programme, own_edition, own_programme, own_series
from store import models
from store.access.actors import Actor
from store.enums import Role, ScopeKind

_GIVES = (
    "Administrators give and take every role; organisers all but administrators'; organisers of some programmes "
    "organisers and reviewers there; who acts for an investor or a place colleagues."
)
RULES = {
    **dict.fromkeys(("invite", "revokeInvitation", "handOverMemberships"), _GIVES),
    "endMembership": f"{_GIVES} Who is signed in ends memberships of their own.",
    "actAs": "Who is signed in, for memberships of their own.",
    "signOut": "Who is signed in, for sessions of their own.",
    "createKey": "Who is signed in, for memberships of their own; administrators for services.",
    "rotateKey": "Who is signed in, for keys of their own; a key itself; administrators.",
    "revokeKey": "Who is signed in, for keys of their own; a key itself; administrators.",
}
"""Who runs each mutation of accounts, in a sentence."""

_SCOPED: dict[ScopeKind, tuple[Any, RowRule]] = {
    ScopeKind.PROGRAMME: (models.Programme, own_programme),
    ScopeKind.SERIES: (models.EventSeries, own_series),
    ScopeKind.EDITION: (models.EventEdition, own_edition),
    ScopeKind.TRACK: (models.Track, of_own_programme),
}
_GIVEN_IN_SCOPES = (Role.ORGANISER, Role.REVIEWER)
"""What an organiser of some programmes gives in them."""


def governed(actor: Actor, row: Model) -> ColumnElement[bool]:
    """Memberships and invitations that the actor may give and take.

    Administrators: all; organisers: all but administrators'; organisers of some programmes: organisers and reviewers
    of those; who acts for an investor or a place: colleagues.
    """
    if actor.role is Role.ADMIN:
        return true()
    if actor.role is Role.ORGANISER:
        return row.role != Role.ADMIN  # type: ignore[no-any-return]
    if is_scoped(actor):
        within = [and_(row.scope_kind == kind, _within(actor, row, kind)) for kind in _SCOPED]
        return and_(row.role.in_(_GIVEN_IN_SCOPES), or_(*within))
    if actor.role in (Role.INVESTOR, Role.PLANNER) and actor.subject_id is not None:
        return and_(row.role == actor.role, row.scope_id == actor.subject_id)
    return false()


def require_governs(actor: Actor, session: Session, role: Role, kind: ScopeKind, scope_id: str | None) -> None:
    """Raises RefusedError where the actor may not give a role in a scope."""
    if actor.role is Role.ADMIN or (actor.role is Role.ORGANISER and role is not Role.ADMIN):
        return
    if is_scoped(actor) and role in _GIVEN_IN_SCOPES and kind in _SCOPED and scope_id is not None:
        model, rule = _SCOPED[kind]
        if session.scalar(select(model.id).where(model.id == scope_id, rule(actor, model))) is not None:
            return
    colleague = actor.role in (Role.INVESTOR, Role.PLANNER) and role is actor.role
    if colleague and scope_id is not None and scope_id == actor.subject_id:
        return
    raise forbidden(f"{actor.role} may not give or take the role {role} in this scope.")


def _within(actor: Actor, row: Model, kind: ScopeKind) -> ColumnElement[bool]:
    model, rule = _SCOPED[kind]
    scope = aliased(model)
    own: ColumnElement[bool] = row.scope_id.in_(select(scope.id).where(rule(actor, scope)))
    return own
