"""Reads XLSX workbooks, row by row."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from store.imports.readers.archives import check_size
from store.imports.readers.merged_cells import Merge, Merges
from store.imports.readers.sheet import NumberedCells, SheetSource
from store.imports.readers.source import FileError, Known

if TYPE_CHECKING:
    from openpyxl import Workbook

_CHUNK = 1 << 20
_LONGEST_FORMULA = 1 << 16
_MOST_MERGES = 200_000
_WITHOUT_VALUE = re.compile(
    rb'<c r="([A-Z]+\d+)"(?![^>]*t="str")[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
"""A formula's cell in a sheet's XML; one of type `str` may be an empty text."""
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError
)  # fmt: skip
"""What openpyxl raises for damaged files and files that are no workbooks; a SyntaxError comes from XML."""


class WorkbookSource(SheetSource):
    """One sheet of an XLSX workbook."""

    def __init__(self, path: Path, sheet: str | None = None, known: Known | None = None) -> None:
        self._scanned = False
        check_size(path)
        super().__init__(path, sheet, known)

    def records(self) -> Iterator[NumberedCells]:
        """Yield every non-empty row."""
        from openpyxl.utils.exceptions import InvalidFileException

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which don't matter here
            try:
                workbook = _opened(self.path)
            except (*_UNREADABLE, InvalidFileException) as error:
                message = "is not a readable workbook; save it again as .xlsx, without a password"
                raise FileError(self.path, message) from error
            with closing(workbook):
                self.sheets = [worksheet.title for worksheet in workbook.worksheets]
                if self.sheet is not None and self.sheet not in self.sheets:
                    raise FileError(self.path, f"has no sheet {self.sheet!r}; it has {', '.join(self.sheets)}")
                if not self.sheets:
                    raise FileError(self.path, "has no sheet with cells; put the rows into one")
                worksheet = workbook[self.sheet or self.sheets[0]]
                self._scan(str(getattr(worksheet, "_worksheet_path", "")).lstrip("/"))
                worksheet.reset_dimensions()  # a file's statement of its size is often wrong
                number = 0
                rows = worksheet.iter_rows(values_only=True)
                while True:
                    number += 1
                    try:
                        cells = next(rows, None)
                    except _UNREADABLE as error:
                        message = (
                            f"ends unexpectedly at row {number}; open it in a spreadsheet program and save it again"
                        )
                        raise FileError(self.path, message) from error
                    if cells is None:
                        return
                    if any(cell is not None and str(cell).strip() for cell in cells):
                        yield number, [unescaped(cell) for cell in cells]

    def _scan(self, member: str) -> None:
        """Scan the sheet's XML for what openpyxl doesn't report: merged cells, formulas without values."""
        if self._scanned:
            return
        self._scanned = True
        merges: set[Merge] = set()
        with zipfile.ZipFile(self.path) as archive:
            if member not in archive.namelist():
                return
            before = b""
            with archive.open(member) as file:
                while chunk := file.read(_CHUNK):
                    part = before + chunk
                    if without_value := _WITHOUT_VALUE.search(part):
                        cell = without_value[1].decode()
                        remedy = "open it in a spreadsheet program and save it"
                        raise FileError(self.path, f"has formulas without values, such as in {cell}; {remedy}")
                    merges.update(filter(None, (Merge.of(match[1].decode()) for match in _MERGE.finditer(part))))
                    if len(merges) > _MOST_MERGES:
                        raise FileError(self.path, "has too many merged cells; give each row its own values")
                    before = chunk[-_LONGEST_FORMULA:]
        self.merges = Merges(merges)


def _opened(path: Path) -> "Workbook":
    """Open a workbook for reading row by row, with shared texts as they stand in the file.

    openpyxl's own reader drops `x005F_` from them: then the literal `_x000D_` is like a carriage return's escape.
    """
    from openpyxl.cell.text import Text
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    class Reader(ExcelReader):
        def read_strings(self) -> None:
            part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
            if part is None:
                return
            with self.archive.open(part.PartName[1:]) as file:
                for _, node in iterparse(file):
                    if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                        text = Text.from_tree(node)
                        self.shared_strings.append(text.content if text is not None else "")
                        node.clear()

    reader = Reader(path, read_only=True, data_only=True)
    reader.read()
    return reader.wb


def unescaped(cell: object) -> object:
    """Decode the escapes of workbooks, such as `_x000D_` for a carriage return."""
    if not isinstance(cell, str) or "_x" not in cell:
        return cell
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), cell)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r\n", "\n").replace("\v", "\n")
