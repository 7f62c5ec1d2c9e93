"""Reads XLS and ODS workbooks into memory, by python-calamine."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from store.imports.readers.archives import check_size
from store.imports.readers.merged_cells import Merge, Merges
from store.imports.readers.sheet import NumberedCells, SheetSource
from store.imports.readers.source import FileError, Known

_MOST_BYTES = 100 << 20


class OldWorkbookSource(SheetSource):
    """One sheet of an XLS or ODS workbook."""

    def __init__(self, path: Path, sheet: str | None = None, known: Known | None = None) -> None:
        if path.stat().st_size > _MOST_BYTES:
            raise FileError(path, "is too big for its kind (100 MB at most); save it as .xlsx or .csv")
        check_size(path)
        super().__init__(path, sheet, known)

    def records(self) -> Iterator[NumberedCells]:
        """Yield every non-empty row."""
        import python_calamine

        unreadable = (python_calamine.CalamineError, OSError, ValueError)
        try:
            with self.path.open("rb") as file:  # the content counts: a file named .xls is often XLSX
                workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        except unreadable as error:
            message = "is not a readable workbook; save it again as .xlsx, without a password"
            raise FileError(self.path, message) from error
        self.sheets = list(workbook.sheet_names)
        if self.sheet is not None and self.sheet not in self.sheets:
            raise FileError(self.path, f"has no sheet {self.sheet!r}; it has {', '.join(self.sheets)}")
        if not self.sheets:
            raise FileError(self.path, "has no sheet with cells; put the rows into one")
        try:
            worksheet = workbook.get_sheet_by_name(self.sheet or self.sheets[0])
            rows = worksheet.to_python(skip_empty_area=False)
        except unreadable as error:
            raise FileError(self.path, f"ends unexpectedly ({error}); save it again as .xlsx") from error
        self.merges = Merges(
            Merge(first[0] + 1, last[0] + 1, first[1], last[1]) for first, last in worksheet.merged_cell_ranges or ()
        )
        for number, cells in enumerate(rows, 1):
            plain = [_plain(cell) for cell in cells]
            if any(cell is not None and str(cell).strip() for cell in plain):
                yield number, plain


def _plain(cell: object) -> object:
    """Convert a cell to what openpyxl gives: None if empty, a whole number without a fraction."""
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time())
    return str(cell) if isinstance(cell, timedelta | time) else cell
