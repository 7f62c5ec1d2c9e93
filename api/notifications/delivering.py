"""Sends what core has in the outbox, and forgets what is old."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.background.listeners import only_one
from api.notifications.bundling import NOTIFIER, Bundler, OpenAs
from api.notifications.channels import transports
from api.notifications.reminders import remind
from api.operations.delivery import delivery_settings
from api.operations.settings import ServerSettings
from plugins.host.host import Host
from schema.domain.notifications.entity import OWNER
from store.database import Database
from store.enums import MessageState, NotificationState
from store.models import Account, Notification, OutboxAttempt, OutboxMessage
from store.models.base import now
from store.notifications.outbox import Destination, Outbox
from store.notifications.preferences import address_of, count_failure, decisions, forget_failures, is_wanted
from store.notifications.results import Result
from store.notifications.sending import EMAIL, WEBHOOK, send_waiting

log = logging.getLogger("roadshow.notifications")

READER = "notifications"


@dataclass
class Report:
    """The result of a pass."""

    written: int = 0
    """Notifications dealt with."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Attempts to send a message, by outcome."""

    def __str__(self) -> str:
        sent = ", ".join(f"{count} {outcome.lower()}" for outcome, count in sorted(self.outcomes.items()))
        return f"{self.written} written; attempts: {sent or 'none'}"


@dataclass(frozen=True)
class CoreOwner:
    """What the outbox asks about messages to people with accounts: by their preferences and addresses as they are."""

    bundler: Bundler
    name: str = OWNER

    def destination(self, session: Session, message: OutboxMessage) -> Destination | None:
        """Return where the message goes; None where the kind was turned off meanwhile, or there is no address."""
        account = session.get(Account, message.source_id)
        entry = self.bundler.kinds.get(message.kind)
        if account is None or account.archived_at is not None:
            return None
        if entry is not None:
            kind, decided = entry.value, decisions(session, account.id)
            if not is_wanted(decided, kind.name, message.channel, kind.channels, kind.required):
                return None
        if message.channel == EMAIL:
            return None if account.email is None else Destination(account.email)
        row = address_of(session, account.id, message.channel)
        if row is not None and row.paused is not None:
            return None
        if message.channel != WEBHOOK:
            return Destination((row.address if row is not None else None) or "")
        if row is None or row.address is None:
            return None
        return Destination(row.address, self.bundler.signer.webhook_secret(account.id, row.number))

    def sent(self, session: Session, message: OutboxMessage) -> None:
        """A message that arrives ends a series of failures."""
        forget_failures(session, message.source_id, message.channel)

    def given_up(self, session: Session, message: OutboxMessage, result: Result) -> None:
        """Count a failure of the address."""
        count_failure(session, message.source_id, message.channel, result.detail, result.gone)

    def cancelled(self, session: Session, message: OutboxMessage) -> None:
        """Nothing follows: what it told stays in the recipient's list."""


@dataclass(frozen=True)
class Notifier:
    """Writes, sends and forgets, in passes that are safe in several processes."""

    database: Database
    host: Host
    open_as: OpenAs
    settings: ServerSettings
    clock: Callable[[], datetime] = now

    def run(self, seconds: float = 120.0) -> Report:
        """Run one pass; nothing new is begun after `seconds`."""
        report, end = Report(), time.monotonic() + seconds
        delivery = delivery_settings(self.settings)
        limit = self.settings.notifications.daily_limit
        bundler = Bundler(self.database, self.host, self.open_as, delivery, limit, self.clock)
        with only_one(self.database, READER) as ours:
            if ours:
                report.written = bundler.run()
        if not self._waiting():
            return report
        outbox = Outbox(lambda: self.database.write(NOTIFIER), CoreOwner(bundler), delivery, self.clock)
        for _, result in send_waiting(outbox, transports(self.host), end):
            report.outcomes[result.outcome or "INTERRUPTED"] += 1
        return report

    def keep_up(self) -> None:
        """Tell of what is due by time alone, and delete what is older than the settings keep."""
        remind(self.database, self.clock())
        if forgotten := self.forget():
            log.info("%d notifications were old and were deleted", forgotten)

    def forget(self) -> int:
        """Delete what is older than the settings keep; return how many notifications."""
        before = self.clock() - timedelta(days=self.settings.notifications.keep_days)
        message = OutboxMessage
        under_way = (MessageState.READY, MessageState.SENDING, MessageState.HANDED_OVER)
        old = select(message.id).where(
            message.owner == OWNER, message.made_at < before, message.progress.not_in(under_way)
        )
        with self.database.write(NOTIFIER) as session:
            session.execute(delete(OutboxAttempt).where(OutboxAttempt.message_id.in_(old)))
            session.execute(delete(message).where(message.id.in_(old)))
            ended = (Notification.state != NotificationState.WAITING, Notification.sent_at < before)
            return len(session.scalars(delete(Notification).where(*ended).returning(Notification.id)).all())

    def _waiting(self) -> bool:
        """Return whether there is anything to send or to take over; takes no lock."""
        row = OutboxMessage
        wanted = select(row.id).where(
            row.owner == OWNER,
            row.progress.in_((MessageState.READY, MessageState.SENDING, MessageState.HANDED_OVER)),
        )
        with self.database.read() as session:
            return session.scalar(wanted.limit(1)) is not None
