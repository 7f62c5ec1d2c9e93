"""Which media type an answer has, by the request's ``Accept`` (RFC 9110, 12.5.1)."""

from __future__ import annotations

from functools import lru_cache

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"


@lru_cache(maxsize=256)
def preferred(accept: str | None) -> str | None:
    """``GRAPHQL`` or ``JSON``, whichever ``accept`` weighs higher; None if it takes neither.

    Without a preference it is ``JSON``, which every client reads.
    """
    if not accept or not accept.strip():
        return JSON
    weights = {JSON: _weight(accept, JSON), GRAPHQL: _weight(accept, GRAPHQL)}
    best = max(weights.values())
    if best == 0:
        return None
    named = [kind for kind, weight in weights.items() if weight == best]
    if len(named) == 1:
        return named[0]
    # Both weigh the same: what the client wrote down wins over what a wildcard lets in, the newer over the older.
    return GRAPHQL if GRAPHQL in accept.lower() else JSON


@lru_cache(maxsize=256)
def takes_events(accept: str | None) -> bool:
    """Whether ``accept`` names server-sent events itself; a wildcard does not ask for them."""
    return accept is not None and EVENTS in accept.lower() and _weight(accept, EVENTS) > 0


def _weight(accept: str, kind: str) -> float:
    """The quality of ``kind``, from 0 to 1, by the most specific range that covers it."""
    found = (-1, 0.0)
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name == kind:
            specificity = 2
        elif name == f"{kind.split('/')[0]}/*":
            specificity = 1
        elif name == "*/*":
            specificity = 0
        else:
            continue
        if any(_wants_other_charset(parameter) for parameter in parameters):
            continue
        quality = next((_quality(parameter[2:]) for parameter in parameters if parameter.startswith("q=")), 1.0)
        found = max(found, (specificity, quality))
    return found[1]


def _wants_other_charset(parameter: str) -> bool:
    return parameter.startswith("charset=") and parameter[8:].strip('"') not in ("utf-8", "utf8")


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 1.0
