"""The outbox: every message is a row with a stable id; its sender holds a lease; each attempt is recorded.

The steps of a delivery are separate commits, so that after a crash at any point the rows say how far it came.
docs/digest.md explains the states. Statements are plain, not flushed objects, so they don't wait for writers of the
change log. Rows are locked in one order: deliveries, the subscription, what it has had.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, insert, not_, or_, select, true, update
from sqlalchemy.orm import Session

from plugins.digest.delivery.smtp import Result
from plugins.digest.settings import Settings
from plugins.digest.tables import (
    Attempt,
    Channel,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Outcome,
    Receipt,
    Subscription,
    SubscriptionState,
    now,
)
from roadshow import Context, new_id


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process sends now."""

    id: str
    lease: str
    attempt: str
    number: int
    kind: str
    payload: dict[str, Any]
    subscription_id: str
    secret_number: int
    channel: str
    address: str


@dataclass(frozen=True)
class Outbox:
    """Claims deliveries and records their results. Thread-safe."""

    context: Context
    settings: Settings
    clock: Callable[[], datetime] = now
    chance: Callable[[], float] = random.random
    lock: AbstractContextManager[object] = field(default_factory=threading.RLock)
    """Held while the database is used: a context serves one thread at a time."""

    def claim(self, busy: Collection[str] = ()) -> Claimed | None:
        """Claim the due delivery that has waited longest, for this process alone; None if there is none.

        Skips receivers in `busy`, given by the beginnings of their addresses.
        """
        while True:
            with self.lock, self.context.write() as session:
                self._take_up(session)
                row = self._first(session, busy)
                if row is None:
                    return None
                delivery, subscription = row
                if _wanted(delivery, subscription):
                    return self._claimed(session, delivery, subscription)
                why = "The subscription isn't active any more."
                _to(session, delivery, DeliveryState.CANCELLED, why, ended=self.clock())
                release(session, delivery)

    def hand_over(self, claimed: Claimed) -> bool:
        """Record that the rest goes out now. False if the lease is lost: then nothing more may be sent."""
        at = self.clock()
        mine = and_(Delivery.id == claimed.id, Delivery.lease == claimed.lease)
        in_time = and_(mine, Delivery.progress == DeliveryState.SENDING, Delivery.leased_until > at)
        with self.lock, self.context.write() as session:
            values = {"progress": DeliveryState.HANDED_OVER, "leased_until": at + self._lease()}
            return _changed(session, update(Delivery).where(in_time).values(values)) == 1

    def record(self, claimed: Claimed, result: Result) -> None:
        """Record how an attempt ended, and what follows."""
        at = self.clock()
        with self.lock, self.context.write() as session:
            delivery = session.scalar(_locked(session, select(Delivery).where(Delivery.id == claimed.id), skip=False))
            outcome = result.outcome or Outcome.INTERRUPTED
            ended = {"ended_at": at, "outcome": outcome, "status": result.status, "detail": result.detail[:500]}
            session.execute(update(Attempt).where(Attempt.id == claimed.attempt).values(ended))
            if delivery is None:
                return
            ours = delivery.lease == claimed.lease
            if result.outcome is Outcome.DELIVERED:
                # It has arrived, whoever has it by now; only a second hand-over under way can't be called back.
                if ours or delivery.progress in (DeliveryState.READY, DeliveryState.SENDING, DeliveryState.HELD):
                    self._delivered(session, delivery, at)
            elif ours and result.outcome is not None:
                self._not_delivered(session, delivery, result, at)

    def backoff(self, attempt: int) -> timedelta:
        """Return the pause after the attempt of this number: three times as long each time, give or take half."""
        seconds = min(self.settings.longest_retry, self.settings.first_retry * 3 ** min(attempt - 1, 30))
        return timedelta(seconds=seconds * (0.5 + self.chance()))

    def _take_up(self, session: Session) -> None:
        """Take over deliveries that a process began and didn't end."""
        at, detail = self.clock(), "The sending process ended."
        late = select(Delivery).where(
            Delivery.progress.in_((DeliveryState.SENDING, DeliveryState.HANDED_OVER)), Delivery.leased_until < at
        )
        for delivery in session.scalars(_locked(session, late)).all():
            handed = delivery.progress == DeliveryState.HANDED_OVER
            outcome = Outcome.UNCERTAIN if handed else Outcome.INTERRUPTED
            unended = and_(Attempt.delivery_id == delivery.id, Attempt.outcome.is_(None))
            session.execute(update(Attempt).where(unended).values(ended_at=at, outcome=outcome, detail=detail))
            if handed:
                self._uncertain(session, delivery, detail, at, at)
            else:
                _to(session, delivery, DeliveryState.READY, detail, again=at)

    def _first(self, session: Session, busy: Collection[str]) -> Any:
        free = [
            or_(Subscription.address.is_(None), not_(Subscription.address.startswith(each, autoescape=True)))
            for each in busy
        ]
        due = (
            select(Delivery, Subscription)
            .join(Subscription, Subscription.id == Delivery.subscription_id)
            .where(Delivery.progress == DeliveryState.READY, Delivery.next_at <= self.clock(), *free)
            .order_by(Delivery.next_at, Delivery.id)
            .limit(1)
        )
        return session.execute(_locked(session, due)).first()

    def _claimed(self, session: Session, delivery: Delivery, subscription: Subscription) -> Claimed:
        at, number = self.clock(), delivery.attempts + 1
        lease, attempt = new_id("dgl"), new_id("dga")
        taken = {
            "progress": DeliveryState.SENDING,
            "lease": lease,
            "leased_until": at + self._lease(),
            "attempts": number,
        }
        session.execute(update(Delivery).where(Delivery.id == delivery.id).values(taken))
        begun = {"id": attempt, "delivery_id": delivery.id, "number": number, "started_at": at}
        session.execute(insert(Attempt).values(begun))
        return Claimed(
            delivery.id, lease, attempt, number, delivery.kind, dict(delivery.payload or {}),
            subscription.id, subscription.number, subscription.channel, subscription.address or "",
        )  # fmt: skip

    def _delivered(self, session: Session, delivery: Delivery, at: datetime) -> None:
        _to(session, delivery, DeliveryState.SENT, None, ended=at)
        if delivery.kind == DeliveryKind.DIGEST:
            well = update(Subscription).where(Subscription.id == delivery.subscription_id, Subscription.failures > 0)
            session.execute(well.values(failures=0))

    def _not_delivered(self, session: Session, delivery: Delivery, result: Result, at: datetime) -> None:
        wait = self.backoff(delivery.attempts)
        if result.wait is not None:
            wait = max(wait, timedelta(seconds=result.wait))
        if result.outcome is Outcome.UNCERTAIN:
            self._uncertain(session, delivery, result.detail, at + wait, at)
        elif result.outcome is Outcome.REFUSED or delivery.attempts >= self.settings.attempts:
            self._given_up(session, delivery, result, at)
        else:
            _to(session, delivery, DeliveryState.READY, result.detail, again=at + wait)

    def _uncertain(self, session: Session, delivery: Delivery, detail: str, again: datetime, at: datetime) -> None:
        if self.settings.when_uncertain == "resend" and delivery.attempts < self.settings.attempts:
            _to(session, delivery, DeliveryState.READY, detail, again=again)
        else:  # it may have arrived, so nobody sends its projects again before somebody has looked
            _to(session, delivery, DeliveryState.HELD, detail, ended=at)

    def _given_up(self, session: Session, delivery: Delivery, result: Result, at: datetime) -> None:
        _to(session, delivery, DeliveryState.FAILED, result.detail, ended=at)
        one = Subscription.id == delivery.subscription_id
        session.execute(update(Subscription).where(one).values(failures=Subscription.failures + 1))
        too_many = true() if result.gone else Subscription.failures >= self.settings.failures_before_pause
        paused = {
            "state": SubscriptionState.PAUSED,
            "next_at": None,
            "reason": f"Deliveries failed: {result.detail}"[:300],
        }
        session.execute(
            update(Subscription).where(one, Subscription.state == SubscriptionState.ACTIVE, too_many).values(paused)
        )
        release(session, delivery)

    def _lease(self) -> timedelta:
        return timedelta(seconds=self.settings.lease)


