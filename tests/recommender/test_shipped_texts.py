"""The texts that ship with the recommender: enough of them, each once, in the language that their file says."""

from collections.abc import Callable, Mapping

import pytest

from recommender.data import LANGUAGES, background, boilerplate, reference_names
from recommender.text.language import language_of

Texts = Callable[[], Mapping[str, tuple[str, ...]]]


@pytest.mark.parametrize(
    ("texts", "least"), [(boilerplate, {"en": 50, "zh": 30}), (background, {"en": 200, "zh": 200})]
)
def test_there_are_enough_texts_and_none_stands_twice(texts: Texts, least: dict[str, int]) -> None:
    for language in LANGUAGES:
        lines = texts()[language]
        assert len(lines) >= least[language]
        assert len({line.casefold() for line in lines}) == len(lines)
        assert all(language_of(line) == language for line in lines)


def test_each_reference_name_has_two_languages() -> None:
    names = reference_names()
    assert 60 <= len(names) <= 120
    for language in LANGUAGES:
        assert len({name[language].casefold() for name in names}) == len(names)
