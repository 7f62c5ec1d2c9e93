"""Signatures. One secret is stored; links, feeds and webhooks have their own keys, derived from it.

So the database holds nothing with which a link or a webhook could be forged, and a new `number` of a subscription voids
what was made with the old one.
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
    """A link that doesn't work; `expired` if it once did."""

    def __init__(self, expired: bool) -> None:
        super().__init__("The link has expired." if expired else "The link is not valid.")
        self.expired = expired


@dataclass(frozen=True)
class Secrets:
    """Signs and verifies by the settings."""

    settings: Settings

    @cached_property
    def master(self) -> bytes:
        """The secret. Without a setting it is created in `key_file` on first use."""
        given = self.settings.secret
        return given.get_secret_value().encode() if given else _kept(self.settings.key_file)

    def webhook_secret(self, subscription_id: str, number: int) -> str:
        """Return the webhook's secret for its receiver, by the Standard Webhooks specification: `whsec_…`."""
        return "whsec_" + base64.b64encode(self._derived(f"webhook {subscription_id} {number}")).decode()

    def feed_token(self, subscription_id: str, number: int) -> str:
        """Return the token of a feed's address. It doesn't expire; a new number voids it."""
        derived = self._derived(f"feed {subscription_id} {number}")[:18]
        return f"{subscription_id}.{base64.urlsafe_b64encode(derived).decode()}"

    def feed_of(self, token: str) -> str | None:
        """Return the subscription that a token names; `is_feed_token` verifies it."""
        subscription_id, dot, _ = token.partition(".")
        return subscription_id if dot else None

    def is_feed_token(self, token: str, subscription_id: str, number: int) -> bool:
        """Return whether it is the subscription's current token."""
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
    """Return the secret in a file, created atomically so that several processes find the same."""
    with contextlib.suppress(FileNotFoundError):
        return _read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".digest-")  # readable by this user alone
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
    return _read(path)


def _read(path: Path) -> bytes:
    secret = path.read_bytes().strip()
    if len(secret) < 32:
        raise ValueError(
            f"{path} holds no secret of at least 32 characters; set plugins.digest.secret, or remove the file"
        )
    return secret
