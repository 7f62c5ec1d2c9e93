"""Problems of a subscriber's request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One problem: code, message, path of the argument."""

    code: str
    message: str
    field: Sequence[str] = ()


class InputError(Exception):
    """Ends a mutation; nothing is written."""

    def __init__(self, message: str, *field: str, code: str = "BAD_USER_INPUT") -> None:
        super().__init__(message)
        self.problem = Problem(code, message, field)
