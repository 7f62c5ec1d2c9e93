"""Words as lexical search sees them, in English and in Chinese without a dictionary."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9][a-z0-9+\-]+|[\u3400-\u9fff]+")


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
