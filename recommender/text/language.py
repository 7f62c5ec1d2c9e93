"""The language of a text by its script, as far as centring and the choice of an encoder need it."""

from __future__ import annotations

import re
from functools import lru_cache

HAN_SHARE = 0.2
"""From this share of Han characters among the letters on, a text counts as Chinese: a Chinese project
description is full of Latin product names, an English one holds Han characters only in names."""

UNKNOWN = "und"
"""BCP 47's tag for a language that isn't known."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")


@lru_cache(maxsize=8192)
def language_of(text: str, tag: str | None = None) -> str:
    """Return ``zh``, the primary subtag of ``tag`` where the script doesn't contradict it, ``en``, or ``und``.

    ``tag`` is what the record says (BCP 47). An untagged text in Latin script counts as English, which is
    right for most records and harmless for the rest: it only chooses a mean and an encoder.
    """
    letters = len(_LETTER.findall(text))
    primary = tag.split("-")[0].lower() if tag else None
    if not letters:
        return primary or UNKNOWN
    if _KANA_OR_HANGUL.search(text) and primary != "zh":
        return primary or UNKNOWN
    if len(_HAN.findall(text)) >= HAN_SHARE * letters:
        return primary if primary in ("ja", "ko") else "zh"
    if primary and primary != "zh":
        return primary
    return "en" if 2 * len(_LATIN.findall(text)) >= letters else UNKNOWN
