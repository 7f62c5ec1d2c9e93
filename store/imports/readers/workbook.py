"""Workbooks (XLSX), row by row."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from store.imports.readers.source import EXTRA_CELLS, FileError, Row, checked_headers, header_row

_ERRORS = {"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
_NOTHING = {"#N/A"}
_CHUNK = 1 << 20
_LONGEST_FORMULA = 1 << 16
_WITHOUT_VALUE = re.compile(
    rb'<c r="([A-Z]+\d+)"(?![^>]*t="str")[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
"""A formula's cell in a sheet's XML; one of type `str` may be an empty text."""
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError
)  # fmt: skip
"""What openpyxl raises for what isn't a workbook, or a damaged one; a SyntaxError is XML's."""


class FormulaError(str):
    """A cell whose formula failed; its text is the error."""


class WorkbookSource:
    """One sheet of a workbook; the first row that is not empty, and no title, holds the headers."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self.path = path
        self.sheet = sheet
        self.sheets: list[str] = []
        self._member = ""
        found = header_row(self._records())
        if found is None:
            others = ", ".join(name for name in self.sheets if name != (sheet or self.sheets[0]))
            which = f"has nothing in its sheet {sheet!r}" if sheet else "has an empty first sheet"
            raise FileError(path, f"{which}; name the 'sheet' in the mapping file (it has {others or 'no other'})")
        self._header_row, first = found
        if cell := _uncomputed(path, self._member):
            message = f"has formulas without values, such as in {cell}; open it in a spreadsheet program and save it"
            raise FileError(path, message)
        self.headers = checked_headers(path, ["" if cell is None else str(cell).strip() for cell in first])
        while self.headers and not self.headers[-1]:
            self.headers.pop()
        self.about: int | None = None

    def _records(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which mean nothing here
            try:
                workbook = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
            except (*_UNREADABLE, InvalidFileException) as error:
                message = "is not a workbook that can be read; save it anew as .xlsx, without a password"
                raise FileError(self.path, message) from error
            with closing(workbook):
                self.sheets = [worksheet.title for worksheet in workbook.worksheets]
                if self.sheet is not None and self.sheet not in self.sheets:
                    raise FileError(self.path, f"has no sheet {self.sheet!r}; it has {', '.join(self.sheets)}")
                if not self.sheets:
                    raise FileError(self.path, "has no sheet with cells; put the rows into one")
                worksheet = workbook[self.sheet or self.sheets[0]]
                self._member = str(getattr(worksheet, "_worksheet_path", "")).lstrip("/")
                worksheet.reset_dimensions()  # what a file says of its size is often wrong
                number = 0
                rows = worksheet.iter_rows(values_only=True)
                while True:
                    number += 1
                    try:
                        cells = next(rows, None)
                    except _UNREADABLE as error:
                        message = f"breaks off at row {number}; open it in a spreadsheet program and save it anew"
                        raise FileError(self.path, message) from error
                    if cells is None:
                        return
                    if any(cell is not None and str(cell).strip() for cell in cells):
                        yield number, cells

    def rows(self) -> Iterator[Row]:
        """Every row that is not empty."""
        for number, cells in self._records():
            if number <= self._header_row:
                continue
            row: dict[str, Any] = {
                header: _cell(cell) for header, cell in zip(self.headers, cells, strict=False) if header
            }
            beyond = [cell for cell in cells[len(self.headers) :] if cell is not None]
            nameless = [c for h, c in zip(self.headers, cells, strict=False) if not h and c is not None]
            if beyond or nameless:
                cell = str((beyond + nameless)[0])[:100]
                row[EXTRA_CELLS] = f"has a cell {cell!r} without a header; give its column one, or empty the cell"
            yield number, row


def _uncomputed(path: Path, member: str) -> str | None:
    """The first cell with a formula that no program has computed yet: it would be read as empty."""
    with zipfile.ZipFile(path) as archive:
        if member not in archive.namelist():
            return None
        before = b""
        with archive.open(member) as file:
            while chunk := file.read(_CHUNK):
                if found := _WITHOUT_VALUE.search(before + chunk):
                    return found[1].decode()
                before = chunk[-_LONGEST_FORMULA:]
    return None


def _cell(cell: Any) -> Any:
    if isinstance(cell, str):
        if cell in _NOTHING:
            return None
        if cell in _ERRORS:
            return FormulaError(cell)
    return cell
