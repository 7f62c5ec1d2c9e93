"""Who asks: an API key in ``Authorization: Bearer …``, or a browser's session by its cookie, becomes an actor.

Without either it is the public. A key that isn't valid is refused; a session that has ended is the public, as for
anybody who opens a page with an old cookie.
"""

from __future__ import annotations

import hashlib
import math
import re
import time
from collections.abc import Callable, Mapping

from api.requests.errors import Code, RequestError
from store.access.actors import Actor
from store.cache import Cache

REMEMBERED_SECONDS = 2.0
"""How long a revoked key, or a session that has ended, may still work for requests."""
COOKIE = "roadshow_session"
"""The name of a session's cookie."""
_IN_COOKIE = re.compile(rf"(?:^|;\s*){COOKIE}=([\w-]+)", re.ASCII)
"""In a ``Cookie`` header, in which a secret needs no quotes; a parser of all cookies takes ten times as long."""
_SESSION = "session"
"""How `credentials` marks what comes from a cookie."""


class Identity:
    """Turns the credentials of a request into an actor; remembers the answer for a few seconds.

    ``authenticate`` gives the actor of a key's text, or None; ``in_session`` that of a session's secret. Both may ask
    the database.
    """

    def __init__(
        self, authenticate: Callable[[str], Actor | None], in_session: Callable[[str], Actor | None] | None = None
    ) -> None:
        self._authenticate = authenticate
        self._in_session = in_session
        self._known: Cache[bytes, tuple[float, Actor]] = Cache(1_000)

    def known(self, given: str | None) -> tuple[float, Actor] | None:
        """Return the actor behind credentials, and until when (``time.monotonic``), if nobody has to be asked."""
        if given is None:
            return math.inf, Actor.public()
        scheme, _, secret = given.strip().partition(" ")
        if scheme.lower() not in ("bearer", _SESSION):
            return None
        known = self._known.get(_digest(scheme, secret.strip()))
        return known if known is not None and known[0] > time.monotonic() else None

    def actor(self, given: str | None) -> Actor:
        """Return the actor behind credentials.

        Raises RequestError with code UNAUTHENTICATED for anything but none, a cookie or a valid key.
        """
        if given is None or not given.strip():
            return Actor.public()
        scheme, _, secret = given.strip().partition(" ")
        secret = secret.strip()
        in_session = scheme.lower() == _SESSION and self._in_session is not None
        if not (scheme.lower() == "bearer" or in_session) or not secret:
            raise unauthenticated("Send the API key as 'Authorization: Bearer KEY'.")
        digest = _digest(scheme, secret)
        known = self._known.get(digest)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        asked = time.monotonic()
        if in_session:
            assert self._in_session is not None
            actor = self._in_session(secret) or Actor.public()
        else:
            found = self._authenticate(secret)
            if found is None:
                raise unauthenticated("The API key is not valid: it is unknown, expired or revoked.")
            actor = found
        self._known.put(digest, (asked + REMEMBERED_SECONDS, actor))
        return actor

    def forget(self, given: str | None) -> None:
        """Ask anew for these credentials in this process, as after signing out."""
        scheme, _, secret = (given or "").partition(" ")
        self._known.put(_digest(scheme, secret), (0.0, Actor.public()))


def credentials(headers: Mapping[str, str]) -> str | None:
    """Return a request's credentials for `Identity`: its ``Authorization``, else the session of its cookie."""
    given = headers.get("authorization")
    if given is not None:
        return given
    cookie = headers.get("cookie")
    secret = None if cookie is None else session_secret(cookie)
    return None if secret is None else f"{_SESSION} {secret}"


def credentials_of(authorization: bytes | None, cookie: bytes | None) -> bytes | None:
    """As `credentials`, of the headers' bytes."""
    if authorization is not None or cookie is None:
        return authorization
    secret = session_secret(cookie.decode("latin-1"))
    return None if secret is None else f"{_SESSION} {secret}".encode("latin-1")


def session_secret(cookie: str) -> str | None:
    """Return the session's secret in a ``Cookie`` header; None where it holds none."""
    match = _IN_COOKIE.search(cookie)
    return None if match is None else match[1]


def is_own_origin(origin: str | None, host: str) -> bool:
    """Return whether a page of this server asks, or a program other than a browser, which sends no origin."""
    if origin is None:
        return True
    scheme, separator, place = origin.partition("://")
    return bool(separator) and _with_port(place, scheme) == _with_port(host, scheme)


def unauthenticated(message: str) -> RequestError:
    """Return the refusal of a key."""
    return RequestError(message, Code.UNAUTHENTICATED, status=401, headers={"WWW-Authenticate": "Bearer"})


def _with_port(place: str, scheme: str) -> str:
    """Return a host with its port, in lower case, the usual port of the scheme where none is written."""
    usual = {"http": ":80", "https": ":443"}.get(scheme, "")
    return place.lower().removesuffix(usual)


def _digest(scheme: str, secret: str) -> bytes:
    return hashlib.sha256(f"{scheme.lower()} {secret}".encode("utf-8", "surrogateescape")).digest()
