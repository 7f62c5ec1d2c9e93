"""Words as lexical search sees them, in English and in Chinese without a dictionary."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9][a-z0-9+\-]+|[\u3400-\u9fff]+")
_OF_EVERYBODY = (
    "company companies platform platforms solution solutions service services product products provider providers "
    "provide provides providing offer offers offering develop develops developing developer developers business "
    "businesses technology technologies tech leading based startup startups firm industry inc"
)
GENERIC = frozenset(_OF_EVERYBODY.split())
"""Words that nearly every company says of itself."""
FEW_WORDS = 5
"""A text with fewer content words says little more than a label."""


def words_of(text: str) -> list[str]:
    """Latin words of two characters or more; Han text character by character and in pairs."""
    words: list[str] = []
    for run in _WORD.findall(text.lower()):
        if "\u3400" <= run[0] <= "\u9fff":
            words.extend(run)
            words.extend(run[start : start + 2] for start in range(len(run) - 1))
        else:
            words.append(run)
    return words


def content_words(text: str) -> int:
    """Count a text's informative words: Latin ones that are neither stop words nor generic, and pairs of Han
    characters.

    Two Han characters count as one word, which is the usual length.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    count = 0.0
    for run in _WORD.findall(text.lower()):
        if "\u3400" <= run[0] <= "\u9fff":
            count += len(run) / 2
        elif run not in ENGLISH_STOP_WORDS and run not in GENERIC:
            count += 1
    return int(count)
