"""Text files with cells parted by commas, semicolons or tabs, in UTF-8, UTF-16 or GB18030."""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from store.imports.readers.source import EXTRA_CELLS, FileError, Row, checked_headers, header_row

_CHUNK = 1 << 20
_START = 4096
_LONGEST_CELL = 50_000_000
_DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
"""What spreadsheets write and read as a first line to name the delimiter."""
_USUAL_SHARE = 0.7
"""Of the two-byte characters of a text in GB18030 that are in its oldest part, GB 2312: in fact nearly all."""


class CsvSource:
    """A CSV file. `encoding` and `delimiter` are found out where they are not given."""

    def __init__(self, path: Path, encoding: str | None = None, delimiter: str | None = None) -> None:
        self.path = path
        self.encoding, lines = _encoding_of(path, encoding)
        csv.field_size_limit(_LONGEST_CELL)
        with path.open(encoding=self.encoding, newline="") as file:
            first = next((line for line in file if line.strip()), "")
        named = _SEPARATOR_LINE.fullmatch(first)
        self._skipped = 1 if named else 0
        self.delimiter = delimiter.replace("\\t", "\t") if delimiter else named[1] if named else _delimiter_of(first)
        if len(self.delimiter) != 1:
            raise FileError(path, f"can't be parted by {self.delimiter!r}; a delimiter is one character")
        found: tuple[int, Sequence[str]] | None = next(self._records(), None)
        if found is None:
            raise FileError(path, "is empty; a file has headers, and rows below them")
        if len(found[1]) > 1:
            found = header_row(self._records()) or found
        self._header_row = found[0]
        self.headers = checked_headers(path, [header.strip() for header in found[1]])
        self.about: int | None = max(0, lines - 1)

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            for _ in range(self._skipped):
                next(file, None)
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            number = self._skipped
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
        for number, cells in self._records():
            if number <= self._header_row:
                continue
            row: dict[str, object] = dict(zip(self.headers, cells, strict=False))
            if len(cells) > len(self.headers) and any(cell.strip() for cell in cells[len(self.headers) :]):
                row[EXTRA_CELLS] = (
                    f"has {len(cells)} cells, more than headers; put a text that holds the delimiter in quotes"
                )
            yield number, row


def _encoding_of(path: Path, encoding: str | None) -> tuple[str, int]:
    """The encoding that reads the whole file, and the number of lines."""
    with path.open("rb") as file:
        start = file.read(_START)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    candidates = [encoding] if encoding else [marked] if marked else ["utf-8", "gb18030"]
    if not encoding and not marked and b"\0" in start:  # half of each ASCII character in UTF-16
        little = start[1::2].count(b"\0") > start[::2].count(b"\0")
        candidates = ["utf-16-le" if little else "utf-16-be"]
    for candidate in candidates:
        try:
            lines = _count_lines(path, candidate)
            if encoding or candidate != "gb18030" or _is_usual_chinese(path):
                return candidate, lines
        except LookupError as error:
            raise FileError(path, f"can't be read as {candidate!r}: there is no such encoding") from error
        except UnicodeDecodeError:
            continue
    tried = " or ".join(str(candidate) for candidate in candidates)
    raise FileError(path, f"is not text in {tried}; save it as UTF-8, or name its 'encoding' in the mapping file")


def _is_usual_chinese(path: Path) -> bool:
    """Whether what can be read as GB18030 is likely to be: Müller in Latin-1 can be, too, as a rare character."""
    with path.open("rb") as file:
        text = codecs.getincrementaldecoder("gb18030")().decode(file.read(_CHUNK))
    pairs = [pair for character in text if not character.isascii() and len(pair := character.encode("gb18030")) == 2]
    return sum(pair[1] >= 0xA1 for pair in pairs) >= _USUAL_SHARE * len(pairs)


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
