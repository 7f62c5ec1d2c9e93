"""What people are told and how they want it; the outbox, with every attempt to send a message."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import AttemptOutcome, MessageState, NotificationState
from store.models.base import ID, Base, Identified
from store.values.column_types import Json, UtcDateTime, enum_of


class Notification(Identified, Base):
    """Something that one person is told. Written by plain statements: the change log has no entry of it."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "key"),
        Index("ix_notification_state_due_at", "state", "due_at"),
    )
    prefix = "ntf"
    owner_column = "account_id"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(200))
    """What it is about: a person is told once for each."""
    arguments: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    state: Mapped[NotificationState] = mapped_column(enum_of(NotificationState), default=NotificationState.WAITING)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it goes out, with all others of its kind that wait."""
    bundle_id: Mapped[str | None] = mapped_column(ID, index=True)
    """Shared by those that went out in one message, and the beginning of that message's key."""
    channels: Mapped[list[str]] = mapped_column(Json, default=list)
    """The channels by which it went out."""
    subject: Mapped[str | None] = mapped_column(String(300))
    text: Mapped[str | None] = mapped_column(Text)
    """What it said, in the recipient's language."""
    link: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When it went out, or was found unwanted or obsolete."""
    detail: Mapped[str | None] = mapped_column(String(300))
    """Why it couldn't be written."""


class NotificationPreference(Base):
    """Whether a person wants a kind of notification by a channel; without a row the kind's default holds."""

    __tablename__ = "notification_preference"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    enabled: Mapped[bool] = mapped_column(Boolean)


class NotificationAddress(Base):
    """Where a channel reaches a person, if not by the account's e-mail address; for the feed, its secret's number."""

    __tablename__ = "notification_address"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    address: Mapped[str | None] = mapped_column(String(500))
    number: Mapped[int] = mapped_column(Integer, default=1)
    """Part of its secrets: raising it voids the old ones."""
    failures: Mapped[int] = mapped_column(Integer, default=0)
    """Messages given up in a row."""
    paused: Mapped[str | None] = mapped_column(String(300))
    """Why nothing is sent there; null while something is."""


class OutboxMessage(Base):
    """A message: made once, with a stable id, and sent until it arrives or is given up."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("owner", "kind", "source_id", "key"),
        Index("ix_outbox_message_progress_next_at", "progress", "next_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    """Also a webhook's id, and the local part of an e-mail's Message-ID."""
    owner: Mapped[str] = mapped_column(String(80))
    """`core`, or the plugin that sends it by its own settings."""
    kind: Mapped[str] = mapped_column(String(80))
    source_id: Mapped[str] = mapped_column(ID, index=True)
    """The owner's record by which it goes out: an account, or a plugin's subscription."""
    key: Mapped[str] = mapped_column(String(200))
    """What it is for, such as the moment when it was due: there is one message for each."""
    channel: Mapped[str] = mapped_column(String(40))
    receiver: Mapped[str | None] = mapped_column(String(300))
    """Who takes one message at a time, such as a webhook's scheme, host and port; null where nobody minds several."""
    progress: Mapped[MessageState] = mapped_column(enum_of(MessageState), default=MessageState.READY)
    payload: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The message, the same in every attempt; null once deleted."""
    items: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What it brings, as its owner needs it later."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the next attempt is due."""
    lease: Mapped[str | None] = mapped_column(String(40), info={"secret": True})
    """The sender's token, new for each claim."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    detail: Mapped[str | None] = mapped_column(String(500))
    """The answer or error of the last attempt that failed."""
    kept: Mapped[str | None] = mapped_column(String(40))
    """What its owner kept of it once it had arrived, such as the id of a ranking."""


class OutboxAttempt(Base):
    """One attempt to send a message: the log of the outbox."""

    __tablename__ = "outbox_attempt"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    message_id: Mapped[str] = mapped_column(ID, index=True)
    number: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[AttemptOutcome | None] = mapped_column(enum_of(AttemptOutcome))
    status: Mapped[int | None] = mapped_column(Integer)
    """The status of HTTP or SMTP, if there was an answer."""
    detail: Mapped[str | None] = mapped_column(String(500))
