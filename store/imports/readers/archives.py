"""Detects archives that unpack to far more than they hold: small files that would fill the memory."""

import zipfile
from pathlib import Path

from store.imports.readers.source import FileError

_MOST_BYTES = 2 << 30
_SMALL = 50 << 20
_GREATEST_RATIO = 100
"""Sheets of text shrink to a twentieth or a thirtieth; no real workbook shrinks more than this."""


def check_size(path: Path) -> None:
    """Raise FileError for a file that unpacks to far more than it holds, or than a workbook needs."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # openpyxl explains it
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > _MOST_BYTES or (unpacked > _SMALL and unpacked > _GREATEST_RATIO * packed):
        raise FileError(
            path,
            f"unpacks to {unpacked / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB, unlike any sheet of rows; save the "
            "rows alone as .csv, or in a new workbook",
        )
