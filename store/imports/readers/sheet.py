"""One sheet of a workbook (headers, merged cells, rows), independent of the library that reads the file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from store.imports.readers.merged_cells import Merges
from store.imports.readers.source import EXTRA_CELLS, FileError, Known, Row, checked_headers, header_row

_ERRORS = {"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
_NOTHING = {"#N/A"}
NumberedCells = tuple[int, Sequence[object]]


class FormulaError(str):
    """A cell with a failed formula; its text is the error."""


class SheetSource:
    """A sheet; its table begins at the first row with headers, after any titles.

    A subclass yields the non-empty rows with their numbers and sets `sheets` and `merges`.
    """

    def __init__(self, path: Path, sheet: str | None, known: Known | None) -> None:
        self.path = path
        self.sheet = sheet
        self.sheets: list[str] = []
        self.others = ""
        """Names of the other sheets, if none was asked for."""
        self.merges = Merges()
        self.notes: list[str] = []
        self.about: int | None = None
        header = header_row(self.records(), known)
        others = ", ".join(name for name in self.sheets if name != (sheet or self.sheets[0]))
        if header is None:
            which = f"has nothing in its sheet {sheet!r}" if sheet else "has an empty first sheet"
            raise FileError(path, f"{which}; name the 'sheet' in the mapping file (others: {others or 'none'})")
        if others and sheet is None:
            self.others = others
            self.notes.append(
                f"its first sheet, {self.sheets[0]}, is read, {others} ignored; name another 'sheet' in the "
                "mapping file"
            )
        self._header_row = header[0]
        self.headers = checked_headers(path, ["" if cell is None else str(cell).strip() for cell in header[1]])
        while self.headers and not self.headers[-1]:
            self.headers.pop()
        for merge in self.merges.at(self._header_row):
            if merge.is_wide:
                raise FileError(path, f"has merged cells in its headers ({merge}); give each column its own header")
            self._header_row = max(self._header_row, merge.last_row)

    def records(self) -> Iterator[NumberedCells]:
        """Yield every non-empty row."""
        raise NotImplementedError

    def rows(self) -> Iterator[Row]:
        """Yield every non-empty row, with the values of merged cells in each row they span."""
        for number, cells in self.merges.filled(self.records()):
            if number <= self._header_row or self._is_heading(number, cells):
                continue
            row: dict[str, object] = {
                header: _cell(cell) for header, cell in zip(self.headers, cells, strict=False) if header
            }
            beyond = [cell for cell in cells[len(self.headers) :] if cell is not None]
            nameless = [c for h, c in zip(self.headers, cells, strict=False) if not h and c is not None]
            wide = next((merge for merge in self.merges.at(number) if merge.is_wide), None)
            if beyond or nameless:
                cell = str((beyond + nameless)[0])[:100]
                row[EXTRA_CELLS] = f"has a cell {cell!r} without a header; give its column one, or empty the cell"
            elif wide is not None and wide.first_column < len(self.headers):
                row[EXTRA_CELLS] = f"has merged cells ({wide}); give each column its own cell"
            yield number, row

    def _is_heading(self, number: int, cells: Sequence[object]) -> bool:
        """Return whether a row is one cell across the table: the heading of a group, or a note."""
        if sum(cell is not None and bool(str(cell).strip()) for cell in cells) != 1:
            return False
        is_heading = any(
            merge.is_wide and merge.first_column == 0 and 2 * (merge.last_column + 1) > len(self.headers)
            for merge in self.merges.at(number)
        )
        text = f"row {number} is one cell across the table, and was skipped"
        if is_heading and text not in self.notes:
            self.notes.append(text)
        return is_heading


def _cell(cell: object) -> object:
    if isinstance(cell, str):
        if cell in _NOTHING:
            return None
        if cell in _ERRORS:
            return FormulaError(cell)
    return cell
