"""Type names as words in descriptions."""

from __future__ import annotations

import re


def words(name: str) -> str:
    """`MatchingNeed` as words: `matching need`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def with_article(label: str) -> str:
    """`label` after its indefinite article: `a project`, `an investor`."""
    vowel = re.match(r"[aeiou]", label) and not re.match(r"eu|one|uni|us[ae]", label)
    return f"{'an' if vowel else 'a'} {label}"
