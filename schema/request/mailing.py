"""What invitations are sent by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Mailer(Protocol):
    """Sends mail in the background."""

    def invite(self, invitations: Sequence[tuple[Any, str]], by: str | None) -> None:
        """Send invitations (`store.models.Invitation`) with the tokens of their links, in the name of `by`."""
