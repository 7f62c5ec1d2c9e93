"""Partial dates, exactly as precise as their source.

Canonical texts: `2024`, `2020-H1`, `2024-Q3`, `2024-07`, `2024-07-mid`, `2024-07-16`, and without a
year `--07` and `--07-06` (as in ISO 8601:1988 and XML Schema's gMonth and gMonthDay).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from store.enums import DatePrecision

_PATTERNS = {
    DatePrecision.YEAR: r"(?P<year>\d{4})",
    DatePrecision.HALF: r"(?P<year>\d{4})-H(?P<half>[12])",
    DatePrecision.QUARTER: r"(?P<year>\d{4})-Q(?P<quarter>[1-4])",
    DatePrecision.MONTH: r"(?:(?P<year>\d{4})|-)-(?P<month>\d{2})",
    DatePrecision.PART_OF_MONTH: r"(?:(?P<year>\d{4})|-)-(?P<month>\d{2})-(?P<part>early|mid|late)",
    DatePrecision.DAY: r"(?:(?P<year>\d{4})|-)-(?P<month>\d{2})-(?P<day>\d{2})",
}
_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of some precision, perhaps without a year. `text` is canonical."""

    text: str

    def __post_init__(self) -> None:
        self._read()

    def _read(self) -> tuple[DatePrecision, int | None, tuple[int, int], tuple[int, int]]:
        """Return precision, year, first (month, day) and last (month, day); raises ValueError."""
        for precision, pattern in _PATTERNS.items():
            match = re.fullmatch(pattern, self.text, re.ASCII)
            if not match:
                continue
            groups = match.groupdict()
            year = int(groups["year"]) if groups.get("year") else None
            try:
                first, last = _span(precision, year, groups)
                leap = 2000 if year is None else year  # so that --02-29 is a day
                date(leap, *first), date(leap, *last)
            except (ValueError, calendar.IllegalMonthError) as error:
                raise ValueError(f"{self.text!r} is not in the calendar") from error
            return precision, year, first, last
        raise ValueError(
            f"{self.text!r} is not a date; write 2024, 2024-H1, 2024-Q3, 2024-07, 2024-07-mid (early, mid, late), "
            "2024-07-16, or without a year --07 or --07-06"
        )

    @property
    def precision(self) -> DatePrecision:
        return self._read()[0]

    @property
    def year(self) -> int | None:
        """The year, or None if the source states none."""
        return self._read()[1]

    @property
    def earliest(self) -> date | None:
        """The first day it may mean; None without a year."""
        _, year, first, _ = self._read()
        return date(year, *first) if year else None

    @property
    def latest(self) -> date | None:
        """The last day it may mean; None without a year."""
        _, year, _, last = self._read()
        return date(year, *last) if year else None

    def __str__(self) -> str:
        return self.text


def _span(
    precision: DatePrecision, year: int | None, groups: dict[str, str | None]
) -> tuple[tuple[int, int], tuple[int, int]]:
    if precision is DatePrecision.YEAR:
        return (1, 1), (12, 31)
    if precision in (DatePrecision.HALF, DatePrecision.QUARTER):
        months = 6 if precision is DatePrecision.HALF else 3
        ordinal = int(groups.get("half") or groups.get("quarter") or 1)
        last_month = ordinal * months
        return (last_month - months + 1, 1), (last_month, calendar.monthrange(year or 2000, last_month)[1])
    month = int(groups["month"] or 0)
    end = calendar.monthrange(year or 2000, month)[1]
    if precision is DatePrecision.MONTH:
        return (month, 1), (month, end)
    if precision is DatePrecision.PART_OF_MONTH:
        first, last = _PARTS[groups["part"] or "mid"]
        return (month, first), (month, min(last, end))
    day = int(groups["day"] or 0)
    return (month, day), (month, day)
