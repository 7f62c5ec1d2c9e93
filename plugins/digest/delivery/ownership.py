"""What the common outbox asks the digest about its messages: whether they are still wanted, and what follows."""

from __future__ import annotations

from sqlalchemy import and_, delete, true, update
from sqlalchemy.orm import Session

from plugins.digest.delivery.signing import Secrets
from plugins.digest.settings import Settings
from plugins.digest.tables import OWNER, Channel, Delivery, DeliveryKind, Receipt, Subscription, SubscriptionState
from roadshow.outbox import Destination, Result


class DigestOwner:
    """Answers by the subscriptions."""

    name = OWNER

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._secrets = Secrets(settings)

    def destination(self, session: Session, message: Delivery) -> Destination | None:
        """Return the subscription's address, if it may still go out: a digest only to whoever is subscribed now."""
        row = session.get(Subscription, message.source_id)
        if row is None or row.state == SubscriptionState.UNSUBSCRIBED or row.channel == Channel.FEED:
            return None
        if message.kind == DeliveryKind.CONFIRMATION:
            wanted = row.state == SubscriptionState.UNCONFIRMED
        else:
            wanted = message.kind == DeliveryKind.PING or row.state == SubscriptionState.ACTIVE
        if not wanted:
            return None
        webhook = row.channel == Channel.WEBHOOK
        secret = self._secrets.webhook_secret(row.id, row.number) if webhook else ""
        return Destination(row.address or "", secret)

    def sent(self, session: Session, message: Delivery) -> None:
        """A digest that arrives ends a series of failures."""
        if message.kind == DeliveryKind.DIGEST:
            well = update(Subscription).where(Subscription.id == message.source_id, Subscription.failures > 0)
            session.execute(well.values(failures=0))

    def given_up(self, session: Session, message: Delivery, result: Result) -> None:
        """Count a failure, pause the subscription after too many, and let the next digest bring the projects."""
        one = Subscription.id == message.source_id
        session.execute(update(Subscription).where(one).values(failures=Subscription.failures + 1))
        too_many = true() if result.gone else Subscription.failures >= self._settings.failures_before_pause
        paused = {
            "state": SubscriptionState.PAUSED,
            "next_at": None,
            "reason": f"Deliveries failed: {result.detail}"[:300],
        }
        session.execute(
            update(Subscription).where(one, Subscription.state == SubscriptionState.ACTIVE, too_many).values(paused)
        )
        release(session, message)

    def cancelled(self, session: Session, message: Delivery) -> None:
        """Let the next digest bring the projects."""
        release(session, message)


def release(session: Session, delivery: Delivery) -> None:
    """Forget that the subscriber had what a delivery would have brought, so that the next digest includes it."""
    for item in delivery.items:
        this = and_(
            Receipt.subscription_id == delivery.source_id, Receipt.project_id == item["project"],
            Receipt.delivery_id == delivery.id,
        )  # fmt: skip
        if item["before"] is None:
            session.execute(delete(Receipt).where(this))
        else:
            session.execute(update(Receipt).where(this).values(parts=item["before"]))
