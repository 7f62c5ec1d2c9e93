"""Partial dates as people and spreadsheets write them, in English and Chinese."""

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from store.imports.values.texts import text_of
from store.values.partial_dates import PartialDate

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sep sept", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_PARTS = {
    "early": "early", "beginning of": "early", "start of": "early", "上旬": "early", "初": "early", "月初": "early",
    "mid": "mid", "middle of": "mid", "中旬": "mid", "中": "mid", "月中": "mid",
    "late": "late", "end of": "late", "下旬": "late", "底": "late", "末": "late", "月底": "late", "月末": "late",
}  # fmt: skip
_PARTS_OF_YEAR = {
    "初": "-Q1", "中": "", "底": "-Q4", "末": "-Q4",
    "beginning of": "-Q1", "start of": "-Q1", "early": "-H1", "mid": "", "middle of": "",
    "late": "-H2", "end of": "-Q4",
}  # fmt: skip
"""The shortest expressible span that surely contains the part; the middle of a year lies in both halves."""
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_SERIALS = range(10_000, 110_000)
"""1927 to 2201: five or six digits that can't be a year or a month."""
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_PART = r"(?P<part>early|mid|late|beginning of|start of|middle of|end of)"
_REMEDY = "write 2024, 2024-07, 2024-07-16, 2024-H1, 2024-Q3, 2024-07-mid, 2024年7月中旬, 'mid-July 2024' or --07-06"

_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})\s*(?:年|year)?",
        r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*月?(?:份)?",
        r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?(?:[t\s]+\d{1,2}:\d{2}.*)?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])",
        r"(?P<month>\d{1,2})[/.](?P<year>\d{4})",
        r"(?P<month>\d{1,2})月(?:份)?",
        r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?",
        r"(?:(?P<year>\d{4})[年-])?(?P<month>\d{1,2})[月-]?(?P<part>上旬|中旬|下旬|月?初|月?中|月?底|月?末|early|mid|late)",
        r"(?P<year>\d{4})\s*年{1,2}(?P<of_year>[初中底末])",
        r"(?P<of_year>early|mid|late|beginning of|start of|middle of|end of)[-\s]+(?P<year>\d{4})",
        r"(?P<year>\d{4})年?(?P<half>[上下])半年",
        r"(?P<year>\d{4})年?(?:第)?(?P<quarter>[1-4])(?:个)?季度?",
        r"(?P<year>\d{4})[-\s]?(?:h(?P<half>[12])|q(?P<quarter>[1-4]))",
        r"(?:h(?P<half>[12])|q(?P<quarter>[1-4]))[-\s/]?(?P<year>\d{4})",
        r"(?P<ordinal>first|second|1st|2nd) half (?:of )?(?P<year>\d{4})",
        r"(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th) (?P<is_quarter>quarter) (?:of )?(?P<year>\d{4})",
        rf"(?:{_PART}[-\s]*)?(?P<name>{_NAME})\.?,?(?:\s+(?P<year>\d{{4}}))?",
        rf"(?P<name>{_NAME})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of )?(?P<name>{_NAME})\.?,?(?:[\s-]+(?P<year>\d{{4}}))?",
        r"(?P<day>\d{1,2})\.\s*(?P<month>\d{1,2})\.\s*(?P<year>\d{4})",
        r"--(?P<month>\d{2})(?:-(?P<day>\d{2})|-(?P<part>early|mid|late))?",
    )
]
_FIRST_DAY = re.compile(r"\d{4}-\d{2}-01")
_TIME = re.compile(
    r"(?:^|[\sTt日号])(?P<hours>\d{1,2}):(?P<minutes>\d{2})(?::(?P<seconds>\d{2}))?(?:\.\d+)?"
    r"\s*(?:(?P<half>[ap])\.?m\b)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<=[\d日号])[t\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:z|[+-]\d{2}:?\d{2})?$"
)
"""A time of day after a date."""
_DAY_AND_CLOCK = re.compile(
    r"(?P<day>.*?[\d日号])(?:[t\s]+|(?<=[日号]))(?P<clock>\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?)"
)
_WHOLE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CHINESE_CLOCK = re.compile(
    r"\s*(?:(?P<half>上午|早上|早晨|凌晨|中午|下午|傍晚|晚上)\s*|(?<=[日号\s]))"
    r"(?P<hours>\d{1,2})(?:[点时](?P<minutes>\d{2}|半)?分?|:(?P<rest>\d{2}))$"
)
_MONTH_AND_NUMBER = re.compile(
    rf"(?:(?P<first>{_NAME})\.?[\s,'’-]*(?P<after>\d{{2}})|(?P<before>\d{{2}})[\s-]*(?P<second>{_NAME})\.?)"
)
_TWO_NUMBERS = re.compile(r"(?P<one>\d{1,2})[/.-](?P<other>\d{1,2})")
_EITHER_ORDER = re.compile(r"(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<year>\d{4})")


