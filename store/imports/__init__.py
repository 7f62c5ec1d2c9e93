"""Imports spreadsheets and data files. See docs/import.md."""

from store.imports.planning.mapping import MappingError, MappingFile, read_mapping
from store.imports.problems import ImportFailedError, RowProblem
from store.imports.running import ImportReport, import_files

__all__ = [
    "ImportFailedError",
    "ImportReport",
    "MappingError",
    "MappingFile",
    "RowProblem",
    "import_files",
    "read_mapping",
]
