"""Reads text files with cells separated by commas, semicolons, tabs or bars."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from store.imports.readers.dialects import SEPARATOR_LINE, delimiter_of, escape_of
from store.imports.readers.encodings import encoding_of
from store.imports.readers.source import EXTRA_CELLS, FileError, Known, Row, checked_headers, header_row

_LONGEST_CELL = 50_000_000


class CsvSource:
    """A CSV file. `encoding`, `delimiter` and `escape` are detected if not given."""

    def __init__(
        self,
        path: Path,
        encoding: str | None = None,
        delimiter: str | None = None,
        escape: str | None = None,
        known: Known | None = None,
    ) -> None:
        self.path = path
        self.notes: list[str] = []
        self.encoding, lines = encoding_of(path, encoding)
        csv.field_size_limit(_LONGEST_CELL)
        with path.open(encoding=self.encoding, newline="") as file:
            first = next((line for line in file if line.strip()), "")
        named = SEPARATOR_LINE.fullmatch(first)
        self._skipped = 1 if named else 0
        self.escape = None if escape in (None, "none") else escape
        if self.escape is not None and len(self.escape) != 1:
            raise FileError(path, f"can't have {escape!r} before quotes; an escape is one character, or 'none'")
        given = delimiter.replace("\\t", "\t") if delimiter else named[1] if named else None
        self.delimiter = given or delimiter_of(self._lines, self.escape or "\\", known)
        if len(self.delimiter) != 1:
            raise FileError(path, f"can't be split at {self.delimiter!r}; a delimiter is one character")
        if escape is None and (found_out := escape_of(path, self._lines, self.delimiter)):
            self.escape = found_out
            self.notes.append('it has \\" in its cells, which is read as a quote')
        first_row: tuple[int, Sequence[str]] | None = next(self._records(), None)
        if first_row is None:
            raise FileError(path, "is empty; a file needs headers with rows below them")
        if len(first_row[1]) > 1 or known is not None:
            first_row = header_row(self._records(), known) or first_row
        self._header_row = first_row[0]
        self.headers = checked_headers(path, [header.strip() for header in first_row[1]])
        self.about: int | None = max(0, lines - 1)

    def _lines(self) -> Iterator[str]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            for _ in range(self._skipped):
                next(file, None)
            yield from file

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._lines(), delimiter=self.delimiter, escapechar=self.escape, strict=True)
        number = self._skipped
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                message = f"ends unexpectedly at row {number} (line {reader.line_num}): {error}; check the quotes there"
                raise FileError(self.path, message) from error
            if any(cell.strip() for cell in cells):
                yield number, cells

    def rows(self) -> Iterator[Row]:
        """Yield every non-empty row."""
        for number, cells in self._records():
            if number <= self._header_row:
                continue
            row: dict[str, object] = dict(zip(self.headers, cells, strict=False))
            if len(cells) > len(self.headers) and any(cell.strip() for cell in cells[len(self.headers) :]):
                row[EXTRA_CELLS] = (
                    f"has {len(cells)} cells, more than headers; put a text that holds the delimiter in quotes"
                )
            yield number, row
