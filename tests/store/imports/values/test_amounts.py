"""Amounts: units scale exactly, ranges keep their order, nothing is guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.imports.values.amounts import AmountRange, Unit, parse_amount, parse_unit
from store.values.money import LIMIT

AMOUNTS = st.decimals(min_value=0, max_value=90_000, places=2, allow_nan=False, allow_infinity=False)
UNITS = [("", 1), ("千", 10**3), ("万", 10**4), ("百万", 10**6), ("千万", 10**7), ("亿", 10**8), ("k", 10**3)]
UNITS += [(" thousand", 10**3), ("m", 10**6), (" million", 10**6), ("bn", 10**9), (" Billion", 10**9)]
CURRENCIES = [("元", "CNY"), ("人民币", "CNY"), (" RMB", "CNY"), ("美元", "USD"), (" USD", "USD"), ("欧元", "EUR")]
CURRENCIES += [(" EUR", "EUR"), ("英镑", "GBP"), ("日元", "JPY"), ("港元", "HKD"), (" SGD", "SGD"), ("", None)]


def exactly(amount: Decimal | int | str, currency: str | None = None) -> AmountRange:
    return AmountRange(Decimal(amount), Decimal(amount), currency)


@given(AMOUNTS, st.sampled_from(UNITS), st.sampled_from(CURRENCIES))
def test_a_unit_multiplies_and_a_currency_is_found(
    number: Decimal, unit: tuple[str, int], currency: tuple[str, str | None]
) -> None:
    expected = number * unit[1]
    if expected < LIMIT:
        assert parse_amount(f"{number}{unit[0]}{currency[0]}") == exactly(expected, currency[1])


@given(AMOUNTS)
def test_digits_grouped_in_threes_mean_the_same(number: Decimal) -> None:
    assert parse_amount(f"{number:,}") == parse_amount(str(number)) == exactly(number)


@given(AMOUNTS, AMOUNTS, st.sampled_from(UNITS), st.sampled_from(["-", "–", "~", "至", "到", " to ", "－"]))
def test_the_unit_of_a_range_counts_for_both_ends(a: Decimal, b: Decimal, unit: tuple[str, int], dash: str) -> None:
    low, high = sorted((a, b))
    if high * unit[1] < LIMIT:
        assert parse_amount(f"{low}{dash}{high}{unit[0]}元") == AmountRange(low * unit[1], high * unit[1], "CNY")
    if low < high:
        with pytest.raises(ValueError, match="smaller amount first"):
            parse_amount(f"{high}{dash}{low}{unit[0]}元")


@given(AMOUNTS, st.sampled_from(["万元", "亿元", "USD", "k€", "million CNY"]))
def test_a_headers_unit_counts_only_where_the_cell_has_none(number: Decimal, header: str) -> None:
    unit = parse_unit(header)
    assert unit is not None
    assert parse_amount(str(number), unit=unit) == exactly(number * unit.multiplier, unit.currency)
    assert parse_amount(f"{number}万", unit=unit) == exactly(number * 10**4, unit.currency)


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    try:
        found = parse_amount(text)
    except ValueError:
        return
    ends = [end for end in (found.lowest, found.highest) if end is not None]
    assert ends
    assert all(0 <= end < LIMIT for end in ends)


@pytest.mark.parametrize(
    ("text", "lowest", "highest", "currency"),
    [
        ("500-800万元", 5_000_000, 8_000_000, "CNY"),
        ("500万至1亿元", 5_000_000, 100_000_000, "CNY"),
        ("1亿2000万", 120_000_000, 120_000_000, None),
        ("人民币 1,000万元", 10_000_000, 10_000_000, "CNY"),
        ("￥３００万", 3_000_000, 3_000_000, "CNY"),
        ("US$1.5bn", 1_500_000_000, 1_500_000_000, "USD"),
        ("HK$3 million", 3_000_000, 3_000_000, "HKD"),
        ("$1-2 million", 1_000_000, 2_000_000, "USD"),
        ("between 1 and 2 million", 1_000_000, 2_000_000, None),
        ("超过500万元", 5_000_000, None, "CNY"),
        ("500万以上人民币", 5_000_000, None, "CNY"),
        ("不超过1亿", None, 100_000_000, None),
        ("up to $5M", None, 5_000_000, "USD"),
        ("约300万左右", 3_000_000, 3_000_000, None),
        ("500w", 5_000_000, 5_000_000, None),
        ("1000万（人民币）", 10_000_000, 10_000_000, "CNY"),
        ("100萬港幣", 1_000_000, 1_000_000, "HKD"),
        ("1.250万元", 12_500, 12_500, "CNY"),
    ],
)
def test_what_people_write(text: str, lowest: int | None, highest: int | None, currency: str | None) -> None:
    assert parse_amount(text) == AmountRange(
        None if lowest is None else Decimal(lowest), None if highest is None else Decimal(highest), currency
    )


def test_a_dollar_is_the_columns_dollar() -> None:
    assert parse_amount("$5", currency="CAD").currency == "CAD"
    assert parse_amount("$5", currency="CNY").currency == "USD"
    assert parse_amount("5", currency="CNY").currency == "CNY"


def test_numbers_of_cells_are_exact() -> None:
    assert parse_amount(0.1 + 0.2) == exactly("0.3")
    assert parse_amount(12) == exactly(12)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-5", "is negative"),
        ("", "write an amount such as"),
        ("much", "write an amount such as"),
        ("1,5", "odd place; write 1,234,567.89"),
        ("1.500.000", "odd place; write 1,234,567.89"),
        ("€1.000", "ambiguous; write 1000, or 1.00"),
        ("1E+07", "write all digits"),
        ("5元 3美元", "several currencies"),
        ("5 XQZ", "not an ISO 4217 currency"),
        ("1.00001", "more than 4 decimals"),
        ("9999999亿亿", "write an amount such as"),
        ("99999999亿", "out of range"),
        ("500万亿亿", "write an amount such as"),
    ],
)
def test_what_is_refused_says_the_remedy(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_amount(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("万元", Unit(10**4, "CNY")),
        ("单位：亿元", Unit(10**8, "CNY")),
        ("万美元", Unit(10**4, "USD")),
        ("USD", Unit(1, "USD")),
        ("名称", None),
        ("选填", None),
    ],
)
def test_units_of_headers(text: str, unit: Unit | None) -> None:
    assert parse_unit(text) == unit
