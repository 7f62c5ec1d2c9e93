"""The content of a text: its words without those that any venture uses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

LEAST_WORDS = 5
"""A project whose texts have fewer content words says too little to tell."""
HALF_WORDS = 1.5
"""Content words at which a text's products count half: ``n / (n + 1.5)``. Measured in docs/quality.md."""
_HAN_A_WORD = 2.0
"""Han characters a word of Chinese has on average."""
_LATIN = re.compile(r"[^\W\d_\u3400-\u9fff]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_EMPTY_WORDS = frozenset(
    """
    a about all also an and any are as at based be been best better business businesses by can companies company
    design designed develop developing develops do does each first for from global has have he help helping
    helps her his how in inc innovative into is it its leading llc ltd make makes making more most new no not
    now of offer offering offers on online only or other our out over platform platforms product products
    provide provided provider provides providing service services she so solution solutions such system systems
    technologies technology than that the their them they this through to under up use used user users using
    very via was we were what when where which who will with world you your
    """.split()  # noqa: SIM905 (a list of words is read more easily so)
)
_EMPTY_HAN = re.compile(
    "公司|企业|项目|平台|产品|服务|技术|系统|解决方案|提供|一家|专注|致力|我们|研发|的|和|与|及|等|为|是|在"
)


@lru_cache(maxsize=65536)
def content_words(text: str) -> float:
    """Count the distinct content words of a text; two Han characters count as one word."""
    latin = {word for word in map(str.lower, _LATIN.findall(text)) if word not in _EMPTY_WORDS}
    han = set(_HAN.findall(_EMPTY_HAN.sub("", text)))
    return len(latin) + len(han) / _HAN_A_WORD


def says_too_little(texts: Iterable[str]) -> bool:
    """Return whether none of a project's texts has ``LEAST_WORDS`` content words."""
    return max(map(content_words, texts), default=0.0) < LEAST_WORDS


def content_factor(words: float) -> float:
    """Return the factor for products of a text with this many content words: 0 for none, towards 1 for many."""
    return words / (words + HALF_WORDS)
