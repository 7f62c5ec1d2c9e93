"""How an attempt to send a message ended, and the step after which it can't be called back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from store.enums import AttemptOutcome

HandOver = Callable[[], bool]
"""Records that the rest can't be called back; False if another process has taken the message over."""


@dataclass(frozen=True)
class Result:
    """The result of an attempt. `outcome` None: nothing was sent, and another process has it now."""

    outcome: AttemptOutcome | None
    status: int | None = None
    detail: str = ""
    wait: float | None = None
    """Seconds that the receiver asks to wait."""
    gone: bool = False
    """The receiver wants nothing more."""
