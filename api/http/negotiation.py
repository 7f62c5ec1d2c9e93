"""Negotiates the media type of an answer by ``Accept`` (RFC 9110, 12.5.1)."""

from __future__ import annotations

from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
LONGEST = 4_096
"""Characters of the header that are read; browsers send a few hundred."""


@lru_cache(maxsize=256)
def preferred(accept: str | None) -> str | None:
    """Return ``GRAPHQL`` or ``JSON``, whichever ``accept`` weighs higher; None if it accepts neither.

    Without a preference it is ``JSON``, which every client reads.
    """
    if not accept or not accept.strip():
        return JSON
    weights = {JSON: _weight(accept, JSON), GRAPHQL: _weight(accept, GRAPHQL)}
    best = max(weights.values())
    if best <= 0:
        return None
    named = [kind for kind, weight in weights.items() if weight == best]
    if len(named) == 1:
        return named[0]
    # With equal weights, explicit types win over wildcards, the newer over the older.
    return GRAPHQL if GRAPHQL in accept.lower() else JSON


@lru_cache(maxsize=256)
def takes_events(accept: str | None) -> bool:
    """Return whether ``accept`` names server-sent events; a wildcard does not."""
    return accept is not None and EVENTS in accept.lower() and _weight(accept, EVENTS) > 0


@lru_cache(maxsize=256)
def takes_json(accept: str | None) -> bool:
    """Return whether ``JSON`` is acceptable, preferred or not."""
    return not accept or not accept.strip() or _weight(accept, JSON) > 0


@lru_cache(maxsize=256)
def _parsed(accept: str) -> MIMEAccept:
    return parse_accept_header(accept[:LONGEST].lower(), MIMEAccept)


def _weight(accept: str, kind: str) -> float:
    """Return the quality of ``kind`` in UTF-8, from 0 to 1, by the most specific matching range."""
    parsed = _parsed(accept)
    for value, quality in parsed:
        name, parameters = parse_options_header(value)
        if name == kind and parameters.get("charset", "utf-8") in ("utf-8", "utf8"):
            return float(quality)
    return float(parsed.quality(kind))
