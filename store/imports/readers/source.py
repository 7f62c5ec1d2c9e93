"""What every reader gives: headers, rows with their numbers, and how many there are about."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

Row = tuple[int, Mapping[str, Any]]
"""Number as a spreadsheet shows it (a header is row 1), and header to cell."""
Known = Callable[[str], bool]
"""Whether a text is a header that the kind of record, or the mapping file, knows."""

EXTRA_CELLS = "\0extra"
"""Stands for a header where a row has more cells than there are headers: says so, and what to do."""


class FileError(ValueError):
    """A file can't be read at all; the message says which, why, and what to do."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path} {message}")
        self.path = path


class Source(Protocol):
    """One file. `rows` may be called again: it begins anew."""

    path: Path
    headers: list[str]
    about: int | None
    """How many rows there are, more or less; None if nobody knows."""
    notes: list[str]
    """What its reader should know, such as further sheets that are not read."""

    def rows(self) -> Iterator[Row]:
        """Every row. Raises FileError where the file breaks off."""
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a file looked: it must not change between the check and the write."""

    size: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """The stamp of the file as it is now."""
        status = path.stat()
        return cls(status.st_size, status.st_mtime_ns)


_MOST_TITLES = 20


def header_row(
    rows: Iterator[tuple[int, Sequence[Any]]], known: Known | None = None
) -> tuple[int, Sequence[Any]] | None:
    """The row of headers with its number, of the rows that aren't empty; None if there are none.

    It is the one of the first rows that holds the most headers that are `known`. Where none is, it is the first
    that is about as wide as most rows: above it stand titles and notes.
    """
    first = list(islice(rows, _MOST_TITLES))
    if known is not None:
        hits = [sum(bool(text := _text(cell)) and known(text) for cell in cells) for _, cells in first]
        if any(hits):
            return first[hits.index(max(hits))]
    widths = [sum(bool(_text(cell)) for cell in cells) for _, cells in first]
    usual = max(Counter(width for width in widths if width > 1).items(), key=lambda item: item[1], default=(1, 0))[0]
    return next((row for row, width in zip(first, widths, strict=True) if 2 * width > usual), None)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def checked_headers(path: Path, headers: list[str]) -> list[str]:
    """`headers` if each is there once; raises FileError with the remedy."""
    seen: set[str] = set()
    for header in headers:
        if header and header in seen:
            raise FileError(path, f"has two columns with the header {header!r}; rename one of them")
        seen.add(header)
    if not any(headers):
        raise FileError(path, "has no header; the first row must name the columns")
    return headers
