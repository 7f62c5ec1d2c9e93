"""Partial dates: every canonical date in every style comes back as itself."""

import contextlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.imports.values.dates import local_time_of, parse_date, time_of, without_filler
from store.values.partial_dates import PartialDate

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
NUMERALS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """11 as 十一, 30 as 三十."""
    tens, ones = divmod(number, 10)
    return (NUMERALS[tens] if tens > 1 else "") + ("十" if tens else "") + (NUMERALS[ones] if ones or not tens else "")


@given(DAYS)
def test_days_in_every_style(day: date) -> None:
    name = MONTHS[day.month - 1]
    styles = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"{day:%Y%m%d}",
        f"{name} {day.day}, {day.year}",
        f"{day.day} {name[:3]} {day.year}",
        f"{day.day}. {day.month}. {day.year}",
        f"{day.isoformat()} 12:30:00",
        f"{day.isoformat()}T00:00:00Z",
        "".join(NUMERALS[int(digit)] for digit in str(day.year)) + f"年{chinese(day.month)}月{chinese(day.day)}日",
    ]
    for style in styles:
        assert parse_date(style) == PartialDate(day.isoformat()), style
    assert parse_date(datetime(day.year, day.month, day.day, 15)) == PartialDate(day.isoformat())


@given(st.integers(1900, 2199), st.integers(1, 12), st.sampled_from(["early", "mid", "late"]))
def test_months_and_their_parts_in_every_style(year: int, month: int, part: str) -> None:
    name, in_chinese = MONTHS[month - 1], {"early": "上旬", "mid": "中旬", "late": "下旬"}[part]
    for style in (
        f"{year}年{month}月",
        f"{year}-{month:02d}",
        f"{year}/{month}",
        f"{name} {year}",
        f"{name[:3]}. {year}",
    ):
        assert parse_date(style) == PartialDate(f"{year}-{month:02d}"), style
    for style in (f"{year}年{month}月{in_chinese}", f"{part}-{name} {year}", f"{part} {name} {year}"):
        assert parse_date(style) == PartialDate(f"{year}-{month:02d}-{part}"), style
    for style in (f"{month}月{in_chinese}", f"{part} {name}"):
        assert parse_date(style) == PartialDate(f"--{month:02d}-{part}"), style


@given(st.integers(1900, 2199), st.integers(1, 4))
def test_years_halves_and_quarters(year: int, quarter: int) -> None:
    ordinal = ["first", "second", "third", "fourth"][quarter - 1]
    for style in (f"{year}-Q{quarter}", f"Q{quarter} {year}", f"{year}年第{'一二三四'[quarter - 1]}季度"):
        assert parse_date(style) == PartialDate(f"{year}-Q{quarter}"), style
    assert parse_date(f"{ordinal} quarter of {year}") == PartialDate(f"{year}-Q{quarter}")
    half = (quarter + 1) // 2
    for style in (f"{year}-H{half}", f"H{half} {year}", f"{year}年{'上下'[half - 1]}半年"):
        assert parse_date(style) == PartialDate(f"{year}-H{half}"), style
    assert parse_date(f"{year}年") == parse_date(str(year)) == parse_date(year) == PartialDate(str(year))


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2190, 12, 31)))
def test_a_spreadsheets_count_of_days(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert parse_date(serial) == parse_date(serial + 0.75) == parse_date(str(serial)) == PartialDate(day.isoformat())


@given(st.text(max_size=25))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert PartialDate(parse_date(text).text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7月6日", "--07-06"),
        ("July 6", "--07-06"),
        ("7月", "--07"),
        ("--07-06", "--07-06"),
        ("end of May 2024", "2024-05-late"),
        ("beginning of May 2024", "2024-05-early"),
        ("2024年7月底", "2024-07-late"),
        ("2024年底", "2024-Q4"),
        ("2024 年末", "2024-Q4"),
        ("二〇二四年年底", "2024-Q4"),
        ("2024年初", "2024-Q1"),
        ("2024年年中", "2024"),
        ("2024年中", "2024"),
        ("end of 2024", "2024-Q4"),
        ("beginning of 2024", "2024-Q1"),
        ("early 2024", "2024-H1"),
        ("Late 2024", "2024-H2"),
        ("mid-2024", "2024"),
        ("16th of July 2024", "2024-07-16"),
        ("16/7/2024", "2024-07-16"),
        ("7/16/2024", "2024-07-16"),
        ("7/7/2024", "2024-07-07"),
    ],
)
def test_what_people_write(text: str, expected: str) -> None:
    assert parse_date(text) == PartialDate(expected)


