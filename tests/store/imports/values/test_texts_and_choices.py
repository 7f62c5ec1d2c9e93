"""Lists, booleans, numbers, enums, countries, languages."""

from decimal import Decimal
from enum import Enum

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import enums
from store.imports.values import choices, countries, texts
from store.imports.values.contacts import parse_website
from store.imports.values.folding import folded
from store.imports.values.lists import parse_list

ITEMS = st.lists(
    st.text(
        st.characters(
            exclude_characters=";；、，|\n()[]{}（）【】［］《》「」［］\ufeff\u200b", exclude_categories=("C", "Z")
        ),
        min_size=1,
        max_size=8,
    ),
    max_size=6,
    unique=True,
).filter(lambda items: not any(texts.is_empty(item) for item in items))


@given(ITEMS, st.sampled_from([";", "；", "、", "|", "\n", " ; "]))
def test_a_list_comes_back_from_every_separator_and_from_json(items: list[str], separator: str) -> None:
    assert parse_list(separator.join(items)) == items
    assert parse_list(orjson.dumps(items).decode()) == items
    assert parse_list(items) == items


def test_a_list_that_is_not_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON list"):
        parse_list("[a, b")


@pytest.mark.parametrize(("text", "expected"), [("是", True), ("否", False), ("Yes", True), ("n", False), ("√", True)])
def test_booleans(text: str, expected: bool) -> None:
    assert texts.parse_boolean(text) is expected
    with pytest.raises(ValueError, match="是 or 否"):
        texts.parse_boolean("perhaps")


@given(st.integers(1, 9))
def test_readiness_in_every_style(level: int) -> None:
    for style in (
        str(level),
        f"TRL {level}",
        f"trl{level}",
        f"{level}级",
        f"第{'一二三四五六七八九'[level - 1]}级",
        level,
    ):
        assert texts.parse_readiness(style) == level
    with pytest.raises(ValueError, match="from 1 to 9"):
        texts.parse_readiness(level + 9)


@given(st.decimals(0, 100, places=1))
def test_percentages(number: Decimal) -> None:
    assert texts.parse_percentage(f"{number}%") == texts.parse_percentage(f"百分之{number}") == number


def test_words_for_nothing_may_still_be_names() -> None:
    assert texts.is_empty("NULL")
    assert not texts.is_empty("NULL", name=True)
    assert texts.is_empty("-", name=True)
    assert texts.is_empty(float("nan"))


@pytest.mark.parametrize("kind", list(choices.SYNONYMS), ids=lambda kind: kind.__name__)
def test_every_spelling_means_one_member(kind: type[Enum]) -> None:
    meant: dict[str, Enum] = {}
    for member in kind:
        spellings = [str(member.value), *choices.SYNONYMS[kind].get(str(member.value), "").split("|")]
        for spelling in filter(None, spellings):
            assert choices.parse_choice(kind, spelling) is member
            assert meant.setdefault(folded(spelling.replace("+", "plus")), member) is member, spelling
    assert set(choices.SYNONYMS[kind]) <= {str(member.value) for member in kind}


@pytest.mark.parametrize(
    ("kind", "text", "member"),
    [
        (enums.FundingStage, "天使轮", "ANGEL"),
        (enums.FundingStage, "A轮", "SERIES_A"),
        (enums.FundingStage, "pre-A 轮", "PRE_A"),
        (enums.FundingStage, "series_a", "SERIES_A"),
        (enums.TechnologyLevel, "国际领先", "INTERNATIONAL_LEADING"),
        (enums.TechnologyLevel, "Internationally leading (国际领先).", "INTERNATIONAL_LEADING"),
        (enums.EventType, "项目路演", "ROADSHOW"),
    ],
)
def test_enums_by_value_description_and_chinese_name(kind: type[Enum], text: str, member: str) -> None:
    assert choices.parse_choice(kind, text).value == member


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("天使轮/A轮", ["ANGEL", "SERIES_A"]),
        ("A轮-C轮", ["SERIES_A", "SERIES_B", "SERIES_C"]),
        ("Seed to Series A", ["SEED", "ANGEL", "PRE_A", "SERIES_A"]),
        ("Pre-A至B轮", ["PRE_A", "SERIES_A", "SERIES_B"]),
        ("Pre-A-A轮", ["PRE_A", "SERIES_A"]),
        ("Pre-A", ["PRE_A"]),
        ("Pre-IPO", ["PRE_IPO"]),
    ],
)
def test_several_stages_in_one_item(text: str, stages: list[str]) -> None:
    assert [member.value for member in choices.parse_choices(enums.FundingStage, text)] == stages


@pytest.mark.parametrize("text", ["C轮-A轮", "A轮-债权", "A轮/某轮", "A轮及以后"])
def test_stages_without_an_order_are_asked_about(text: str) -> None:
    with pytest.raises(ValueError, match="is not one of"):
        choices.parse_choices(enums.FundingStage, text)


def test_an_unknown_choice_lists_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="IDEA, PRE_SEED, SEED"):
        choices.parse_choice(enums.FundingStage, "later than late")


@pytest.mark.parametrize(
    ("text", "code"),
    [("CN", "CN"), ("中国", "CN"), ("USA", "US"), ("United States", "US"), ("英国", "GB"), ("UK", "GB")],
)
def test_countries_by_code_and_name(text: str, code: str) -> None:
    assert countries.parse_country(text).code == code


def test_subdivisions_and_languages() -> None:
    assert countries.find_subdivision("US", "california") == countries.Subdivision("US-CA", "California")
    assert countries.find_subdivision("CN", "Jiangsu") == countries.Subdivision("CN-JS", "Jiangsu")
    assert countries.find_subdivision("US", "Atlantis") is None
    assert [countries.parse_language(text) for text in ("英语", "Chinese", "zh_cn")] == ["en", "zh", "zh-CN"]
    with pytest.raises(ValueError, match="is not a language"):
        countries.parse_language("Klingonian tongue")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("example.org", "https://example.org"), ("http://a.cn/x", "http://a.cn/x")],
)
def test_web_addresses(text: str, expected: str) -> None:
    assert parse_website(text) == expected
    with pytest.raises(ValueError, match="is not a web address"):
        parse_website("javascript:alert(1)")
