"""Splits long texts into passages that fit an encoder's window."""

from __future__ import annotations

import hashlib
import re

CHUNK_CHARACTERS = 320
"""Latin text of this length has about 80 word pieces, Chinese text of a third of it about as many."""
_HAN_FACTOR = 3

_BOUNDARY = re.compile(r"(?<=[.!?])[\"')\]]*\s+|(?<=[。！？；])|\s*\n+\s*")
_SOFT_BOUNDARY = re.compile(r"(?<=[,;:，、：])\s*")
_HAN = re.compile(r"[\u3400-\u9fff]")


def hash_of(text: str) -> str:
    """Return the SHA-256 of the text in UTF-8, hexadecimal: the key of its vector in the store."""
    return hashlib.sha256(text.encode()).hexdigest()


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text in any language, in order and trimmed; only blanks are lost."""
    return [part.strip() for part in _BOUNDARY.split(text) if part and part.strip()]


def weighted_length(text: str) -> int:
    """Return the number of characters, a Han character counting three times, which approximates word pieces."""
    return len(text) + (_HAN_FACTOR - 1) * len(_HAN.findall(text))


def _cut(sentence: str, limit: int) -> list[str]:
    """Cut a sentence over the limit at commas, or else at a blank, or else anywhere."""
    if weighted_length(sentence) <= limit:
        return [sentence]
    parts = _pack([part for part in _SOFT_BOUNDARY.split(sentence) if part.strip()], limit)
    result: list[str] = []
    for part in parts:
        while weighted_length(part) > limit:
            width = limit // (_HAN_FACTOR if _HAN.search(part) else 1)
            blank = part.rfind(" ", width // 2, width)
            end = blank if blank > 0 else width
            result.append(part[:end].strip())
            part = part[end:].strip()
        if part:
            result.append(part)
    return result


def _pack(parts: list[str], limit: int) -> list[str]:
    packed: list[str] = []
    for part in parts:
        if packed and weighted_length(packed[-1]) + weighted_length(part) + 1 <= limit:
            joint = "" if _HAN.search(packed[-1][-1:]) or packed[-1][-1:] in "，、：。！？；" else " "
            packed[-1] = f"{packed[-1]}{joint}{part.strip()}"
        else:
            packed.append(part.strip())
    return packed


def chunks_of(text: str, limit: int = CHUNK_CHARACTERS) -> list[str]:
    """Return the passages of a text: its sentences, each within an encoder's window; an empty text has none.

    A sentence over ``limit`` characters (a Han character counts three times) is cut at a comma or a blank.
    """
    return [piece for sentence in sentences_of(text) for piece in _cut(sentence, limit)]
