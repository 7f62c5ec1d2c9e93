"""The reader's languages, by ``Accept-Language``."""

from __future__ import annotations

from functools import lru_cache

from langcodes import standardize_tag
from langcodes.tag_parser import LanguageTagError
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

MOST = 10
LONGEST = 1_000
"""Characters of the header that are read."""


@lru_cache(maxsize=256)
def accepted(header: str | None) -> tuple[str, ...]:
    """Return the BCP 47 tags in ``header``, best first, without refused ones (``q=0``), wildcards and nonsense."""
    tags: dict[str, None] = {}
    for tag, quality in parse_accept_header((header or "")[:LONGEST], LanguageAccept):
        if tag != "*" and quality > 0:
            try:
                tags.setdefault(standardize_tag(tag))
            except LanguageTagError:
                continue
    return tuple(tags)[:MOST]
