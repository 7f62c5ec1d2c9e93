"""The informative words that two texts share and neither denies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from recommender.data import boilerplate, everyday_words
from recommender.text import affirmed

_LATIN_WORD = re.compile(r"[A-Za-z]{5,}")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_HAN_PARTICLES = "的了和与是这那将把被并或也都而之其"
MOST_COUNTED = 2_000
"""Maximum number of texts per language whose words are counted."""
EVERYWHERE = 0.1
"""Words in a larger share of a language's texts are uninformative and aren't named as shared."""
EVERYWHERE_HAN = 0.03
"""The same for pairs of Han characters, of which few are words."""
FEWEST_COUNTED = 10
"""Minimum number of texts for any statement."""


def everywhere(texts: Sequence[str], languages: Sequence[str]) -> frozenset[str]:
    """Return words in very many texts of their language, such as "their" and 我们, and those of boilerplate."""
    words = set(_saying_nothing())
    for language in set(languages):
        own = [text for text, each in zip(texts, languages, strict=True) if each == language]
        counted = own[:: -(-len(own) // MOST_COUNTED)]
        if len(counted) >= FEWEST_COUNTED:
            counts = Counter(word for text in counted for word in set(words_of(text)))
            words |= {word for word, count in counts.items() if count > max(1, _share(word) * len(counted))}
    return frozenset(words)


def _share(word: str) -> float:
    return EVERYWHERE if word.isascii() else EVERYWHERE_HAN


@lru_cache(maxsize=1)
def _saying_nothing() -> frozenset[str]:
    sentences = [sentence for each in boilerplate().values() for sentence in each]
    return frozenset(words_of_texts(sentences)) | frozenset(map(_folded, everyday_words()))


def words_of(text: str) -> list[str]:
    """Latin words of five letters or more in the singular, and pairs of Han characters.

    Long enough to mean something alone; pairs with a particle or of an everyday word are left out.
    """
    latin = [_folded(word) for word in _LATIN_WORD.findall(text)]
    return latin + [run[start : start + 2] for run in _han_runs(text) for start in range(len(run) - 1)]


def words_of_texts(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of several texts, without those that they deny."""
    return frozenset(word for text in texts for word in words_of(affirmed(text)))


def common_words(texts: Iterable[str], wanted: frozenset[str], everywhere: frozenset[str]) -> list[str]:
    """Return the words of ``texts`` that are in ``wanted`` and not in ``everywhere``, longest first, as written.

    For Han characters, the longest runs whose pairs are all wanted: 光波导, not 光波 and 波导. At least one pair of a
    run must be informative.
    """
    telling = wanted - everywhere
    latin: dict[str, str] = {}
    han: set[str] = set()
    for text in map(affirmed, texts):
        for word in _LATIN_WORD.findall(text):
            if _folded(word) in telling:
                latin.setdefault(_folded(word), word.lower())
        for run in _han_runs(text):
            start = 0
            for end in range(1, len(run) + 1):
                if end == len(run) or run[end - 1 : end + 1] not in wanted:
                    if any(run[at : at + 2] in telling for at in range(start, end - 1)):
                        han.add(run[start:end])
                    start = end
    han = {word for word in han if not any(word != other and word in other for other in han)}
    return sorted([*latin.values(), *han], key=lambda word: (-len(word), word))


def _han_runs(text: str) -> list[str]:
    """Return runs of Han characters, cut at particles and everyday words, so that no pair straddles two words."""
    return [part for run in _HAN_RUN.findall(text) for part in _between_words().split(run) if len(part) >= 2]


@lru_cache(maxsize=1)
def _between_words() -> re.Pattern[str]:
    words = sorted(word for word in everyday_words() if _HAN_RUN.fullmatch(word))
    return re.compile(f"[{_HAN_PARTICLES}]|{'|'.join(words)}")


def _folded(word: str) -> str:
    """Return a word in lower case without its plural ending."""
    lower = word.lower()
    if lower.endswith("ies") and len(lower) > 5:
        return f"{lower[:-3]}y"
    if lower.endswith(("ches", "shes", "sses", "xes")):
        return lower[:-2]
    return lower[:-1] if lower.endswith("s") and not lower.endswith(("ss", "us", "is")) else lower
