"""Lists in one cell: JSON, or items separated outside brackets."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import orjson

from store.imports.values.texts import is_empty, text_of

SEPARATORS = ";；、，|\n"
"""Default separators of a list's items."""
_COMMA = re.compile(r",(?!\d{3}(?!\d))")
"""A comma that isn't inside a number."""
_SUFFIXES = re.compile(
    r"(?:inc|incorporated|ltd|limited|llc|llp|lp|l\.p|co|corp|corporation|company|gmbh|ag|kg|s\.?a|s\.?l|s\.?r\.?l"
    r"|sarl|s\.?p\.?a|b\.?v|n\.?v|plc|pte|pty|pvt|a/s|ab|oy|jr|sr|ph\.?\s?d|m\.?d|mba|esq|ii|iii)\.?",
    re.IGNORECASE,
)
"""Suffixes that belong to the name before the comma: Acme, Inc. and Ann Lee, PhD."""
_OPEN, _CLOSED = "([{（【［《「", ")]}）】］》」"


def parse_list(value: object, separators: str | None = None, *, place: bool = False) -> list[str]:
    """Split a list (a list, JSON, or a text with any of `separators`) into items without repetition.

    Without `separators` the usual ones apply, outside matching brackets. Items of places may be `NA`, Namibia.
    """
    if isinstance(value, list | tuple):
        items: Sequence[object] = value
    else:
        text = text_of(value)
        items = _json_list(text) if text.startswith("[") else split(text, separators or SEPARATORS)
    texts = map(text_of, items)
    return list(dict.fromkeys(text for text in texts if not is_empty(text) or (place and text == "NA")))


def split(text: str, separators: str) -> list[str]:
    """Split `text` at `separators` outside matching brackets."""
    parts = _splitter(separators)(text)
    if len(parts) == 1 or not any(bracket in text for bracket in _OPEN):
        return parts
    joined: list[str] = []
    depth, start = 0, 0
    for position, character in enumerate(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSED:
            depth -= 1
            if depth < 0:
                return parts
        elif depth == 0 and character in separators:
            joined.append(text[start:position])
            start = position + 1
    return [*joined, text[start:]] if depth == 0 else parts


def split_at_commas(text: str) -> list[str]:
    """Split `text` at commas outside brackets, but not `Acme, Inc.` and `1,000 robots`."""
    if "," not in text:
        return [text]
    guarded = _COMMA.sub("\0", text)
    parts: list[str] = []
    for part in split(guarded, "\0"):
        piece = part.replace("\0", ",").strip()
        if parts and _SUFFIXES.fullmatch(piece):
            parts[-1] += f", {piece}"
        elif piece:
            parts.append(piece)
    return parts


@lru_cache(maxsize=64)
def _splitter(separators: str) -> Callable[[str], list[str]]:
    return re.compile(f"[{re.escape(separators)}]").split


def _json_list(text: str) -> list[object]:
    try:
        items = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(
            f"begins with [ but is not a JSON list ({error}); correct it, or separate the items by ;"
        ) from None
    if not isinstance(items, list) or any(isinstance(item, list | dict) for item in items):
        raise ValueError("must be a JSON list of texts")
    return items
