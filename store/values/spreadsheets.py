"""Writes tables for spreadsheet programs: CSV and XLSX in which no text becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TextIO

BYTE_ORDER_MARK = "\ufeff"
"""Byte order mark, by which spreadsheet programs recognise UTF-8."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: object) -> object:
    """Make a cell safe for spreadsheet programs: prefix a text that looks like a formula with `'`.

    Numbers stay numbers; a text such as `-5` or `+` is no formula and stays as it is.
    """
    if not isinstance(cell, str) or not cell.startswith(_FORMULA_STARTS) or len(cell) < 2:
        return cell
    return cell if _is_number(cell) else f"'{cell}"


class TableWriter:
    """Writes rows of CSV to a text stream; every cell is made harmless."""

    def __init__(self, stream: TextIO, line_end: str = "\r\n") -> None:
        self._writer = csv.writer(stream, lineterminator=line_end)

    def row(self, cells: Iterable[object]) -> None:
        """Write one row."""
        self._writer.writerow([harmless(cell) for cell in cells])


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[object]], *, mark: bool = True) -> str:
    """Return a whole CSV table as text, with the byte order mark unless `mark` is false."""
    stream = io.StringIO()
    writer = TableWriter(stream)
    writer.row(headers)
    for row in rows:
        writer.row(row)
    return (BYTE_ORDER_MARK if mark else "") + stream.getvalue()


def _is_number(cell: str) -> bool:
    if not cell.isascii():
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return cell[-1].isdigit()
