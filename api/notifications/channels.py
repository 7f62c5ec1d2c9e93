"""The channels there are: core's and plugins'; and what each sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.notifications.texts import TEXTS
from plugins.host.contributions.contributions import Channel, OutgoingMessage
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, UserError
from plugins.host.host import Host
from store.enums import AttemptOutcome
from store.notifications.outbox import Claimed
from store.notifications.results import HandOver, Result
from store.notifications.sending import EMAIL, FEED, WEBHOOK, Transport
from store.notifications.settings import DeliverySettings


@dataclass(frozen=True)
class OfferedChannel:
    """A channel that people may choose."""

    name: str
    title: Mapping[str, str]
    has_address: bool
    """Whether people say where it reaches them."""


def offered(host: Host, settings: DeliverySettings) -> Sequence[OfferedChannel]:
    """Return the channels of this server: mail if it can send any, feed, webhooks, and those of running plugins."""
    own = [OfferedChannel(name, TEXTS[f"channel_{name}"], name == WEBHOOK) for name in (EMAIL, FEED, WEBHOOK)]
    missing = {EMAIL} if not settings.sends_mail else set()
    missing |= {WEBHOOK} if settings.base_url is None else set()
    return [
        *(each for each in own if each.name not in missing),
        *(
            OfferedChannel(entry.name, entry.value.title, entry.value.check_address is not None)
            for entry in host.contributions.channels
        ),
    ]


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
