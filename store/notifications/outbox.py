"""The outbox: every message is a row with a stable id; its sender holds a lease; each attempt is recorded.

The steps of a message are separate commits, so that after a crash at any point the rows say how far it came.
docs/notifications.md explains the states. Statements are plain, not flushed objects, so they don't wait for writers of
the change log. Rows are locked in one order: messages, then what their owner keeps about its recipients.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from sqlalchemy import Select, and_, insert, or_, select, update
from sqlalchemy.orm import Session

from store.enums import AttemptOutcome, MessageState
from store.models import OutboxAttempt, OutboxMessage
from store.models.base import now
from store.notifications.results import Result
from store.notifications.settings import DeliverySettings
from store.values.ids import new_id


@dataclass(frozen=True)
class Destination:
    """Where a message goes now."""

    address: str
    secret: str = ""
    """What a webhook's signature is made with."""


class Owner(Protocol):
    """Whose messages they are: it says whether one may still go out, and learns how it ended, in its transaction."""

    @property
    def name(self) -> str:
        """Its name in `OutboxMessage.owner`."""

    def destination(self, session: Session, message: OutboxMessage) -> Destination | None:
        """Return where the message goes; None if its recipient doesn't want it any more."""

    def sent(self, session: Session, message: OutboxMessage) -> None:
        """Learn that it has arrived."""

    def given_up(self, session: Session, message: OutboxMessage, result: Result) -> None:
        """Learn that it won't be tried again."""

    def cancelled(self, session: Session, message: OutboxMessage) -> None:
        """Learn that it was cancelled because `destination` gave None."""


@dataclass(frozen=True)
class Claimed:
    """A message that this process sends now."""

    id: str
    lease: str
    attempt: str
    number: int
    kind: str
    channel: str
    payload: dict[str, Any]
    receiver: str | None
    destination: Destination


@dataclass(frozen=True)
class Outbox:
    """Claims one owner's messages and records their results. Thread-safe."""

    write: Callable[[], AbstractContextManager[Session]]
    """Opens a transaction."""
    owner: Owner
    settings: DeliverySettings
    clock: Callable[[], datetime] = now
    chance: Callable[[], float] = random.random
    lock: AbstractContextManager[object] = field(default_factory=threading.RLock)
    """Held while the database is used: a plugin's context serves one thread at a time."""

    def claim(self, busy: Collection[str] = ()) -> Claimed | None:
        """Claim the due message that has waited longest, for this process alone; None if there is none.

        Skips receivers in `busy`.
        """
        while True:
            with self.lock, self.write() as session:
                self._take_up(session)
                message = self._first(session, busy)
                if message is None:
                    return None
                destination = self.owner.destination(session, message) if message.payload is not None else None
                if destination is not None:
                    return self._claimed(session, message, destination)
                why = "The subscription isn't active any more."
                _to(session, message, MessageState.CANCELLED, why, ended=self.clock())
                self.owner.cancelled(session, message)

    def hand_over(self, claimed: Claimed) -> bool:
        """Record that the rest goes out now. False if the lease is lost: then nothing more may be sent."""
        at = self.clock()
        mine = and_(OutboxMessage.id == claimed.id, OutboxMessage.lease == claimed.lease)
        in_time = and_(mine, OutboxMessage.progress == MessageState.SENDING, OutboxMessage.leased_until > at)
        with self.lock, self.write() as session:
            values = {"progress": MessageState.HANDED_OVER, "leased_until": at + self._lease()}
            taken = update(OutboxMessage).where(in_time).values(values).returning(OutboxMessage.id)
            return session.scalar(taken) is not None

    def record(self, claimed: Claimed, result: Result) -> None:
        """Record how an attempt ended, and what follows."""
        at = self.clock()
        with self.lock, self.write() as session:
            one = select(OutboxMessage).where(OutboxMessage.id == claimed.id)
            message = session.scalar(_locked(session, one, skip=False))
            outcome = result.outcome or AttemptOutcome.INTERRUPTED
            ended = {"ended_at": at, "outcome": outcome, "status": result.status, "detail": result.detail[:500]}
            session.execute(update(OutboxAttempt).where(OutboxAttempt.id == claimed.attempt).values(ended))
            if message is None:
                return
            ours = message.lease == claimed.lease
            if result.outcome is AttemptOutcome.DELIVERED:
                # It has arrived, whoever has it by now; only a second hand-over under way can't be called back.
                if ours or message.progress in (MessageState.READY, MessageState.SENDING, MessageState.HELD):
                    _to(session, message, MessageState.SENT, None, ended=at)
                    self.owner.sent(session, message)
            elif ours and result.outcome is not None:
                self._not_delivered(session, message, result, at)

    def backoff(self, attempt: int) -> timedelta:
        """Return the pause after the attempt of this number: three times as long each time, give or take half."""
        seconds = min(self.settings.longest_retry, self.settings.first_retry * 3 ** min(attempt - 1, 30))
        return timedelta(seconds=seconds * (0.5 + self.chance()))

    def _take_up(self, session: Session) -> None:
        """Take over messages that a process began and didn't end."""
        at, detail = self.clock(), "The sending process ended."
        late = select(OutboxMessage).where(
            OutboxMessage.owner == self.owner.name,
            OutboxMessage.progress.in_((MessageState.SENDING, MessageState.HANDED_OVER)),
            OutboxMessage.leased_until < at,
        )
        for message in session.scalars(_locked(session, late)).all():
            handed = message.progress == MessageState.HANDED_OVER
            outcome = AttemptOutcome.UNCERTAIN if handed else AttemptOutcome.INTERRUPTED
            unended = and_(OutboxAttempt.message_id == message.id, OutboxAttempt.outcome.is_(None))
            session.execute(update(OutboxAttempt).where(unended).values(ended_at=at, outcome=outcome, detail=detail))
            if handed:
                self._uncertain(session, message, detail, at, at)
            else:
                _to(session, message, MessageState.READY, detail, again=at)

    def _first(self, session: Session, busy: Collection[str]) -> OutboxMessage | None:
        free = or_(OutboxMessage.receiver.is_(None), OutboxMessage.receiver.not_in(sorted(busy)))
        due = (
            select(OutboxMessage)
            .where(
                OutboxMessage.owner == self.owner.name,
                OutboxMessage.progress == MessageState.READY,
                OutboxMessage.next_at <= self.clock(),
                free,
            )
            .order_by(OutboxMessage.next_at, OutboxMessage.id)
            .limit(1)
        )
        message: OutboxMessage | None = session.scalar(_locked(session, due))
        return message

    def _claimed(self, session: Session, message: OutboxMessage, destination: Destination) -> Claimed:
        at, number = self.clock(), message.attempts + 1
        lease, attempt = new_id("oml"), new_id("oma")
        taken = {
            "progress": MessageState.SENDING,
            "lease": lease,
            "leased_until": at + self._lease(),
            "attempts": number,
        }
        session.execute(update(OutboxMessage).where(OutboxMessage.id == message.id).values(taken))
        begun = {"id": attempt, "message_id": message.id, "number": number, "started_at": at}
        session.execute(insert(OutboxAttempt).values(begun))
        return Claimed(
            message.id, lease, attempt, number, message.kind, message.channel, dict(message.payload or {}),
            message.receiver, destination,
        )  # fmt: skip

    def _not_delivered(self, session: Session, message: OutboxMessage, result: Result, at: datetime) -> None:
        wait = self.backoff(message.attempts)
        if result.wait is not None:
            wait = max(wait, timedelta(seconds=result.wait))
        if result.outcome is AttemptOutcome.UNCERTAIN:
            self._uncertain(session, message, result.detail, at + wait, at)
        elif result.outcome is AttemptOutcome.REFUSED or message.attempts >= self.settings.attempts:
            _to(session, message, MessageState.FAILED, result.detail, ended=at)
            self.owner.given_up(session, message, result)
        else:
            _to(session, message, MessageState.READY, result.detail, again=at + wait)

    def _uncertain(self, session: Session, message: OutboxMessage, detail: str, again: datetime, at: datetime) -> None:
        if self.settings.when_uncertain == "resend" and message.attempts < self.settings.attempts:
            _to(session, message, MessageState.READY, detail, again=again)
        else:  # it may have arrived, so nobody sends what it brings again before somebody has looked
            _to(session, message, MessageState.HELD, detail, ended=at)

    def _lease(self) -> timedelta:
        return timedelta(seconds=self.settings.lease)


