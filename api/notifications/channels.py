"""The channels there are: core's and plugins'; and what each sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from plugins.host.contributions.contributions import Channel, OutgoingMessage
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, UserError
from plugins.host.host import Host
from schema.domain.notifications.choices import OfferedChannel, channels
from store.enums import AttemptOutcome
from store.notifications.outbox import Claimed
from store.notifications.results import HandOver, Result
from store.notifications.sending import EMAIL, WEBHOOK, Transport
from store.notifications.settings import DeliverySettings


def offered(host: Host, settings: DeliverySettings) -> Sequence[OfferedChannel]:
    """Return the channels of this server: mail if it can send any, feed, webhooks, and those of running plugins."""
    missing = {EMAIL} if not settings.sends_mail else set()
    missing |= {WEBHOOK} if settings.base_url is None else set()
    return [each for each in channels(host) if each.name not in missing]


def transports(host: Host) -> Mapping[str, Transport]:
    """Return what sends the messages of plugins' channels."""
    return {entry.name: _transport(host, entry) for entry in host.contributions.channels}


def _transport(host: Host, entry: Entry[Channel]) -> Transport:
    def send(claimed: Claimed, hand_over: HandOver) -> Result:
        message = OutgoingMessage(
            id=claimed.id,
            address=claimed.destination.address,
            kind=claimed.kind,
            **{name: str(claimed.payload[name]) for name in ("language", "subject", "text", "html")},
        )
        if not hand_over():
            return Result(None)
        try:
            host.call(entry, entry.value.send, message, time_limit=entry.value.time_limit)
        except UserError as refusal:
            return Result(AttemptOutcome.REFUSED, None, str(refusal))
        except PluginFailedError as failure:
            return Result(AttemptOutcome.FAILED, None, str(failure))
        return Result(AttemptOutcome.DELIVERED)

    return send
