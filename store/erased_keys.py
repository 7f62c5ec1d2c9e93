"""Hashes of the external keys of erased persons; records that reappear under one are left out.

The key itself is not stored. A hash reveals no key, but whoever guesses a key can see that it was erased.
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store.models.base import now
from store.models.system import ErasedKey

Key = tuple[str, str, str]
"""Table, namespace, value."""

LEFT_OUT = "erased, not loaded again"
"""What reports say about a record left out."""


def key_hash(entity_type: str, namespace: str, value: str) -> str:
    """Return the hexadecimal SHA-256 of the three parts, separated by NUL."""
    return hashlib.sha256("\0".join((entity_type, namespace, value)).encode("utf-8", "surrogatepass")).hexdigest()


def remember(session: Session, keys: Iterable[Key]) -> None:
    """Record in the session's transaction that the records of these keys were erased."""
    hashes = {key_hash(*key) for key in keys}
    known = set(session.scalars(select(ErasedKey.key_hash)))
    rows = [{"key_hash": one, "erased_at": now()} for one in sorted(hashes - known)]
    if rows:
        session.connection().execute(insert(ErasedKey), rows)


class ErasedKeys:
    """The keys erased at construction. Construct it after `keep_commit_order` to miss none."""

    def __init__(self, session: Session) -> None:
        self._hashes = frozenset(session.scalars(select(ErasedKey.key_hash)))

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def __contains__(self, key: Key) -> bool:
        return bool(self._hashes) and key_hash(*key) in self._hashes
