"""Signed addresses of one person: unsubscribing from a kind, and the feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from store.notifications.signing import LinkError, Signer

UNSUBSCRIBE_PATH = "/notifications/unsubscribe/{token}"
FEED_PATH = "/notifications/feeds/{token}"
SECRET_PATHS = (UNSUBSCRIBE_PATH, FEED_PATH)
"""Addresses that carry a right, which logs must not show."""


@dataclass(frozen=True)
class NotificationSigner(Signer):
    """Signs by a secret of the installation."""

    namespace: ClassVar[str] = "roadshow notifications"
    secret: bytes = field(repr=False)

    @property
    def master(self) -> bytes:
        """The secret."""
        return self.secret

    def unsubscribe_link(self, base_url: str, account_id: str, kind: str) -> str:
        """Return the address that turns a kind's mails off; it never expires."""
        token = self.link("unsubscribe", {"a": account_id, "k": kind})
        return base_url + UNSUBSCRIBE_PATH.format(token=token)

    def unsubscribed(self, token: str) -> tuple[str, str] | None:
        """Return the account and kind of such a token; None for an invalid one."""
        try:
            content = self.opened("unsubscribe", token)
        except LinkError:
            return None
        return str(content["a"]), str(content["k"])

    def feed_link(self, base_url: str, account_id: str, number: int) -> str:
        """Return the private address of a person's feed."""
        return base_url + FEED_PATH.format(token=self.feed_token(account_id, number))
