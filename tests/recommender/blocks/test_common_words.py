"""Which words an explanation names."""

from __future__ import annotations

from recommender.blocks.common_words import FEWEST_COUNTED, MOST_COUNTED, everywhere, words_of


def test_words_are_long_latin_ones_and_pairs_of_han_characters() -> None:
    assert words_of("The Sensors of 激光雷达 and us") == ["sensors", "激光", "光雷", "雷达"]


def test_what_most_texts_of_a_language_have_says_nothing() -> None:
    english = [f"Their product number {'again' if number else 'lidar'}" for number in range(FEWEST_COUNTED)]
    chinese = [f"我们的{'产品' if number else '雷达'}" for number in range(FEWEST_COUNTED)]
    found = everywhere([*english, *chinese], ["en"] * len(english) + ["zh"] * len(chinese))
    assert {"their", "product", "again", "我们"} <= found
    assert not {"lidar", "雷达"} & found


def test_of_few_texts_nothing_is_said_and_of_very_many_not_all_are_counted() -> None:
    assert everywhere(["their lidar"] * (FEWEST_COUNTED - 1), ["en"] * (FEWEST_COUNTED - 1)) == frozenset()
    texts = [f"their {'lidar' * (number % 2)}" for number in range(2 * MOST_COUNTED + 1)]
    assert "their" in everywhere(texts, ["en"] * len(texts))
