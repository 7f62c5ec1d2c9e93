"""Tables: subscriptions, and which projects a subscriber has had. Deliveries are in the common outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from roadshow import Json, Tables, UtcDateTime, hookimpl, models
from roadshow.outbox import AttemptOutcome as Outcome
from roadshow.outbox import MessageState as DeliveryState
from roadshow.outbox import OutboxAttempt as Attempt
from roadshow.outbox import OutboxMessage as Delivery

OWNER = "digest"
"""The name by which deliveries are this plugin's."""
DELIVERY = "dgd"
"""Prefix of the ids of deliveries."""
ATTEMPTS = ("oma", "dga")
"""Prefixes of the ids of attempts: the outbox's, and those from before there was one."""


class Channel(StrEnum):
    """How a digest arrives."""

    EMAIL = "EMAIL"
    FEED = "FEED"
    WEBHOOK = "WEBHOOK"


class SubscriptionState(StrEnum):
    """Of a subscription."""

    UNCONFIRMED = "UNCONFIRMED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    UNSUBSCRIBED = "UNSUBSCRIBED"


class DeliveryKind(StrEnum):
    """Of a delivery."""

    DIGEST = "DIGEST"
    CONFIRMATION = "CONFIRMATION"
    PING = "PING"


class Base(DeclarativeBase):
    """The plugin's own tables."""


class Subscription(models.Identified, Base):
    """Where, when and how much one investor receives. The change log records changes, without the address."""

    __tablename__ = "digest_subscription"
    prefix = "dgs"

    investor_id: Mapped[str] = mapped_column(String(40), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(500), info={"secret": True})
    """An e-mail address, or a webhook's URL; None for a feed. Not in the change log."""
    language: Mapped[str] = mapped_column(String(10))
    days: Mapped[str] = mapped_column(String(80))
    """Days of the week on which it comes, `MONDAY,THURSDAY`."""
    time: Mapped[str] = mapped_column(String(5))
    """Time of day in `time_zone`, `08:00`."""
    time_zone: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(Integer)
    """Maximum number of projects in one digest."""
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(300))
    """Why it was paused automatically."""
    number: Mapped[int] = mapped_column(Integer, default=1)
    """Part of its secrets: raising it voids the old ones."""
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the next digest is due; None while it isn't active."""
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last non-empty digest was created."""
    failures: Mapped[int] = mapped_column(Integer, default=0)
    """Number of deliveries abandoned in a row."""


class Receipt(Base):
    """A project that a subscriber has had, as it was then."""

    __tablename__ = "digest_receipt"

    subscription_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    project_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(String(40), index=True)
    parts: Mapped[dict[str, str]] = mapped_column(Json)
    """A fingerprint for each part of the project that the subscriber sees."""
    had_at: Mapped[datetime] = mapped_column(UtcDateTime)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


@hookimpl
def register_tables() -> Iterable[Tables]:
    """The two tables."""
    yield Tables(versions=Path(__file__).parent / "migrations", models=[Subscription, Receipt])


__all__ = [
    "OWNER",
    "Attempt",
    "Channel",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Outcome",
    "Receipt",
    "Subscription",
    "SubscriptionState",
    "now",
    "register_tables",
]
