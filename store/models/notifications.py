"""The outbox: messages on their way, and every attempt to send one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import AttemptOutcome, MessageState
from store.models.base import ID, Base
from store.values.column_types import Json, UtcDateTime, enum_of


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
