"""Merged cells: a value merged over several rows holds for each of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)")
NumberedCells = tuple[int, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Merge:
    """One merged range; rows count from 1, columns from 0, both ends inclusive."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @classmethod
    def of(cls, reference: str) -> "Merge | None":
        """Parse a sheet's `A2:A4`; None for anything else."""
        if not (match := _REFERENCE.fullmatch(reference)):
            return None
        return cls(int(match[2]), int(match[4]), _column(match[1]), _column(match[3]))

    @property
    def is_wide(self) -> bool:
        """Whether it spans several columns."""
        return self.last_column > self.first_column

    def __str__(self) -> str:
        return f"{_letters(self.first_column)}{self.first_row}:{_letters(self.last_column)}{self.last_row}"


class Merges:
    """The merged ranges of a sheet."""

    def __init__(self, ranges: Iterable[Merge] = ()) -> None:
        self._ranges = sorted(ranges, key=lambda merge: merge.first_row)

    def at(self, row: int) -> list[Merge]:
        """Return the ranges that include a row."""
        return [merge for merge in self._ranges if merge.first_row <= row <= merge.last_row]

    def filled(self, rows: Iterator[NumberedCells]) -> Iterator[NumberedCells]:
        """Return `rows`, numbered upwards, with the value of each one-column range in all of its rows."""
        upright = [merge for merge in self._ranges if not merge.is_wide and merge.last_row > merge.first_row]
        if not upright:
            yield from rows
            return
        position = 0
        open_: list[tuple[Merge, object]] = []
        for number, cells in rows:
            open_ = [(merge, value) for merge, value in open_ if merge.last_row >= number]
            while position < len(upright) and upright[position].first_row <= number:
                merge = upright[position]
                position += 1
                if merge.first_row == number and merge.first_column < len(cells):
                    open_.append((merge, cells[merge.first_column]))
            if not open_:
                yield number, cells
                continue
            filled = list(cells)
            for merge, value in open_:
                filled += [None] * (merge.first_column + 1 - len(filled))
                if merge.first_row < number:
                    filled[merge.first_column] = value
            yield number, filled


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _letters(column: int) -> str:
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
