"""The interface of readers: headers, numbered rows, and an estimate of their number."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

Row = tuple[int, Mapping[str, object]]
"""Row number as in a spreadsheet (a header is row 1), and header to cell."""
Known = Callable[[str], bool]
"""Test for headers known to the kind of record or the mapping file."""

Cell = TypeVar("Cell")

EXTRA_CELLS = "\0extra"
"""Key for a row with more cells than headers; its value says so, and what to do."""


class FileError(ValueError):
    """A file can't be read at all; the message says which, why, and what to do."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path} {message}")
        self.path = path


class Source(Protocol):
    """One file. `rows` may be called repeatedly and starts over each time."""

    path: Path
    headers: list[str]
    about: int | None
    """Estimated number of rows; None if unknown."""
    notes: list[str]
    """Notes for the user, such as sheets that are not read."""

    def rows(self) -> Iterator[Row]:
        """Yield every row. Raises FileError if the file ends unexpectedly."""
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file's size and times: it must not change between check and write."""

    size: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """Return the stamp of the file as it is now."""
        status = path.stat()
        return cls(status.st_size, status.st_mtime_ns)


_MOST_TITLES = 20


def header_row(
    rows: Iterator[tuple[int, Sequence[Cell]]], known: Known | None = None
) -> tuple[int, Sequence[Cell]] | None:
    """Find the row of headers and its number among the non-empty rows; None if there are none.

    It is the early row with the most `known` headers. Without any, it is the first one about as wide as most rows;
    titles and notes stand above it.
    """
    first = list(islice(rows, _MOST_TITLES))
    if known is not None:
        hits = [sum(bool(text := _text(cell)) and known(text) for cell in cells) for _, cells in first]
        if any(hits):
            return first[hits.index(max(hits))]
    widths = [sum(bool(_text(cell)) for cell in cells) for _, cells in first]
    usual = max(Counter(width for width in widths if width > 1).items(), key=lambda item: item[1], default=(1, 0))[0]
    return next((row for row, width in zip(first, widths, strict=True) if 2 * width > usual), None)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def checked_headers(path: Path, headers: list[str]) -> list[str]:
    """Return `headers` if each occurs once; raises FileError with the remedy."""
    seen: set[str] = set()
    for header in headers:
        if header and header in seen:
            raise FileError(path, f"has two columns with the header {header!r}; rename one of them")
        seen.add(header)
    if not any(headers):
        raise FileError(path, "has no header; the first row must name the columns")
    return headers
