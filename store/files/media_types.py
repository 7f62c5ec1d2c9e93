"""What a document may be: told by its content and its name's ending, which must agree."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import puremagic

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".odp": f"{_OPEN}.presentation",
    ".odt": f"{_OPEN}.text",
    ".ods": f"{_OPEN}.spreadsheet",
    ".ppt": "application/vnd.ms-powerpoint",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}
"""By ending. None of them is run by a browser that is told not to guess: no HTML, no SVG, nothing with scripts."""
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "video/webm"})
"""What a browser shows in a page; all else it saves."""
_LEAST = 0.7
"""How sure a guess must be, from 0 to 1."""


class MediaTypeError(ValueError):
    """A file can't be a document; the message says why and what is allowed."""


def media_type_of(path: Path, allowed: Collection[str]) -> str:
    """Return the media type of a file by its content, which its name's ending must confirm.

    `allowed` are the media types that may be. Raises MediaTypeError.
    """
    name, ending = path.name, path.suffix.lower()
    claimed = MEDIA_TYPES.get(ending)
    endings = [each for each, media_type in MEDIA_TYPES.items() if media_type in allowed]
    if claimed is None or claimed not in allowed:
        raise MediaTypeError(f"{name} can't be a document; send a file that ends in {', '.join(endings)}.")
    found = _guesses(path)
    if claimed not in {MEDIA_TYPES.get(each) for each in found}:
        seems = f"seems to be {found[0][1:]}" if found else "is none that is known"
        raise MediaTypeError(f"The content of {name} {seems}, not what its ending says; send the file as it was saved.")
    return claimed


def _guesses(path: Path) -> list[str]:
    """Return the endings that the content suggests, the likeliest first."""
    try:
        guesses = puremagic.magic_file(path)
    except (puremagic.PureError, ValueError):  # nothing is known to begin so; or it is empty
        return []
    return [each.extension for each in guesses if each.confidence >= _LEAST and each.extension]
