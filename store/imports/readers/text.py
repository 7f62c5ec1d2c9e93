"""Text files with cells parted by commas, semicolons or tabs, in UTF-8, UTF-16 or GB18030."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from store.imports.readers.source import EXTRA_CELLS, FileError, Row, checked_headers

_CHUNK = 1 << 20
_LONGEST_CELL = 50_000_000
_DELIMITERS = (",", ";", "\t", "|")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class CsvSource:
    """A CSV file. `encoding` and `delimiter` are found out where they are not given."""

    def __init__(self, path: Path, encoding: str | None = None, delimiter: str | None = None) -> None:
        self.path = path
        self.encoding, lines = _encoding_of(path, encoding)
        csv.field_size_limit(_LONGEST_CELL)
        with path.open(encoding=self.encoding, newline="") as file:
            first = next((line for line in file if line.strip()), "")
        self.delimiter = delimiter.replace("\\t", "\t") if delimiter else _delimiter_of(first)
        if len(self.delimiter) != 1:
            raise FileError(path, f"can't be parted by {self.delimiter!r}; a delimiter is one character")
        first_row = next(self._records(), None)
        if first_row is None:
            raise FileError(path, "is empty; a file has headers, and rows below them")
        self.headers = checked_headers(path, [header.strip() for header in first_row[1]])
        self.about: int | None = max(0, lines - 1)

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    message = f"breaks off at row {number} (line {reader.line_num}): {error}; check the quotes there"
                    raise FileError(self.path, message) from error
                if any(cell.strip() for cell in cells):
                    yield number, cells

    def rows(self) -> Iterator[Row]:
        """Every row that is not empty."""
        records = self._records()
        next(records, None)
        for number, cells in records:
            row: dict[str, object] = dict(zip(self.headers, cells, strict=False))
            if len(cells) > len(self.headers) and any(cell.strip() for cell in cells[len(self.headers) :]):
                row[EXTRA_CELLS] = f"{len(cells)} cells"
            yield number, row


def _encoding_of(path: Path, encoding: str | None) -> tuple[str, int]:
    """The encoding that reads the whole file, and the number of lines."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    candidates = [encoding] if encoding else [marked] if marked else ["utf-8", "gb18030"]
    for candidate in candidates:
        try:
            return candidate, _count_lines(path, candidate)
        except LookupError as error:
            raise FileError(path, f"can't be read as {candidate!r}: there is no such encoding") from error
        except UnicodeDecodeError:
            continue
    tried = " or ".join(str(candidate) for candidate in candidates)
    raise FileError(path, f"is not text in {tried}; save it as UTF-8, or name its 'encoding' in the mapping file")


def _count_lines(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            lines += decoder.decode(chunk).count("\n")
    decoder.decode(b"", final=True)
    return lines


def _delimiter_of(line: str) -> str:
    """What parts the header's cells, outside quotes."""
    outside = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=lambda delimiter: (outside.count(delimiter), -_DELIMITERS.index(delimiter)))
