"""Errors of the recommender, as sentences for the user."""

from __future__ import annotations


class RecommenderError(ValueError):
    """A question that can't be answered as asked. ``field`` names the argument, the message says the remedy."""

    def __init__(self, message: str, *, field: str | None = None, code: str = "BAD_USER_INPUT") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class StillLoadingError(RecommenderError):
    """What rankings need is still being loaded; worth asking again after ``retry_after`` seconds."""

    retry_after = 5

    def __init__(self) -> None:
        super().__init__("Rankings are still loading. Try again in a moment.", code="UNAVAILABLE")