def parse_date(value: object, *, day_first: bool | None = None) -> PartialDate:
    """Parse a partial date; raises ValueError with the remedy.

    `day_first` says how the column writes `6/7/2024`; without it such a date must not be ambiguous.
    """
    if isinstance(value, datetime | date):
        return PartialDate(value.strftime("%Y-%m-%d"))
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _number(Decimal(str(value)))
    return _parse_text(text_of(value), day_first)


@lru_cache(maxsize=10_000)
def _parse_text(written: str, day_first: bool | None) -> PartialDate:
    text = _with_plain_clock(_arabic(unicodedata.normalize("NFKC", written).casefold()))
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?<=\d{4})\.0+$", "", text)  # data frames write 2015 as 2015.0
    if re.fullmatch(r"\d{5,6}(?:\.\d+)?", text) and not re.fullmatch(r"(?:19|20)\d{4}", text):
        return _number(Decimal(text))
    text = _CLOCK.sub("", text)
    if either := _EITHER_ORDER.fullmatch(text):
        return _either_order(either, day_first)
    _check_readings(text)
    for pattern in _PATTERNS:
        for candidate in (text, re.sub(r"[的\s]+(?=[上下中初底末第\d])|(?<=年)\s+", "", text)):
            if match := pattern.fullmatch(candidate):
                return _build(match.groupdict())
    raise ValueError(f"is not a date; {_REMEDY}")


def time_of(value: object) -> str:
    """Return the time of day in a date's cell, as `HH:MM` or `HH:MM:SS`; empty for none, and for midnight.

    Databases and data frames write midnight for a day without a time.
    """
    if isinstance(value, datetime):
        clock = value.time().isoformat("seconds")
    elif match := _TIME.search(_with_plain_clock(_arabic(unicodedata.normalize("NFKC", text_of(value))))):
        half = (match["half"] or "").casefold()
        hours = int(match["hours"]) % 12 + 12 * (half == "p") if half else int(match["hours"])
        clock = f"{hours:02d}:{match['minutes']}:{match['seconds'] or '00'}"
    else:
        return ""
    return "" if clock == "00:00:00" else clock.removesuffix(":00") if clock.count(":") == 2 else clock


def local_time_of(written: str, *, day_first: bool | None = None) -> str | None:
    """Return a day and a time of day, nothing else, as `2026-05-01 17:00:00`; None for what names a zone or lacks one.

    Raises ValueError for a day that can be read two ways.
    """
    text = _with_plain_clock(_arabic(unicodedata.normalize("NFKC", written).casefold()))
    match = _DAY_AND_CLOCK.fullmatch(text.strip())
    day = parse_date(match["day"], day_first=day_first) if match else None
    if match is None or day is None or not _WHOLE_DAY.fullmatch(day.text):
        return None
    return f"{day.text} {time_of(match['clock']) or '00:00'}"


def _with_plain_clock(text: str) -> str:
    """Write a time of day as `HH:MM` that is written in Chinese: 上午9:30, 下午2点半, 14点."""
    match = _CHINESE_CLOCK.search(text)
    if match is None:
        return text
    hours, half = int(match["hours"]), match["half"]
    if half in ("下午", "傍晚", "晚上") or (half == "中午" and hours < 6):
        hours = hours % 12 + 12 if hours <= 12 else hours
    elif half == "凌晨":
        hours %= 12
    minutes = match["rest"] or match["minutes"] or "00"
    minutes = "30" if minutes == "半" else minutes
    is_clock = hours < 24 or (hours, minutes) == (24, "00")  # the end of the day
    return f"{text[: match.start()]} {hours:02d}:{minutes}" if is_clock else text


def without_filler(stated: PartialDate) -> PartialDate:
    """Reduce a first of January to the year, and any other first day to the month: filler of databases."""
    if not _FIRST_DAY.fullmatch(stated.text):
        return stated
    return PartialDate(stated.text.removesuffix("-01").removesuffix("-01"))