def receiver_of(address: str) -> str:
    """Return the common beginning of a webhook receiver's addresses: scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"[:300]


def put(session: Session, *, made_at: datetime, **values: object) -> None:
    """Put a message into the outbox, in the session's transaction. Raises IntegrityError if it is there already."""
    usual = {"progress": MessageState.READY, "attempts": 0, "items": [], "receiver": None}
    session.execute(insert(OutboxMessage).values({**usual, "next_at": made_at, "made_at": made_at, **values}))


def cancel_waiting(session: Session, owner: str, source_id: str, why: str) -> list[OutboxMessage]:
    """Cancel the waiting messages of a source, except one being handed over at this moment.

    Returns what was cancelled, for its owner to act on once its own change is written.
    """
    waiting = select(OutboxMessage).where(
        OutboxMessage.owner == owner,
        OutboxMessage.source_id == source_id,
        OutboxMessage.progress.in_((MessageState.READY, MessageState.SENDING)),
    )
    cancelled = list(session.scalars(_locked(session, waiting, skip=False)).all())
    for message in cancelled:
        _to(session, message, MessageState.CANCELLED, why, ended=now())
    return cancelled


def send_again(session: Session, message: OutboxMessage) -> None:
    """Let a held message be sent again under its id, with as many attempts as a new one."""
    _to(session, message, MessageState.READY, None, again=now())
    session.execute(update(OutboxMessage).where(OutboxMessage.id == message.id).values(attempts=0))


def drop(session: Session, message: OutboxMessage, why: str) -> None:
    """Let a held message be: it isn't sent again."""
    _to(session, message, MessageState.CANCELLED, why, ended=now())


def forget_texts(session: Session, owner: str, before: datetime) -> None:
    """Delete the texts of messages that ended before a moment; the record of sending stays."""
    ended = (MessageState.SENT, MessageState.FAILED, MessageState.CANCELLED)
    old = and_(OutboxMessage.owner == owner, OutboxMessage.ended_at < before, OutboxMessage.progress.in_(ended))
    session.execute(update(OutboxMessage).where(old, OutboxMessage.payload.is_not(None)).values(payload=None))


def _to(
    session: Session, message: OutboxMessage, progress: MessageState, detail: str | None,
    again: datetime | None = None, ended: datetime | None = None,
) -> None:  # fmt: skip
    values = {
        "progress": progress, "detail": detail[:500] if detail else None, "next_at": again, "ended_at": ended,
        "lease": None, "leased_until": None,
    }  # fmt: skip
    session.execute(update(OutboxMessage).where(OutboxMessage.id == message.id).values(values))


def _locked(session: Session, statement: Select[OutboxMessage], skip: bool = True) -> Select[OutboxMessage]:
    """Lock for this transaction: other processes skip what it holds. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "sqlite":
        return statement
    return statement.with_for_update(skip_locked=skip)
