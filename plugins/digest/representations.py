"""Subscriptions and deliveries as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from plugins.digest.content.outbox_writer import OutboxWriter
from plugins.digest.content.ranking_snapshots import NOTHING
from plugins.digest.content.schedule import frequency
from plugins.digest.problems import Problem
from plugins.digest.tables import Channel, Delivery, Subscription, SubscriptionState


@dataclass(frozen=True)
class ShownSubscription:
    """A subscription as the API shows it."""

    row: Subscription
    writer: OutboxWriter

    def __getattr__(self, name: str) -> object:
        return getattr(self.row, name)

    @property
    def language(self) -> str:
        return self.row.language.upper()

    @property
    def days(self) -> list[str]:
        return self.row.days.split(",")

    @property
    def frequency(self) -> str:
        return frequency(self.days)

    @property
    def feed_url(self) -> str | None:
        return self.writer.feed_address(self.row) if self._living and self.row.channel == Channel.FEED else None

    @property
    def csv_url(self) -> str | None:
        return self.writer.list_address(self.row) if self._living else None

    @property
    def secret(self) -> str | None:
        if self.row.channel != Channel.WEBHOOK or not self._living:
            return None
        return self.writer.secrets.webhook_secret(self.row.id, self.row.number)

    @property
    def _living(self) -> bool:
        return self.row.state not in (SubscriptionState.UNSUBSCRIBED, SubscriptionState.UNCONFIRMED)


@dataclass(frozen=True)
class Payload:
    """What a mutation answers."""

    subscription: ShownSubscription | None = None
    delivery: ShownDelivery | None = None
    user_errors: Sequence[Problem] = field(default_factory=tuple)


class ShownDelivery(dict[str, object]):
    """A delivery as the API shows it; with its id as an attribute, for fields that are resolved for many at once."""

    @property
    def id(self) -> str:
        """Its id."""
        return str(self["id"])


def shown_delivery(row: Delivery) -> ShownDelivery:
    """Return a delivery as the API shows it."""
    return ShownDelivery(
        id=row.id, kind=row.kind, state=row.progress, made_at=row.made_at, ended_at=row.ended_at,
        next_attempt_at=row.next_at, attempt_count=row.attempts, detail=row.detail,
        project_ids=[item["project"] for item in row.items],
        snapshot_id=row.kept if row.kept != NOTHING else None,
    )  # fmt: skip
