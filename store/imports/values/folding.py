"""Normalises spellings so that two spellings of one name are equal."""

import re
import unicodedata
from functools import lru_cache

_IGNORED_MARKS = re.compile(
    "[\u0307\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""The dot of a lower-case İ, the optional vowels of Hebrew and Arabic, and variation selectors."""
_KEPT_SIGNS = "+#."
_SHARP = str.maketrans("♯", "#")
_WORDS = (
    (re.compile(r"(?:^|(?<=[\s,;/(]))\.(?=[a-z])"), "dot"),
    (re.compile(r"(?<=[^\W_])\s*&\s*(?=[^\W_])"), "and"),
    (re.compile(r"(?<![^\W_])(?P<word>[a-z]{1,5})\*"), r"\g<word>star "),
    (re.compile(r"(?<![^\W_])(?P<word>[a-z])--(?![\w-])"), r"\g<word>minusminus "),
)
"""Signs that distinguish names, and the words they become: .NET, R&D, A* (a star after a longer word is a footnote's),
C--."""
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[-./:~\u2010-\u2015\u2044\u2212](?=\d)")
_STRAY_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Remove differences of width, case, blanks and punctuation from `text`.

    What distinguishes names stays: `+` and `#` (C, C++ and C#), other signs as words (.NET, R&D, A*), a sign between
    digits as a dot (PM2.5, 2-5), and the vowel and tone signs of Thai, Hindi and other scripts. A text of nothing else
    is returned unchanged.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SHARP)
    if not plain.isascii():
        plain = _IGNORED_MARKS.sub("", plain)
    kept: list[str] = []
    on_letter = False
    for sign, word in _WORDS:
        plain = sign.sub(word, plain)
    for character in _STRAY_DOT.sub(" ", _BETWEEN_DIGITS.sub(".", plain)):
        is_mark = on_letter and unicodedata.category(character).startswith("M")
        on_letter = character.isalnum() or is_mark
        if on_letter or character in _KEPT_SIGNS:
            kept.append(character)
    return "".join(kept) if any(map(str.isalnum, kept)) else plain.strip()


@lru_cache(maxsize=20_000)
def folded_without_signs(text: str) -> str:
    """Fold as up to version 0.1; keys created then still have this form."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, plain)) or plain.strip()


def without_accents(text: str) -> str:
    """Replace accented letters by plain ones: Zurich for Zürich."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
