"""The address of a subscription as a subscriber gives it."""

from __future__ import annotations

import re

from plugins.digest.problems import InputError
from plugins.digest.settings import Settings
from plugins.digest.tables import Channel
from roadshow.outbox import AddressError, check_url

MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
"""Addresses that every mail server accepts: no quotes, no blanks, nothing that could end a header."""


def checked_address(settings: Settings, channel: Channel, address: str | None) -> str | None:
    """Return the address to send to; None for a feed. Raises InputError."""
    if channel is Channel.FEED:
        if address is not None:
            raise InputError(
                "A feed takes no address: Roadshow gives it one. Leave the address out.", "input", "address"
            )
        return None
    if not address:
        raise InputError("Give an address to send to.", "input", "address")
    if len(address) > 500:
        raise InputError("The address is longer than 500 characters.", "input", "address")
    if channel is Channel.WEBHOOK:
        try:
            return check_url(address, settings)
        except AddressError as error:
            raise InputError(str(error), "input", "address") from error
    if not settings.sends_mail:
        raise InputError("This server sends no e-mail: plugins.digest.smtp_host and sender aren't set.",
                         "input", "channel")  # fmt: skip
    if len(address) > 254 or not MAILBOX.fullmatch(address):
        raise InputError(f"'{address}' is not a usable e-mail address.", "input", "address")
    return address
