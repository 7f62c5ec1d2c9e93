"""Who asks: an API key in ``Authorization: Bearer …`` becomes an actor; without one it is the public."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable

from api.requests.errors import Code, RequestError
from store.access.actors import Actor
from store.cache import Cache

REMEMBERED_SECONDS = 2.0
"""How long a revoked key may still work for requests."""


class Identity:
    """Turns the ``Authorization`` header into an actor; remembers the answer for a few seconds.

    ``authenticate`` gives the actor of a key's text, or None; it may ask the database.
    """

    def __init__(self, authenticate: Callable[[str], Actor | None]) -> None:
        self._authenticate = authenticate
        self._known: Cache[bytes, tuple[float, Actor]] = Cache(1_000)

    def known(self, authorization: str | None) -> tuple[float, Actor] | None:
        """The actor behind ``authorization``, and until when (``time.monotonic``), if nobody has to be asked."""
        if authorization is None:
            return math.inf, Actor.public()
        scheme, _, key = authorization.strip().partition(" ")
        if scheme.lower() != "bearer":
            return None
        known = self._known.get(hashlib.sha256(key.strip().encode("utf-8", "surrogateescape")).digest())
        return known if known is not None and known[0] > time.monotonic() else None

    def actor(self, authorization: str | None) -> Actor:
        """The actor behind ``authorization``.

        Raises RequestError with code UNAUTHENTICATED for anything but no header or a valid key.
        """
        if authorization is None or not authorization.strip():
            return Actor.public()
        scheme, _, key = authorization.strip().partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key:
            raise unauthenticated("Send the API key as 'Authorization: Bearer KEY'.")
        digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
        known = self._known.get(digest)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        asked = time.monotonic()
        actor = self._authenticate(key)
        if actor is None:
            raise unauthenticated("The API key is not valid: it is unknown, expired or revoked.")
        self._known.put(digest, (asked + REMEMBERED_SECONDS, actor))
        return actor


def unauthenticated(message: str) -> RequestError:
    """The refusal of a key."""
    return RequestError(message, Code.UNAUTHENTICATED, status=401, headers={"WWW-Authenticate": "Bearer"})
