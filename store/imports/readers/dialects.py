"""Detects the delimiter of a text file, and whether backslashes escape quotes."""

import csv
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from store.imports.readers.source import FileError, Known, header_row

DELIMITERS = (",", ";", "\t", "|")
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
"""The first line by which spreadsheet programs name the delimiter."""
_SAMPLE_ROWS = 40
_ESCAPED_QUOTE = '\\"'


def delimiter_of(lines: Callable[[], Iterator[str]], escape: str | None, known: Known | None) -> str:
    """Return the delimiter under which the first rows hold the most known headers, or else are most alike."""

    def score(delimiter: str) -> tuple[int, int, int, int]:
        rows = list(itertools.islice(_lenient(lines(), delimiter, escape), _SAMPLE_ROWS))
        header = header_row(iter(enumerate(rows, 1)), known)
        hits = sum(known(cell) for cell in header[1] if cell.strip()) if known and header else 0
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, count = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        first = len(rows[0]) if rows else 0
        return hits, count if width > 1 else 0, first, -DELIMITERS.index(delimiter)

    return max(DELIMITERS, key=score)


def _lenient(lines: Iterable[str], delimiter: str, escape: str | None) -> Iterator[Sequence[str]]:
    try:
        for cells in csv.reader(lines, delimiter=delimiter, escapechar=escape):
            if any(cell.strip() for cell in cells):
                yield cells
    except csv.Error:
        return


def escape_of(path: Path, lines: Callable[[], Iterator[str]], delimiter: str) -> str | None:
    """Return the escape character: a backslash if the file is readable only with it.

    Raises FileError if it is readable with and without, as two different tables.
    """
    if not any(_ESCAPED_QUOTE in line for line in lines()):
        return None
    plain = _shape(lines(), delimiter, None)
    escaped = _shape(lines(), delimiter, "\\")
    if plain is None and escaped is not None:
        return "\\"
    if plain is not None and escaped is not None and plain != escaped:
        raise FileError(
            path,
            "has \\\" in its cells, which may be a quote or the end of a cell; write escape: '\\' in the mapping file "
            "for the first, escape: none for the second",
        )
    return None


def _shape(lines: Iterable[str], delimiter: str, escape: str | None) -> list[int] | None:
    """Return the number of cells of each row; None if the file can't be read this way."""
    try:
        reader = csv.reader(lines, delimiter=delimiter, escapechar=escape, strict=True)
        return [len(cells) for cells in reader]
    except csv.Error:
        return None
