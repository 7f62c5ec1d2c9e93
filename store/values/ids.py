"""Identifiers: prefixed, sortable by creation, opaque; primary keys and Relay ids at once.

`prj_06c0j3w7dh7q5q4r5w3m8g2k1e` is a prefix that names the type, an underscore, and a UUIDv7
(RFC 9562) in 26 characters of Crockford's base 32, lower case, so that text order is creation order.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count

from uuid_utils import uuid7

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PATTERN = re.compile(r"([a-z][a-z0-9]{1,7})_([0-9a-hjkmnp-tv-z]{26})")


def _random_number() -> int:
    return uuid7().int


_next_number: Callable[[], int] = _random_number


def new_id(prefix: str) -> str:
    """Create an identifier of the type that `prefix` names."""
    number = _next_number()
    return f"{prefix}_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


@contextmanager
def numbered_ids(time: datetime) -> Iterator[None]:
    """Within this block, the process creates ids of this time that count up, so that each run creates the same.

    For a database that nobody else writes: such ids can be guessed, and those of two blocks with one time are equal.
    """
    global _next_number
    first = (int(time.timestamp() * 1_000) << 80) | (7 << 76) | (0b10 << 62)  # UUIDv7 without its random bits
    _next_number = own = count(first).__next__
    try:
        yield
    finally:
        if _next_number is own:  # no other block has begun meanwhile
            _next_number = _random_number


def prefix_of(identifier: str) -> str | None:
    """Return the type's prefix, or None if `identifier` isn't one of ours. Never raises."""
    match = _PATTERN.fullmatch(identifier)
    return match.group(1) if match else None
