"""Subscriptions, deliveries and attempts by their ids: those of the subscriptions that an actor sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, select, true

from plugins.digest.content.outbox_writer import OutboxWriter
from plugins.digest.representations import ShownDelivery, ShownSubscription, shown_delivery
from plugins.digest.tables import OWNER, Attempt, Delivery, Subscription
from roadshow import Actor, Context, Role

T = TypeVar("T")
_ITS_OWN = and_(Subscription.id == Delivery.source_id, Delivery.owner == OWNER)
"""Joins this plugin's deliveries, no others in the outbox, with their subscriptions."""


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return whether an actor sees a subscription, as a condition of SQL: the investor's own, and administrators."""
    if actor.role is Role.ADMIN:
        return true()
    own = actor.subject_id if actor.role is Role.INVESTOR else None
    return Subscription.investor_id == (own or "")


def subscriptions(writer: OutboxWriter, context: Context, ids: Sequence[str]) -> Sequence[ShownSubscription | None]:
    wanted = select(Subscription).where(Subscription.id.in_(ids), visible(context.actor))
    return _ordered(ids, {row.id: ShownSubscription(row, writer) for row in context.session.scalars(wanted)})


def deliveries(context: Context, ids: Sequence[str]) -> Sequence[ShownDelivery | None]:
    wanted = select(Delivery).join(Subscription, _ITS_OWN).where(Delivery.id.in_(ids), visible(context.actor))
    return _ordered(ids, {row.id: shown_delivery(row) for row in context.session.scalars(wanted)})


def attempts(context: Context, ids: Sequence[str]) -> Sequence[Attempt | None]:
    sent = select(Attempt).join(Delivery, Delivery.id == Attempt.message_id).join(Subscription, _ITS_OWN)
    wanted = sent.where(Attempt.id.in_(ids), visible(context.actor))
    return _ordered(ids, {row.id: row for row in context.session.scalars(wanted)})


def _ordered(ids: Sequence[str], rows: Mapping[str, T]) -> list[T | None]:
    return [rows.get(each) for each in ids]
