"""Words that can be named as common to two texts, and those that are in so many that they say nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_LATIN_WORD = re.compile(r"[A-Za-z]{5,}")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
MOST_COUNTED = 2_000
"""Of so many texts of a language the words are counted, at most."""
EVERYWHERE = 0.1
"""Words in more than this share of a language's texts say nothing of any one, and aren't named as in common."""
FEWEST_COUNTED = 10
"""Of fewer texts nothing can be said."""


def everywhere(texts: Sequence[str], languages: Sequence[str]) -> frozenset[str]:
    """Words that very many texts of their language have, such as "their" and 我们."""
    found: set[str] = set()
    for language in set(languages):
        own = [text for text, each in zip(texts, languages, strict=True) if each == language]
        counted = own[:: -(-len(own) // MOST_COUNTED)]
        if len(counted) >= FEWEST_COUNTED:
            counts = Counter(word for text in counted for word in set(words_of(text)))
            found |= {word for word, count in counts.items() if count > EVERYWHERE * len(counted)}
    return frozenset(found)


def words_of(text: str) -> list[str]:
    """Latin words of five letters or more, and pairs of Han characters: long enough to mean something alone."""
    latin = [word.lower() for word in _LATIN_WORD.findall(text)]
    han = [run[start : start + 2] for run in _HAN_RUN.findall(text) for start in range(len(run) - 1)]
    return latin + han
