"""The languages that a reader asks for, by ``Accept-Language``."""

from __future__ import annotations

from functools import lru_cache

from langcodes import standardize_tag
from langcodes.tag_parser import LanguageTagError

MOST = 10


@lru_cache(maxsize=256)
def accepted(header: str | None) -> tuple[str, ...]:
    """BCP 47 tags in ``header``, best first, without those refused (``q=0``), without wildcards and nonsense."""
    found: list[tuple[float, str]] = []
    for part in (header or "").split(",")[:MOST]:
        tag, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                quality = _number(parameter[2:])
        if tag and tag != "*" and quality > 0:
            try:
                found.append((quality, standardize_tag(tag)))
            except LanguageTagError:
                continue
    return tuple(dict.fromkeys(tag for _, tag in sorted(found, key=lambda item: -item[0])))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