@given(st.integers(1900, 2199), st.integers(2, 9))
def test_a_month_typed_with_a_dot_may_have_become_a_number(year: int, month: int) -> None:
    for number in (float(f"{year}.{month}"), float(f"{year}.{month:02d}"), f"{month}/{year}", f"{month:02d}.{year}"):
        assert parse_date(number) == PartialDate(f"{year}-{month:02d}")
    for month in (11, 12):
        assert parse_date(float(f"{year}.{month}")) == PartialDate(f"{year}-{month}")
    with pytest.raises(ValueError, match=f"may be {year}-01 or {year}-10"):
        parse_date(float(f"{year}.1"))


def test_an_ambiguous_date_is_asked_about() -> None:
    with pytest.raises(ValueError, match="2024-06-07 or 2024-07-06"):
        parse_date("6/7/2024")
    assert parse_date("6/7/2024", day_first=True) == PartialDate("2024-07-06")
    assert parse_date("6/7/2024", day_first=False) == PartialDate("2024-06-07")


@pytest.mark.parametrize(
    "text", ["", "soon", "2024-13", "2024年2月30日", "24/7/6", "24年底", "2024年旬", "0", "32", "July 45"]
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a date|not in the calendar"):
        parse_date(text)


def test_every_day_of_a_leap_year_has_a_date_without_a_year() -> None:
    day = date(2000, 1, 1)
    while day.year == 2000:
        assert parse_date(f"{day.month}月{day.day}日") == PartialDate(f"--{day:%m-%d}")
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2008-01-01", "2008"),
        ("2008-03-01", "2008-03"),
        ("2008-01-02", "2008-01-02"),
        ("2001-01", "2001-01"),
        ("2008-11-11", "2008-11-11"),
        ("--01-01", "--01-01"),
    ],
)
def test_a_first_day_may_be_filler(written: str, meant: str) -> None:
    assert without_filler(PartialDate(written)) == PartialDate(meant)


@pytest.mark.parametrize(
    ("written", "day", "clock"),
    [
        ("2026年5月2日 上午9:30", "2026-05-02", "09:30"),
        ("2026/5/3 下午2点", "2026-05-03", "14:00"),
        ("2026年5月2日14点30分", "2026-05-02", "14:30"),
        ("2026年5月2日下午2点半", "2026-05-02", "14:30"),
        ("2026年5月2日晚上8：00", "2026-05-02", "20:00"),
        ("2026年5月2日 中午12点", "2026-05-02", "12:00"),
        ("2026年5月2日24时", "2026-05-02", "24:00"),
        ("2026年5月2日 中午1点", "2026-05-02", "13:00"),
        ("2026年5月2日凌晨12点10分", "2026-05-02", "00:10"),
        ("5月2日 10:00", "--05-02", "10:00"),
        ("2026-05-02 2:30 PM", "2026-05-02", "14:30"),
        ("2026-05-02 12:15 PM", "2026-05-02", "12:15"),
        ("2026-05-02 12:30 AM", "2026-05-02", "00:30"),
        ("2026年5月2日", "2026-05-02", ""),
        ("2024年上半年", "2024-H1", ""),
    ],
)
def test_a_time_of_day_behind_a_date(written: str, day: str, clock: str) -> None:
    assert parse_date(written) == PartialDate(day)
    assert time_of(written) == clock
    assert local_time_of(written) == (f"{day} {clock}" if clock and day.startswith("2026") else None)
