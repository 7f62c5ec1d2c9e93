"""Tables: subscriptions, the outbox, attempts, and which projects a subscriber has had."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from roadshow import Json, Tables, UtcDateTime, hookimpl, models


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


class DeliveryState(StrEnum):
    """Of a delivery: docs/digest.md draws how one follows the other."""

    READY = "READY"
    SENDING = "SENDING"
    HANDED_OVER = "HANDED_OVER"
    SENT = "SENT"
    HELD = "HELD"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Outcome(StrEnum):
    """Of an attempt."""

    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"
    UNCERTAIN = "UNCERTAIN"
    INTERRUPTED = "INTERRUPTED"


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


class Delivery(Base):
    """One message in the outbox: created once, with a stable id, and sent until it arrives or is abandoned."""

    __tablename__ = "digest_delivery"
    __table_args__ = (UniqueConstraint("subscription_id", "kind", "slot"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Also the webhook's id, and the local part of the e-mail's Message-ID."""
    subscription_id: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    slot: Mapped[datetime] = mapped_column(UtcDateTime)
    """The moment for which it was due: one delivery for each."""
    progress: Mapped[str] = mapped_column(String(20), index=True)
    payload: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The message, the same in every attempt; None once deleted."""
    items: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """Its projects: `project`, `rank`, `score`, `parts` as they are now, and `before` as last sent."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease: Mapped[str | None] = mapped_column(String(40))
    """The sender's token, new for each claim."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    detail: Mapped[str | None] = mapped_column(String(500))
    kept: Mapped[str | None] = mapped_column(String(40))
    """The ranking snapshot kept of it."""


class Attempt(Base):
    """One attempt to send a delivery: the delivery log."""

    __tablename__ = "digest_attempt"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(String(40), index=True)
    number: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[int | None] = mapped_column(Integer)
    """The status of HTTP or SMTP, if there was an answer."""
    detail: Mapped[str | None] = mapped_column(String(500))


class Receipt(Base):
    """A project that a subscriber has had, as it was then."""

    __tablename__ = "digest_had"

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
    """The four tables."""
    yield Tables(versions=Path(__file__).parent / "migrations", models=[Subscription, Delivery, Attempt, Receipt])
