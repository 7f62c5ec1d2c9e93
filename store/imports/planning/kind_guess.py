"""Guesses what a file holds by its headers, where neither its name nor anybody says so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from store.imports.kinds import KINDS
from store.imports.planning.headers import known_by
from store.imports.planning.mapping import FilePart
from store.imports.readers import RowReader, open_source

_FIRST = ("projects", "talents", "investors")
_USUAL = (*_FIRST, *(name for name in KINDS if name not in _FIRST))
_FEWEST = 2
"""Headers of a kind that a file has at least."""


def guessed_kind(path: Path, part: FilePart, formats: Mapping[str, RowReader], format_name: str | None) -> str | None:
    """Return the kind whose headers the file has most of, first the more usual one; None if too few are known.

    Raises FileError if the file can't be read.
    """
    tests = {name: known_by(kind, part) for name, kind in KINDS.items()}
    source = open_source(
        path,
        sheet=part.sheet,
        encoding=part.encoding,
        delimiter=part.delimiter,
        escape=part.escape,
        read=formats[format_name] if format_name else None,
        known=lambda text: any(test(text) for test in tests.values()),
    )
    headers = [header for header in source.headers if header]
    hits = {name: sum(test(header) for header in headers) for name, test in tests.items()}
    best = max(_USUAL, key=lambda name: hits.get(name, 0))
    return best if hits.get(best, 0) >= _FEWEST else None
