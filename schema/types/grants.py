"""Grants: single rows that plugins show to single accounts, as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from schema.declarations.base import Model
from schema.declarations.registry import RowRules, no_rules
from schema.domain.shared.scopes import Moment
from store import models
from store.access.actors import Actor

if TYPE_CHECKING:
    from plugins.host.host import Host


def grants_of(host: Host) -> RowRules:
    """Return which rows plugins show to an actor's account, by the type's name."""
    tables = [
        (each.on, frozenset(map(str, each.roles)), each.model)
        for each in (entry.value for entry in host.contributions.grants)
    ]
    if not tables:
        return no_rules

    def granted(type_name: str, actor: Actor, model: Model) -> Sequence[ColumnElement[bool]]:
        return [
            _shown_by(actor, aliased(table), model)
            for on, roles, table in tables
            if on == type_name and actor.role.value in roles and actor.asker_id is not None
        ]

    return granted


def _shown_by(actor: Actor, row: Model, model: Model) -> ColumnElement[bool]:
    """Select the rows that a table shows to the account by whose membership, or as whose talent, the actor acts."""
    account, membership = aliased(models.Account), aliased(models.Membership)
    acting = select(membership.account_id).where(
        membership.id == actor.asker_id,
        membership.begins_at <= Moment(),
        or_(membership.ends_at.is_(None), membership.ends_at > Moment()),
    )
    shown = select(row.record_id).where(
        or_(
            row.account_id.in_(acting),
            row.account_id.in_(select(account.id).where(account.talent_id == actor.asker_id)),
        ),
        or_(row.ends_at.is_(None), row.ends_at > Moment()),
    )
    condition: ColumnElement[bool] = model.id.in_(shown.correlate(None))
    return condition
