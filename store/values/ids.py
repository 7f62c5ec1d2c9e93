"""Identifiers: prefixed, sortable by creation, opaque; primary keys and Relay ids at once.

`prj_06c0j3w7dh7q5q4r5w3m8g2k1e` is a prefix that names the type, an underscore, and a UUIDv7
(RFC 9562) in 26 characters of Crockford's base 32, lower case, so that text order is creation order.
"""

import re

from uuid_utils import uuid7

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PATTERN = re.compile(r"([a-z][a-z0-9]{1,7})_([0-9a-hjkmnp-tv-z]{26})")


def new_id(prefix: str) -> str:
    """Create an identifier of the type that `prefix` names."""
    number = uuid7().int
    return f"{prefix}_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def prefix_of(identifier: str) -> str | None:
    """Return the type's prefix, or None if `identifier` isn't one of ours. Never raises."""
    match = _PATTERN.fullmatch(identifier)
    return match.group(1) if match else None
