"""Chinese numerals: every number below ten thousand as it is written, and nothing guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.imports.values.amounts import Unit, parse_amount
from store.imports.values.numerals import with_digits

DIGITS = "零一二三四五六七八九"
BANK = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


def chinese(number: int) -> str:
    """A number from 1 to 9999 as it is written out."""
    text = ""
    gap = False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + unit
        gap = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text


@given(st.integers(1, 9999))
def test_every_number_is_read(number: int) -> None:
    assert with_digits(chinese(number)) == str(number)
    assert with_digits(chinese(number).translate(BANK)) == str(number)
    assert parse_amount(f"{chinese(number)}万元").lowest == number * 10**4


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_a_sum_is_read(hundreds_of_millions: int, ten_thousands: int) -> None:
    gap = "零" if ten_thousands < 1000 else ""
    written = f"{chinese(hundreds_of_millions)}亿{gap}{chinese(ten_thousands)}万元"
    assert parse_amount(written).lowest == hundreds_of_millions * 10**8 + ten_thousands * 10**4


@given(st.lists(st.sampled_from(DIGITS), min_size=4, max_size=9).map("".join))
def test_digits_by_position_are_read(written: str) -> None:
    assert with_digits(written) == "".join(str(DIGITS.index(digit)) for digit in written)


@given(st.text("零一二两三五十百千万亿点至到0123456789.元", max_size=12))
def test_any_numerals_are_an_amount_or_a_value_error(text: str) -> None:
    try:
        found = parse_amount(text)
    except ValueError:
        return
    assert found.lowest is None or found.lowest >= 0


@pytest.mark.parametrize(
    ("text", "lowest", "highest"),
    [
        ("五百万", 5_000_000, 5_000_000),
        ("三千万元", 30_000_000, 30_000_000),
        ("1亿5000万", 150_000_000, 150_000_000),
        ("一亿五千万", 150_000_000, 150_000_000),
        ("一亿零五百万", 105_000_000, 105_000_000),
        ("一点五亿", 150_000_000, 150_000_000),
        ("两千万元", 20_000_000, 20_000_000),
        ("伍佰万元整", 5_000_000, 5_000_000),
        ("五百万至八百万元", 5_000_000, 8_000_000),
        ("不超过三百万元", None, 3_000_000),
        ("超过十五万美元", 150_000, None),
        ("一万零五百元", 10_500, 10_500),
        ("3万5千", 35_000, 35_000),
    ],
)
def test_what_people_write(text: str, lowest: int | None, highest: int | None) -> None:
    found = parse_amount(text)
    assert (found.lowest, found.highest) == (lowest, highest)


@pytest.mark.parametrize(
    "text",
    [
        "三五百万", "五六百万", "三百五万", "五到八百万", "百万", "万元", "1亿5", "1亿5千", "3万5",
        "一万五百", "1亿5000",
    ],
)  # fmt: skip
def test_what_may_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_amount(text)


def test_a_headers_unit_counts_where_the_numeral_has_none() -> None:
    unit = Unit(10**4, "CNY")
    assert parse_amount("五百", unit=unit) == parse_amount("五百万", unit=unit) == parse_amount("500", unit=unit)
    assert parse_amount("五百").lowest == Decimal(500)
