"""One pass: create due digests, send the outbox, forget old texts. Safe in several processes."""

from __future__ import annotations

import contextvars
import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from sqlalchemy import update

from plugins.digest.content.outbox_writer import ListError, OutboxWriter
from plugins.digest.content.ranking_snapshots import keep, unkept
from plugins.digest.delivery.outbox import Claimed, Outbox
from plugins.digest.delivery.smtp import MailServer, Result
from plugins.digest.delivery.webhook import post, signed_headers
from plugins.digest.tables import Channel, Delivery, DeliveryState, Outcome, now
from roadshow import Context

log = logging.getLogger("roadshow.digest")


@dataclass
class Report:
    """The result of a pass."""

    made: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    """Ids of deliveries that this pass may have ended."""

    def __str__(self) -> str:
        sent = ", ".join(f"{count} {outcome.lower()}" for outcome, count in sorted(self.outcomes.items()))
        return f"{self.made} made; attempts: {sent or 'none'}"


def receiver_of(address: str) -> str:
    """Return the common beginning of a webhook receiver's addresses: scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Sender:
    """Sends what is due."""

    writer: OutboxWriter
    clock: Callable[[], datetime] = now

    def run(self, context: Context, seconds: float = 120.0) -> Report:
        """Run one pass; nothing new is begun after `seconds`."""
        report, end = Report(), time.monotonic() + seconds
        if self.writer.settings.base_url is None:
            report.problems.append("plugins.digest.base_url isn't set, so nothing was sent")
            return report
        self.make_due(context, report, end)
        self.send_waiting(context, report, end)
        self.keep_delivered(context, report)
        self.forget_old(context)
        return report

    def make_due(self, context: Context, report: Report, end: float) -> None:
        """Make the digests that are due."""
        for subscription_id in self.writer.due(context, self.clock()):
            if time.monotonic() > end:
                return
            try:
                made = self.writer.make(context, subscription_id, self.clock())
                report.made += made is not None
                report.delivered += [made] if made else []
            except ListError as problem:
                report.problems.append(f"{subscription_id}: {problem}")
                log.warning("no digest for %s: %s", subscription_id, problem)

    def send_waiting(self, context: Context, report: Report, end: float) -> None:
        """Send what is due in the outbox: mail one by one, webhooks in parallel, one to each receiver."""
        settings = self.writer.settings
        outbox, mail = Outbox(context, settings, self.clock), MailServer(settings)
        under_way: dict[Future[Result], Claimed] = {}

        def done(claimed: Claimed, result: Result) -> None:
            report.outcomes[result.outcome or Outcome.INTERRUPTED] += 1
            report.delivered.append(claimed.id)
            if result.outcome is not Outcome.DELIVERED:
                log.warning("delivery %s, attempt %s: %s", claimed.id, claimed.number, result)

        def wait_for_one() -> None:
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                done(under_way.pop(future), future.result())

        with ThreadPoolExecutor(settings.parallel, thread_name_prefix="webhook") as pool:
            try:
                while time.monotonic() < end:
                    if len(under_way) >= settings.parallel:
                        wait_for_one()
                    claimed = outbox.claim({receiver_of(each.address) for each in under_way.values()})
                    if claimed is not None and claimed.channel == Channel.WEBHOOK:
                        run = contextvars.copy_context().run  # results of an abandoned call aren't saved
                        under_way[pool.submit(run, self._attempt, outbox, mail, claimed)] = claimed
                    elif claimed is not None:
                        done(claimed, self._attempt(outbox, mail, claimed))
                    elif under_way:
                        wait_for_one()
                    else:
                        break
                while under_way:
                    wait_for_one()
            finally:
                mail.close()

    def _attempt(self, outbox: Outbox, mail: MailServer, claimed: Claimed) -> Result:
        result = self._send(outbox, mail, claimed)
        self._record(outbox, claimed, result)
        return result

    def keep_delivered(self, context: Context, report: Report) -> None:
        """Keep deliveries as rankings that were shown."""
        for identifier in unkept(context, report.delivered, self.clock(), self.writer.settings.lease):
            try:
                keep(context, identifier)
            except Exception as problem:  # it has arrived all the same; a later pass tries again
                log.warning("%s can't be kept yet: %s", identifier, problem)

    def forget_old(self, context: Context) -> None:
        """Delete old texts of sent messages; the record of sending stays."""
        before = self.clock() - timedelta(days=self.writer.settings.keep_days)
        ended = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED)
        old = (Delivery.ended_at < before, Delivery.progress.in_(ended), Delivery.payload.is_not(None))
        with context.write() as session:
            session.execute(update(Delivery).where(*old).values(payload=None))

    def _record(self, outbox: Outbox, claimed: Claimed, result: Result) -> None:
        """Record a result, however long another writer holds the database: what isn't recorded would be sent again."""
        end, pause = time.monotonic() + self.writer.settings.lease, 0.05
        while True:
            try:
                return outbox.record(claimed, result)
            except Exception as problem:  # the database may be away or busy for a while
                if time.monotonic() > end:
                    raise
                log.warning("the result of %s can't be recorded yet: %s", claimed.id, problem)
                time.sleep(pause)
                pause = min(2 * pause, 2.0)

    def _send(self, outbox: Outbox, mail: MailServer, claimed: Claimed) -> Result:
        settings = self.writer.settings

        def hand_over() -> bool:
            try:
                return outbox.hand_over(claimed)
            except Exception as problem:  # then nothing more is sent, and the lease expires
                log.warning("%s was not handed over: %s", claimed.id, problem)
                return False

        if claimed.channel == Channel.WEBHOOK:
            secret = self.writer.secrets.webhook_secret(claimed.subscription_id, claimed.secret_number)
            content = claimed.payload["body"]
            headers = signed_headers(secret, claimed.id, self.clock(), content)
            return post(claimed.address, content, headers, settings, hand_over)
        if not settings.sends_mail:
            return Result(
                Outcome.FAILED, None, "No mail server is configured: set plugins.digest.smtp_host and sender."
            )
        sender = parseaddr(settings.sender or "")[1]
        return mail.send(claimed.payload["message"].encode("ascii"), sender, claimed.address, hand_over)
