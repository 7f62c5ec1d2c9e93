"""Numbers checked against their range: one out of range is an error. And pages cut by their sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schema.declarations.base import GivenArguments, Row
from schema.declarations.errors import BadUserInputError
from schema.declarations.relations import DEFAULT_PAGE, MAXIMUM_PAGE


def in_range(value: float, least: float, most: float, field: str) -> None:
    """Raises BadUserInputError for a number out of range, naming both."""
    if not least <= value <= most:
        raise BadUserInputError(f"{field}: {value} is out of range; give {least:g} to {most:g}.", field=field)


def page_size(arguments: GivenArguments, name: str, most: int = MAXIMUM_PAGE) -> int | None:
    """Return a given size; None where none is given. Raises BadUserInputError for one out of range."""
    asked = arguments.get(name)
    if asked is None:
        return None
    in_range(asked, 0, most, name)
    return int(asked)


def first_of(arguments: GivenArguments, usual: int = DEFAULT_PAGE, most: int = MAXIMUM_PAGE) -> int:
    """Return `first`, or the usual size where it isn't given. Raises BadUserInputError for one out of range."""
    size = page_size(arguments, "first", most)
    return usual if size is None else size


@dataclass(frozen=True, slots=True)
class PageCut:
    """One page's rows in reading order, and whether there are more on either side."""

    rows: Sequence[Row]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class PageSizes:
    """The sizes that a page's arguments give: from the start, from the end, or the last of the first."""

    first: int | None
    """None if only `last` is given."""
    last: int | None

    @classmethod
    def of(cls, arguments: GivenArguments, usual: int = DEFAULT_PAGE) -> PageSizes:
        """Read the arguments; `usual` is the size where none is given.

        Raises BadUserInputError for sizes out of range.
        """
        first, last = page_size(arguments, "first"), page_size(arguments, "last")
        return cls(usual if first is None and last is None else first, last)

    @property
    def backwards(self) -> bool:
        """Whether the page is cut from the end."""
        return self.first is None

    @property
    def read(self) -> int:
        """How many rows are read for the page, beside one that tells whether there are more."""
        return (self.last if self.first is None else self.first) or 0

    def cut(self, rows: Sequence[Row], after: bool, before: bool) -> PageCut:
        """Cut rows, one more than are read if there are more; from the last one on if cut from the end.

        `after` and `before` say whether the page is bounded by a cursor. A cursor was a row's own, so something existed
        there when it was issued.
        """
        more = len(rows) > self.read
        shown = rows[: self.read] if more else rows
        if self.first is None:
            return PageCut(shown[::-1], before, more)
        if self.last is not None and self.last < len(shown):
            return PageCut(shown[len(shown) - self.last :], more, True)
        return PageCut(shown, more, after)
