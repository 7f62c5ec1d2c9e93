"""How a person wants to be told: every kind and channel there is, and where a channel reaches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from plugins.host.contributions.contributions import NotificationKind
from plugins.host.host import Host
from schema.declarations.base import Row
from schema.request.context import Context
from store.database.installation_keys import installation_key
from store.models import NotificationAddress
from store.notifications.addresses import AddressError, check_url
from store.notifications.links import FEED_PATH, NotificationSigner
from store.notifications.preferences import address_of, addresses_of, decisions, is_wanted
from store.notifications.sending import EMAIL, FEED, WEBHOOK
from store.notifications.settings import DeliverySettings
from store.settings import NotificationSettings

TITLES: Mapping[str, Mapping[str, str]] = {
    EMAIL: {"en": "E-mail", "zh": "邮件"},
    FEED: {"en": "This page and its feed", "zh": "本页面与订阅源"},
    WEBHOOK: {"en": "Webhook", "zh": "Webhook"},
}


@dataclass(frozen=True)
class OfferedChannel:
    """A channel that people may choose."""

    name: str
    title: Mapping[str, str]
    has_address: bool
    """Whether people say where it reaches them."""


@dataclass(frozen=True)
class Preference:
    """Whether a person gets a kind by a channel."""

    kind: str
    title: str
    description: str
    channel: str
    enabled: bool
    required: bool
    """Whether it can't be turned off."""


@dataclass(frozen=True)
class Address:
    """Where a channel reaches a person."""

    channel: str
    address: str | None
    paused: str | None
    secret: str | None
    """What verifies a webhook's signatures."""
    feed_url: str | None
    """The path of the private feed."""


def channels(host: Host) -> Sequence[OfferedChannel]:
    """Return core's channels, then those of running plugins."""
    return [
        *(OfferedChannel(name, title, name == WEBHOOK) for name, title in TITLES.items()),
        *(
            OfferedChannel(entry.name, entry.value.title, entry.value.check_address is not None)
            for entry in host.contributions.channels
        ),
    ]


def kinds(host: Host) -> Mapping[str, NotificationKind]:
    """Return the kinds of core and running plugins, by name."""
    return {entry.name: entry.value for entry in host.contributions.notification_kinds}


def preferences(session: Session, host: Host, account_id: str, language: str) -> Sequence[Preference]:
    """Return each kind with each channel."""
    decided = decisions(session, account_id)
    return [_preference(kind, channel.name, decided, language) for kind in kinds(host).values()
            for channel in channels(host)]  # fmt: skip


def shown_preference(context: Context, row: Row) -> Preference:
    """Return a decision as its owner sees it."""
    decided = {(row.kind, row.channel): bool(row.enabled)}
    return _preference(kinds(context.host)[row.kind], row.channel, decided, language_of(context))


def _preference(
    kind: NotificationKind, channel: str, decided: Mapping[tuple[str, str], bool], language: str
) -> Preference:
    required = kind.required and channel in kind.channels
    enabled = is_wanted(decided, kind.name, channel, kind.channels, kind.required)
    title = kind.title.get(language) or kind.title["en"]
    return Preference(kind.name, title, kind.description, channel, enabled, required)


def own_preferences(context: Context) -> Sequence[Preference]:
    """Return those of the account that asks; none for services' keys."""
    account_id = context.actor.account_id
    if account_id is None or context.services.host is None:
        return []
    return preferences(context.session, context.host, account_id, language_of(context))


def own_addresses(context: Context) -> Sequence[Address]:
    """Return where channels reach the account that asks: the feed, and those that have an address."""
    account_id = context.actor.account_id
    if account_id is None or context.services.host is None:
        return []
    signer = signer_of(context)
    rows = addresses_of(context.session, account_id)
    return [
        shown_address(signer, account_id, each.name, rows.get(each.name))
        for each in channels(context.host)
        if each.has_address or each.name == FEED
    ]


def signer_of(context: Context) -> NotificationSigner:
    """Return what signs links and webhooks. Its secret is made on first use: not within a transaction."""
    return NotificationSigner(installation_key(context.services.database, "notifications"))


def shown_address(
    signer: NotificationSigner, account_id: str, channel: str, row: NotificationAddress | None
) -> Address:
    """Return an address as its owner sees it."""
    number = row.number if row is not None else 0
    address = row.address if row is not None else None
    webhook = channel == WEBHOOK and address is not None
    return Address(
        channel, address, row.paused if row is not None else None,
        signer.webhook_secret(account_id, number) if webhook else None,
        FEED_PATH.format(token=signer.feed_token(account_id, number)) if channel == FEED else None,
    )  # fmt: skip


def checked_address(host: Host, settings: NotificationSettings, channel: str, given: str | None) -> str | None:
    """Return an address as it is stored.

    Raises ValueError or plugins.host.errors.UserError that says what is wrong with it.
    """
    if given is None or channel == FEED:
        return None
    if len(given) > 500:
        raise ValueError("The address is longer than 500 characters.")
    if channel == WEBHOOK:
        delivery = DeliverySettings(private_addresses=settings.private_addresses, plain_http=settings.plain_http)
        try:
            return check_url(given, delivery)
        except AddressError as problem:
            raise ValueError(str(problem)) from problem
    entry = next(each for each in host.contributions.channels if each.name == channel)
    check = entry.value.check_address
    return given if check is None else host.call(entry, check, given)


def language_of(context: Context) -> str:
    """Return the language of titles: the first of the request's that they are in."""
    spoken = (each.lower().partition("-")[0] for each in context.all_languages)
    return next((each for each in spoken if each in ("en", "zh")), "en")


def feed_number(session: Session, account_id: str) -> int:
    """Return the number of the present feed's address."""
    row = address_of(session, account_id, FEED)
    return row.number if row is not None else 0
