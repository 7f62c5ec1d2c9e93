"""Accounts and what belongs to them, by id: what `viewer`, `memberships`, `invitations` and `apiKeys` show, no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from schema.declarations.base import Model, Row
from schema.declarations.registry import ByIds, IdentifiedType
from schema.domain.accounts.governing import governed
from schema.domain.accounts.reading import own_sessions
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.enums import Role

Rule = Callable[[Actor], ColumnElement[bool]]


def _accounts(actor: Actor) -> ColumnElement[bool]:
    """One's own, and those with a membership that the actor may end; all for administrators, who see all keys."""
    account, membership = models.Account, models.Membership
    if actor.role is Role.ADMIN:
        return true()
    held = select(membership.account_id).where(governed(actor, membership))
    return or_(account.id == (actor.account_id or ""), account.id.in_(held))


def _memberships(actor: Actor) -> ColumnElement[bool]:
    row = models.Membership
    return or_(row.id.in_([each.id for each in actor.memberships]), governed(actor, row))


def _invitations(actor: Actor) -> ColumnElement[bool]:
    return governed(actor, models.Invitation)


def _keys(actor: Actor) -> ColumnElement[bool]:
    key = models.ApiKey
    if actor.role is Role.ADMIN:
        return true()
    return and_(key.account_id == actor.account_id, key.revoked_at.is_(None)) if actor.account_id else false()


def _by_ids(model: Model, rule: Rule) -> ByIds:
    def read(context: Context, ids: Sequence[str]) -> list[Row | None]:
        return _ordered(context.session, model, ids, rule(context.actor))

    return read


def _ordered(session: Session, model: Model, ids: Sequence[str], condition: ColumnElement[bool]) -> list[Row | None]:
    rows = {row.id: row for row in session.scalars(select(model).where(model.id.in_(ids), condition))}
    return [rows.get(each) for each in ids]


def _sessions(context: Context, ids: Sequence[str]) -> list[Row | None]:
    rows = {row.id: row for row in own_sessions(context)}
    return [rows.get(each) for each in ids]


IDENTIFIED: Sequence[IdentifiedType] = (
    IdentifiedType("Account", models.Account.prefix, _by_ids(models.Account, _accounts)),
    IdentifiedType("Membership", models.Membership.prefix, _by_ids(models.Membership, _memberships)),
    IdentifiedType("Invitation", models.Invitation.prefix, _by_ids(models.Invitation, _invitations)),
    IdentifiedType("ApiKey", models.ApiKey.prefix, _by_ids(models.ApiKey, _keys)),
    IdentifiedType("AccountSession", models.AccountSession.prefix, _sessions),
)
