"""Signatures. One secret is stored; links, feeds and webhooks have their own keys, derived from it.

So the database holds nothing with which a link or a webhook could be forged, and a new number of a record voids what
was signed with the old one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from abc import ABC, abstractmethod
from typing import ClassVar

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

DAY = 86_400


class LinkError(Exception):
    """A link that doesn't work; `expired` if it once did."""

    def __init__(self, expired: bool) -> None:
        super().__init__("The link has expired." if expired else "The link is not valid.")
        self.expired = expired


class Signer(ABC):
    """Signs and verifies for one owner of messages."""

    namespace: ClassVar[str]
    """Part of every key, so that what one owner signs is void for another."""

    @property
    @abstractmethod
    def master(self) -> bytes:
        """The secret."""

    def webhook_secret(self, record_id: str, number: int) -> str:
        """Return the webhook's secret for its receiver, by the Standard Webhooks specification: `whsec_…`."""
        return "whsec_" + base64.b64encode(self._derived(f"webhook {record_id} {number}")).decode()

    def feed_token(self, record_id: str, number: int) -> str:
        """Return the token of a feed's address. It doesn't expire; a new number voids it."""
        derived = self._derived(f"feed {record_id} {number}")[:18]
        return f"{record_id}.{base64.urlsafe_b64encode(derived).decode()}"

    def feed_of(self, token: str) -> str | None:
        """Return the record that a token names; `is_feed_token` verifies it."""
        record_id, dot, _ = token.partition(".")
        return record_id if dot else None

    def is_feed_token(self, token: str, record_id: str, number: int) -> bool:
        """Return whether it is the record's current token."""
        return hmac.compare_digest(token.encode(), self.feed_token(record_id, number).encode())

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
            self._derived("links"), salt=f"{self.namespace} {purpose}", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self.master, f"{self.namespace} {purpose}".encode(), hashlib.sha256).digest()
