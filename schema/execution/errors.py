"""Reasons for the fallback to the reference executor."""

from __future__ import annotations

from typing import NoReturn


class NotCompilable(Exception):  # noqa: N818  (an outcome, not a failure)
    """The plan can't answer this; the reference executor does. `reason` is one of a small set of words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def not_compilable(reason: str) -> NoReturn:
    """Raise NotCompilable, in an expression."""
    raise NotCompilable(reason)