def cancel_waiting(session: Session, subscription_id: str, why: str) -> list[Delivery]:
    """Cancel a subscription's waiting deliveries, except one being handed over at this moment.

    Returns what was cancelled: `release` it once the subscription's own change is written.
    """
    waiting = select(Delivery).where(
        Delivery.subscription_id == subscription_id, Delivery.progress.in_((DeliveryState.READY, DeliveryState.SENDING))
    )
    found = list(session.scalars(_locked(session, waiting, skip=False)).all())
    for delivery in found:
        _to(session, delivery, DeliveryState.CANCELLED, why, ended=now())
    return found


def release(session: Session, delivery: Delivery) -> None:
    """Forget that the subscriber had what a delivery would have brought, so that the next digest includes it."""
    for item in delivery.items:
        this = and_(
            Receipt.subscription_id == delivery.subscription_id, Receipt.project_id == item["project"],
            Receipt.delivery_id == delivery.id,
        )  # fmt: skip
        if item["before"] is None:
            session.execute(delete(Receipt).where(this))
        else:
            session.execute(update(Receipt).where(this).values(parts=item["before"]))


def _to(
    session: Session, delivery: Delivery, progress: DeliveryState, detail: str | None, again: datetime | None = None,
    ended: datetime | None = None,
) -> None:  # fmt: skip
    values = {
        "progress": progress, "detail": detail[:500] if detail else None, "next_at": again, "ended_at": ended,
        "lease": None, "leased_until": None,
    }  # fmt: skip
    session.execute(update(Delivery).where(Delivery.id == delivery.id).values(values))


def _wanted(delivery: Delivery, subscription: Subscription) -> bool:
    """Whether it may still go out: a digest only to whoever is subscribed now."""
    if (
        subscription.state == SubscriptionState.UNSUBSCRIBED
        or subscription.channel == Channel.FEED
        or delivery.payload is None
    ):
        return False
    if delivery.kind == DeliveryKind.CONFIRMATION:
        return subscription.state == SubscriptionState.UNCONFIRMED
    return delivery.kind == DeliveryKind.PING or subscription.state == SubscriptionState.ACTIVE


def _locked(session: Session, statement: Any, skip: bool = True) -> Any:
    """Lock for this transaction: other processes skip what it holds. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "sqlite":
        return statement
    return statement.with_for_update(skip_locked=skip, of=Delivery)


def _changed(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement)
    return int(result.rowcount)