def _check_readings(text: str) -> None:
    """Raise ValueError for ambiguous dates: Sep 21 is a day or a month of 2021, 3/12 is one of two days."""
    if match := _MONTH_AND_NUMBER.fullmatch(text):
        month, number = _MONTHS[match["first"] or match["second"]], int(match["after"] or match["before"])
        readings = [f"20{number:02d}-{month:02d}"]
        if 1 <= number <= calendar.monthrange(2000, month)[1]:
            readings.append(f"--{month:02d}-{number:02d}")
        if 1 <= number <= 31:
            raise ValueError(
                f"may be {' or '.join(readings)}; write the year with four digits, or the day without a year as --07-06"
            )
    elif match := _TWO_NUMBERS.fullmatch(text):
        one, other = int(match["one"]), int(match["other"])
        orders = dict.fromkeys(((one, other), (other, one)))
        readings = [f"--{month:02d}-{day:02d}" for month, day in orders if 0 < month <= 12 and 0 < day <= 31]
        if readings:
            raise ValueError(
                f"may be {' or '.join(readings)}, or a month of a year; write the year with four digits, "
                "or the day without a year as --07-06"
            )


def _number(number: Decimal) -> PartialDate:
    """Parse a year, or a spreadsheet's day count."""
    whole = int(number)
    if 1900 <= whole <= 2199 and number != whole:
        return _year_and_month(number)
    if number == whole and 1000 <= whole <= 9999:
        return PartialDate(f"{whole:04d}")
    if number == whole and 10_000_000 <= whole <= 99_999_999:
        return PartialDate(f"{whole // 10_000:04d}-{whole // 100 % 100:02d}-{whole % 100:02d}")
    if number == whole and 190_001 <= whole <= 209_912 and 1 <= whole % 100 <= 12:
        return PartialDate(f"{whole // 100:04d}-{whole % 100:02d}")
    if whole in _EXCEL_SERIALS:
        return PartialDate((_EXCEL_EPOCH + timedelta(days=whole)).isoformat())
    raise ValueError(f"is not a date; {_REMEDY}")


def _year_and_month(number: Decimal) -> PartialDate:
    """Handle 2020.5, typed for May but taken for a number by the spreadsheet; 2020.10 becomes 2020.1 there."""
    year, _, month = str(number.normalize()).partition(".")
    if month == "1":
        raise ValueError(f"may be {year}-01 or {year}-10; write one of these, as text")
    return PartialDate(f"{year}-{int(month):02d}")


def _either_order(match: re.Match[str], day_first: bool | None) -> PartialDate:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if first > 12 or second > 12 or first == second:
        day_first = first > 12
    if day_first is None:
        raise ValueError(
            f"may be {year:04d}-{first:02d}-{second:02d} or {year:04d}-{second:02d}-{first:02d}; write one of these, "
            "or say 'day_first: true' (or false) for the column in the mapping file"
        )
    day, month = (first, second) if day_first else (second, first)
    return PartialDate(f"{year:04d}-{month:02d}-{day:02d}")


def _build(found: dict[str, str | None]) -> PartialDate:
    year = int(found["year"] or 0) if found.get("year") else None
    if half := found.get("half"):
        return PartialDate(f"{year:04d}-H{ {'上': 1, '下': 2}.get(half) or half }")
    if quarter := found.get("quarter"):
        return PartialDate(f"{year:04d}-Q{quarter}")
    if ordinal := found.get("ordinal"):
        return PartialDate(f"{year:04d}-{'Q' if found.get('is_quarter') else 'H'}{_ORDINALS[ordinal]}")
    if of_year := found.get("of_year"):
        return PartialDate(f"{year:04d}{_PARTS_OF_YEAR[of_year]}")
    name = found.get("name")
    month = _MONTHS[name] if name else int(found["month"] or 0) if found.get("month") else None
    if month is None:
        return PartialDate(f"{year:04d}")
    text = f"{year:04d}-{month:02d}" if year is not None else f"--{month:02d}"
    if part := found.get("part"):
        return PartialDate(f"{text}-{_PARTS[part.strip()]}")
    return PartialDate(f"{text}-{int(day):02d}" if (day := found.get("day")) else text)


def _arabic(text: str) -> str:
    """Convert Chinese numerals to Arabic: 二〇二四年十一月三十日."""
    text = text.translate(_DIGITS)
    return re.sub(r"(\d?)十(\d?)", lambda match: f"{match[1] or 1}{match[2] or 0}", text)
