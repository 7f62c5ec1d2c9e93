"""Removes an erased person's data from digests: addresses, messages, recipients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from plugins.digest.tables import Attempt, Delivery, Receipt, Subscription, SubscriptionState
from roadshow import ErasedPerson, Eraser, hookimpl


def erase(person: ErasedPerson, session: Any) -> Iterator[str]:
    """End the person's subscriptions and those to the person's addresses, and empty them and their messages."""
    emails = [each.lower() for each in person.emails]
    mine = or_(Subscription.investor_id == person.id, func.lower(Subscription.address).in_(emails))
    ids = session.scalars(select(Subscription.id).where(mine)).all()
    if not ids:
        return
    deliveries = session.scalars(select(Delivery.id).where(Delivery.source_id.in_(ids))).all()
    session.execute(update(Attempt).where(Attempt.message_id.in_(deliveries)).values(detail=None))
    session.execute(
        update(Delivery).where(Delivery.id.in_(deliveries)).values(payload=None, items=[], detail=None, next_at=None)
    )
    session.execute(delete(Receipt).where(Receipt.subscription_id.in_(ids)))
    session.execute(
        update(Subscription)
        .where(Subscription.id.in_(ids))
        .values(
            address=None,
            state=SubscriptionState.UNSUBSCRIBED,
            reason=None,
            next_at=None,
            number=Subscription.number + 1,
        )
    )
    yield f"digests already sent ({len(deliveries)}) remain in their recipients' mailboxes"


@hookimpl
def register_erasers() -> Iterable[Eraser]:
    """Register the eraser."""
    yield Eraser(name="subscriptions", erase=erase)
