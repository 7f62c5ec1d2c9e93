"""Values: money, partial dates, multilingual texts."""

from __future__ import annotations

import string
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.enums import DatePrecision
from store.values.column_types import ExactDecimal
from store.values.localized import candidates, normalise_tag, pick, pick_with_tag
from store.values.money import LIMIT, Money, check_amount, check_currency
from store.values.partial_dates import PartialDate

amounts = st.decimals(min_value=-(LIMIT - 1), max_value=LIMIT - 1, places=4, allow_nan=False)


# Money


@given(amounts, st.sampled_from(["CNY", "USD", "EUR", "JPY"]))
def test_money_is_read_back_from_its_text(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    assert Money.parse(str(money)) == money
    assert Money.parse(f"{currency} {money.amount_text}") == money


@given(amounts)
def test_an_amount_s_text_is_plain_digits(amount: Decimal) -> None:
    text = Money(amount, "CNY").amount_text
    assert set(text) <= set(string.digits + "-.")
    assert Decimal(text) == amount
    assert "." not in text or not text.endswith(("0", "."))


@given(amounts, amounts)
def test_amounts_are_stored_as_integers_that_order_and_return_exactly(one: Decimal, other: Decimal) -> None:
    kind = ExactDecimal()
    stored_one = kind.process_bind_param(one, None)  # type: ignore[arg-type]
    stored_other = kind.process_bind_param(other, None)  # type: ignore[arg-type]
    assert stored_one is not None
    assert stored_other is not None
    assert (stored_one < stored_other) == (one < other)
    assert abs(stored_one) < 2**63
    assert kind.process_result_value(stored_one, None) == one  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["1500000000 CNY", "CNY 1,500,000,000", "cny 1_500_000_000", " 1500000000.00 CNY "])
def test_money_is_read_in_its_usual_forms(text: str) -> None:
    assert Money.parse(text) == Money(Decimal(1_500_000_000), "CNY")


@pytest.mark.parametrize(
    "text", ["", "100", "CNY", "CNY 1 CNY", "1.2.3 CNY", "1e9 CNY", "一亿 CNY", "100 XYW", "NaN CNY"]
)
def test_what_is_not_money_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(ValueError, match=r"write|give"):
        Money.parse(text)


@pytest.mark.parametrize(
    "amount", ["NaN", "Infinity", "0.00001", str(LIMIT), "abc", "-1e20", "1e100000000", "1e-100000000"]
)
def test_amounts_that_can_not_be_kept_exactly_are_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=r"write|give|below|round"):
        check_amount(amount)


@pytest.mark.parametrize("amount", ["0e100000000", "0e-100000000", f"7.{'0' * 10_000}"])
def test_an_amount_is_never_longer_than_its_digits(amount: str) -> None:
    assert len(f"{check_amount(amount):f}") < 20


def test_currencies_are_those_of_iso_4217() -> None:
    assert check_currency(" cny ") == "CNY"
    with pytest.raises(ValueError, match="ISO 4217"):
        check_currency("RMB")


# Partial dates

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
years = st.integers(1900, 2100)


@given(days)
def test_a_day_is_itself(day: date) -> None:
    partial = PartialDate(day.isoformat())
    assert partial.precision is DatePrecision.DAY
    assert partial.earliest == partial.latest == day
    assert partial.year == day.year


@given(days)
def test_every_coarser_date_holds_the_day(day: date) -> None:
    half = 1 if day.month <= 6 else 2
    part = "early" if day.day <= 10 else "mid" if day.day <= 20 else "late"
    texts = [
        f"{day.year:04}",
        f"{day.year:04}-H{half}",
        f"{day.year:04}-Q{(day.month + 2) // 3}",
        f"{day.year:04}-{day.month:02}",
        f"{day.year:04}-{day.month:02}-{part}",
        day.isoformat(),
    ]
    dates = [PartialDate(text) for text in texts]
    assert [partial.precision for partial in dates] == list(DatePrecision)
    for coarse, fine in pairwise(dates):
        assert coarse.earliest is not None
        assert fine.earliest is not None
        assert coarse.latest is not None
        assert fine.latest is not None
        assert coarse.earliest <= fine.earliest <= day <= fine.latest <= coarse.latest


@given(years)
def test_the_parts_of_a_year_follow_each_other_without_a_gap(year: int) -> None:
    for parts in (
        [f"{year}-H{half}" for half in (1, 2)],
        [f"{year}-Q{quarter}" for quarter in range(1, 5)],
        [f"{year}-{month:02}" for month in range(1, 13)],
        [f"{year}-{month:02}-{part}" for month in range(1, 13) for part in ("early", "mid", "late")],
    ):
        dates = [PartialDate(part) for part in parts]
        assert dates[0].earliest == date(year, 1, 1)
        assert dates[-1].latest == date(year, 12, 31)
        for one, following in pairwise(dates):
            assert one.latest is not None
            assert following.earliest == one.latest + timedelta(days=1)


@pytest.mark.parametrize("text", ["--07", "--07-06", "--02-29", "--07-mid"])
def test_a_date_may_have_no_year(text: str) -> None:
    partial = PartialDate(text)
    assert (partial.year, partial.earliest, partial.latest) == (None, None, None)


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-13", "2024-02-30", "2023-02-29", "2024-H3", "2024-Q5", "2024-7", "2024-07-middle", "--13",
     "--02-30", "2024-07-16T00:00", "0000", "２０２４", "July 2024", "2024年"],
)  # fmt: skip
def test_what_is_not_a_date_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date; write|not in the calendar"):
        PartialDate(text)


# Multilingual texts

tags = st.sampled_from(["en", "en-GB", "zh", "zh-Hant", "zh-Hant-TW", "de", "ja"])


@given(st.dictionaries(tags, st.text(max_size=5)), st.lists(tags))
def test_a_text_is_found_before_nothing(texts: dict[str, str], languages: list[str]) -> None:
    picked = pick_with_tag(texts, languages)
    if picked is None:
        assert not any(texts.values())
    else:
        assert texts[picked[0]] == picked[1] != ""
        available = [tag for tag in candidates(languages) if texts.get(tag)]
        assert picked[0] == (available[0] if available else min(tag for tag in texts if texts[tag]))


@given(st.lists(tags))
def test_longer_tags_are_tried_before_their_shorter_forms(languages: list[str]) -> None:
    tried = candidates(languages)
    assert len(tried) == len(set(tried))
    assert set(languages) <= set(tried)
    assert candidates(["zh-Hant-TW"]) == ["zh-Hant-TW", "zh-Hant", "zh"]


def test_nothing_is_picked_from_nothing() -> None:
    assert pick(None, ["en"]) is None
    assert pick({}, ["en"]) is None
    assert pick({"en": ""}, ["en"]) is None


def test_tags_are_brought_to_their_canonical_form() -> None:
    assert normalise_tag("ZH_cn") == "zh-CN"
    assert normalise_tag("zh-hant-tw") == "zh-Hant-TW"
    with pytest.raises(ValueError, match="is not a language tag"):
        normalise_tag("not a tag!")
