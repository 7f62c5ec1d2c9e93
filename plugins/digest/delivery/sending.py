"""One pass: create due digests, send the outbox, forget old texts. Safe in several processes."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plugins.digest.content.outbox_writer import ListError, OutboxWriter
from plugins.digest.content.ranking_snapshots import keep, unkept
from plugins.digest.delivery.ownership import DigestOwner
from plugins.digest.tables import OWNER, Outcome, now
from roadshow import Context
from roadshow.outbox import Outbox, forget_texts, send_waiting

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
        """Send what is due in the outbox."""
        settings = self.writer.settings
        outbox = Outbox(context.write, DigestOwner(settings), settings, self.clock)
        for claimed, result in send_waiting(outbox, {}, end):
            report.outcomes[result.outcome or Outcome.INTERRUPTED] += 1
            report.delivered.append(claimed.id)

    def keep_delivered(self, context: Context, report: Report) -> None:
        """Keep deliveries as rankings that were shown."""
        for identifier in unkept(context, report.delivered, self.clock(), self.writer.settings.lease):
            try:
                keep(context, identifier)
            except Exception as problem:  # it has arrived all the same; a later pass tries again
                log.warning("%s can't be kept yet: %s", identifier, problem)

    def forget_old(self, context: Context) -> None:
        """Delete old texts of sent messages; the record of sending stays."""
        with context.write() as session:
            forget_texts(session, OWNER, self.clock() - timedelta(days=self.writer.settings.keep_days))
