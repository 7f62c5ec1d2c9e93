"""Everything that is signed. One secret is kept; links, feeds and webhooks have keys of their own, derived from it.

So the database holds nothing with which anybody could forge a link or a webhook, and a new `number` of a
subscription voids what was made with the old one.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from plugins.digest.settings import Settings

DAY = 86_400


class LinkError(Exception):
    """A link that doesn't work; `expired` if it did once."""

    def __init__(self, expired: bool) -> None:
        super().__init__("The link has expired." if expired else "The link is not valid.")
        self.expired = expired


@dataclass(frozen=True)
class Secrets:
    """Signs and checks; made by the settings."""

    settings: Settings

    @cached_property
    def master(self) -> bytes:
        """The one secret. Without a setting it is made in `key_file` at the first use."""
        given = self.settings.secret
        return given.get_secret_value().encode() if given else _kept(self.settings.key_file)

    def webhook_secret(self, subscription_id: str, number: int) -> str:
        """The webhook's secret as its receiver is told, by the Standard Webhooks specification: `whsec_…`."""
        return "whsec_" + base64.b64encode(self._derived(f"webhook {subscription_id} {number}")).decode()

    def feed_token(self, subscription_id: str, number: int) -> str:
        """What stands in a feed's address. It doesn't expire; a new number voids it."""
        derived = self._derived(f"feed {subscription_id} {number}")[:18]
        return f"{subscription_id}.{base64.urlsafe_b64encode(derived).decode()}"

    def feed_of(self, token: str) -> str | None:
        """The subscription that a token names; whether it is the right one, `is_feed_token` says."""
        subscription_id, dot, _ = token.partition(".")
        return subscription_id if dot else None

    def is_feed_token(self, token: str, subscription_id: str, number: int) -> bool:
        """Whether it is the present token of the subscription."""
        return hmac.compare_digest(token.encode(), self.feed_token(subscription_id, number).encode())

    def link(self, purpose: str, content: dict[str, object]) -> str:
        """A signed token with `content` for one purpose, with the present time in it."""
        return self._serializer(purpose).dumps(content)

    def opened(self, purpose: str, token: str, days: int | None = None) -> dict[str, object]:
        """The content of a token; `days` None means that it never expires.

        Raises
        ------
        LinkError: it was changed, was made for another purpose, or has expired.
        """
        age = None if days is None else days * DAY
        try:
            content = self._serializer(purpose).loads(token, max_age=age)
        except SignatureExpired as error:
            raise LinkError(expired=True) from error
        except BadSignature as error:
            raise LinkError(expired=False) from error
        if not isinstance(content, dict):
            raise LinkError(expired=False)
        return content

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._derived("links"), salt=f"roadshow digest {purpose}", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self.master, f"roadshow digest {purpose}".encode(), hashlib.sha256).digest()


def _kept(path: Path) -> bytes:
    """The secret in a file; made whole, so that of several processes all find the same."""
    with contextlib.suppress(FileNotFoundError):
        return _read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".digest-")  # for this user alone
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
    return _read(path)


def _read(path: Path) -> bytes:
    found = path.read_bytes().strip()
    if len(found) < 32:
        raise ValueError(f"{path} holds no secret of at least 32 characters: set plugins.digest.secret, or remove it")
    return found
