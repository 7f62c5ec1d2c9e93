"""Workbooks (XLSX), row by row."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from store.imports.readers.source import EXTRA_CELLS, FileError, Row, checked_headers

_ERRORS = {"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
_NOTHING = {"#N/A"}


class FormulaError(str):
    """A cell whose formula failed; its text is the error."""


class WorkbookSource:
    """One sheet of a workbook; the first row that is not empty holds the headers."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self.path = path
        self.sheet = sheet
        number, first = next(self._records(), (0, ()))
        if not first:
            raise FileError(path, "has an empty first sheet; name the 'sheet' in the mapping file")
        self._header_row = number
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
            except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
                message = "is not a workbook that can be read; save it anew as .xlsx, without a password"
                raise FileError(self.path, message) from error
            with closing(workbook):
                sheets = workbook.sheetnames
                if self.sheet is not None and self.sheet not in sheets:
                    raise FileError(self.path, f"has no sheet {self.sheet!r}; it has {', '.join(sheets)}")
                worksheet = workbook[self.sheet] if self.sheet else workbook.worksheets[0]
                worksheet.reset_dimensions()  # what a file says of its size is often wrong
                for number, cells in enumerate(worksheet.iter_rows(values_only=True), 1):
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
                row[EXTRA_CELLS] = f"a cell {str((beyond + nameless)[0])!r} without a header"
            yield number, row


def _cell(cell: Any) -> Any:
    if isinstance(cell, str):
        if cell in _NOTHING:
            return None
        if cell in _ERRORS:
            return FormulaError(cell)
    return cell
