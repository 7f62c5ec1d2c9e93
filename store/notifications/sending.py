"""Sends what is due in an outbox: mail one by one, anything else in parallel, one to each receiver."""

from __future__ import annotations

import contextvars
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from email.utils import parseaddr

from store.enums import AttemptOutcome
from store.notifications.outbox import Claimed, Outbox
from store.notifications.results import HandOver, Result
from store.notifications.smtp import MailServer
from store.notifications.webhook import post, signed_headers

log = logging.getLogger("roadshow.outbox")

Transport = Callable[[Claimed, HandOver], Result]
"""Sends a message; never raises. It calls `HandOver` before the receiver can have the whole of it."""

EMAIL, WEBHOOK, FEED = "EMAIL", "WEBHOOK", "FEED"


def send_waiting(outbox: Outbox, transports: Mapping[str, Transport], end: float) -> Iterator[tuple[Claimed, Result]]:
    """Send what is due and yield each attempt with its result; begin nothing new after `end` (monotonic).

    `transports` are those of further channels, by name.
    """
    under_way: dict[Future[Result], Claimed] = {}
    with _own_transports(outbox) as own, ThreadPoolExecutor(outbox.settings.parallel, "outbox") as pool:
        every = {**own, **transports}

        def next_ended() -> Iterator[tuple[Claimed, Result]]:
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                yield under_way.pop(future), future.result()

        while time.monotonic() < end:
            if len(under_way) >= outbox.settings.parallel:
                yield from next_ended()
            claimed = outbox.claim({each.receiver for each in under_way.values() if each.receiver is not None})
            if claimed is not None and claimed.channel != EMAIL:
                run = contextvars.copy_context().run  # results of an abandoned call aren't saved
                under_way[pool.submit(run, _attempt, outbox, every, claimed)] = claimed
            elif claimed is not None:
                yield claimed, _attempt(outbox, every, claimed)
            elif under_way:
                yield from next_ended()
            else:
                break
        while under_way:
            yield from next_ended()


@contextmanager
def _own_transports(outbox: Outbox) -> Iterator[Mapping[str, Transport]]:
    settings, server = outbox.settings, MailServer(outbox.settings)

    def mail(claimed: Claimed, hand_over: HandOver) -> Result:
        if not settings.sends_mail:
            return Result(AttemptOutcome.FAILED, None, "No mail server is configured.")
        sender = parseaddr(settings.sender or "")[1]
        return server.send(claimed.payload["message"].encode("ascii"), sender, claimed.destination.address, hand_over)

    def webhook(claimed: Claimed, hand_over: HandOver) -> Result:
        content, where = claimed.payload["body"], claimed.destination
        headers = signed_headers(where.secret, claimed.id, outbox.clock(), content)
        return post(where.address, content, headers, settings, hand_over)

    try:
        yield {EMAIL: mail, WEBHOOK: webhook}
    finally:
        server.close()


def _attempt(outbox: Outbox, transports: Mapping[str, Transport], claimed: Claimed) -> Result:
    def hand_over() -> bool:
        try:
            return outbox.hand_over(claimed)
        except Exception as problem:  # then nothing more is sent, and the lease expires
            log.warning("%s was not handed over: %s", claimed.id, problem)
            return False

    transport = transports.get(claimed.channel)
    if transport is None:
        result = Result(AttemptOutcome.FAILED, None, f"No running plugin provides the channel {claimed.channel}.")
    else:
        result = transport(claimed, hand_over)
    _record(outbox, claimed, result)
    if result.outcome is not AttemptOutcome.DELIVERED:
        log.warning("message %s, attempt %s: %s", claimed.id, claimed.number, result)
    return result


def _record(outbox: Outbox, claimed: Claimed, result: Result) -> None:
    """Record a result, however long another writer holds the database: what isn't recorded would be sent again."""
    end, pause = time.monotonic() + outbox.settings.lease, 0.05
    while True:
        try:
            return outbox.record(claimed, result)
        except Exception as problem:  # the database may be away or busy for a while
            if time.monotonic() > end:
                raise
            log.warning("the result of %s can't be recorded yet: %s", claimed.id, problem)
            time.sleep(pause)
            pause = min(2 * pause, 2.0)
