"""Which words an explanation names."""

from __future__ import annotations

from recommender.blocks.common_words import (
    FEWEST_COUNTED,
    MOST_COUNTED,
    common_words,
    everywhere,
    words_of,
    words_of_texts,
)


def test_words_are_long_latin_ones_and_pairs_of_han_characters() -> None:
    assert words_of("The Sensors of 激光雷达 and us") == ["sensor", "激光", "光雷", "雷达"]


def test_what_most_texts_of_a_language_have_says_nothing() -> None:
    english = [f"Their product number {'again' if number else 'lidar'}" for number in range(FEWEST_COUNTED)]
    chinese = [f"机床的{'刀具' if number else '雷达'}" for number in range(FEWEST_COUNTED)]
    found = everywhere([*english, *chinese], ["en"] * len(english) + ["zh"] * len(chinese))
    assert {"their", "product", "again", "机床", "刀具"} <= found
    assert not {"lidar", "雷达"} & found


def test_of_few_texts_nothing_is_said_and_of_very_many_not_all_are_counted() -> None:
    few = everywhere(["their lidar"] * (FEWEST_COUNTED - 1), ["en"] * (FEWEST_COUNTED - 1))
    assert "lidar" not in few
    texts = [f"their {'lidar' * (number % 2)}" for number in range(2 * MOST_COUNTED + 1)]
    assert "their" in everywhere(texts, ["en"] * len(texts))


def named(project: str, wanted: str, others: frozenset[str] = frozenset()) -> list[str]:
    return common_words([project], words_of_texts([wanted]), others)


def test_words_of_boilerplate_and_of_grammar_say_nothing_even_in_a_small_pool() -> None:
    nothing = everywhere([], [])
    assert named("Our office and other investors within these years", "other office, investors within", nothing) == []
    assert named("公司团队获得融资", "公司团队融资", nothing) == []
    assert named("Lidar for the office", "office lidar", nothing) == ["lidar"]


def test_a_plural_is_the_same_word_and_is_named_as_the_project_writes_it() -> None:
    assert named("Solid batteries", "a battery") == ["batteries"]


def test_han_characters_are_named_in_whole_runs() -> None:
    assert named("全息光波导的镜片", "光波导与显示") == ["光波导"]


def test_what_either_side_denies_is_not_in_common() -> None:
    assert named("A radar without cameras", "cameras and radar") == ["radar"]
    assert named("Drones for farms", "No drones. Sensors for farms.") == ["farms"]
    assert named("无人机巡检", "我们不做无人机。做巡检。") == ["巡检"]
