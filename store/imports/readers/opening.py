"""Chooses the reader of a file by its ending, or a plugin's format."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from store.imports.readers.json_array import json_source
from store.imports.readers.json_lines import JsonLinesSource
from store.imports.readers.old_workbook import OldWorkbookSource
from store.imports.readers.parquet import ParquetSource
from store.imports.readers.source import FileError, Known, Row, Source, checked_headers
from store.imports.readers.text import CsvSource
from store.imports.readers.workbook import WorkbookSource
from store.imports.values.texts import with_controls

RowReader = Callable[[Path], Iterable[Mapping[str, Any]]]
"""A plugin's format: yields rows as mappings from header to value; `#` may hold the row's number."""

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".parquet")
_REMEDIES = {
    ".xlsb": "save it as .xlsx",
    ".zip": "unpack it, and name the files in it",
    ".numbers": "export it as .xlsx or .csv",
}


class PluginSource:
    """A file read by a plugin's format."""

    def __init__(self, path: Path, read: RowReader) -> None:
        self.path = path
        self._read = read
        self.notes: list[str] = []
        names: dict[str, None] = {}
        self.about: int | None = 0
        for _, row in self.rows():
            names.update(dict.fromkeys(row))
            self.about += 1
        self.headers = checked_headers(path, list(names))

    def rows(self) -> Iterator[Row]:
        """Yield every row."""
        numbers = count(1)
        for row in self._read(self.path):
            number = row.get("#")
            position = next(numbers)
            yield int(number) if number is not None else position, {k: v for k, v in row.items() if k != "#"}


def rows_of(source: Source) -> Iterator[Row]:
    """Yield the rows of a source, with the escapes of workbooks decoded.

    Raises FileError if the file ends unexpectedly.
    """
    if isinstance(source, WorkbookSource):  # it has decoded its own
        return source.rows()
    return ((number, {header: with_controls(cell) for header, cell in row.items()}) for number, row in source.rows())


def open_source(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    escape: str | None = None,
    read: RowReader | None = None,
    known: Known | None = None,
) -> Source:
    """Open the file at `path`; `known` distinguishes headers from the titles above them.

    Raises FileError with the remedy if that is not possible.
    """
    if not path.exists():
        raise FileError(path, "doesn't exist; check the path")
    if not path.is_file():
        raise FileError(path, "is a folder; name the files in it")
    suffix = path.suffix.casefold()
    try:
        if read is not None:
            return PluginSource(path, read)
        if suffix in (".csv", ".tsv", ".txt"):
            return CsvSource(path, encoding, delimiter, escape, known)
        if suffix in (".xlsx", ".xlsm"):
            return WorkbookSource(path, sheet, known)
        if suffix in (".xls", ".ods"):
            return OldWorkbookSource(path, sheet, known)
        if suffix == ".json":
            return json_source(path)
        if suffix in (".jsonl", ".ndjson"):
            return JsonLinesSource(path)
        if suffix == ".parquet":
            return ParquetSource(path)
    except OSError as error:
        raise FileError(path, f"can't be read: {error.strerror or error}") from error
    raise FileError(
        path, f"can't be imported by its ending; {_REMEDIES.get(suffix, 'give one of ' + ', '.join(SUFFIXES))}"
    )
