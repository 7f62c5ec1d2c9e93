"""Corrections of a file's cells, made where its problems are shown; the file stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from store.imports.planning.mapping import MappingError
from store.imports.readers.source import EXTRA_CELLS, Row


@dataclass(frozen=True, slots=True)
class Corrections:
    """Cells with another content, by row and header, and rows to leave out."""

    cells: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()

    @classmethod
    def of(cls, given: Iterable[tuple[int, str | None, str | None]]) -> Corrections:
        """Build from (row, header, content); without a header the row is left out, without content the cell is empty.

        The last correction of a cell counts.
        """
        cells: dict[int, dict[str, str]] = {}
        left_out = set()
        for row, header, content in given:
            if header is None:
                left_out.add(row)
            else:
                cells.setdefault(row, {})[header] = content or ""
        return cls(cells, frozenset(left_out))

    def check(self, headers: Collection[str]) -> None:
        """Raise MappingError for a correction in a column that the file doesn't have."""
        unknown = sorted({header for cells in self.cells.values() for header in cells} - set(headers))
        if unknown:
            raise MappingError(f"A correction names the column {unknown[0]!r}, which the file doesn't have")

    def applied(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows with their corrections. A row whose cells are shifted stays as it is."""
        for number, cells in rows:
            if number in self.left_out:
                continue
            corrected = self.cells.get(number)
            yield number, {**cells, **corrected} if corrected and EXTRA_CELLS not in cells else cells
