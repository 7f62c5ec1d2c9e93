"""Finds the actor of a browser's session by the secret in its cookie."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from store.access.actors import Actor
from store.accounts.signing_in import actor_in, is_use_due, record_use, session_of
from store.database import Database, DatabaseError


def session_reader(database: Database, organisers_verified: bool = False) -> Callable[[str], Actor | None]:
    """Return a function that finds the actor of a session's secret, if it is open, and records its use.

    With `organisers_verified`, the roles of organisers and administrators need a second factor.
    """

    def in_session(secret: str) -> Actor | None:
        with database.read() as session:
            opened = session_of(session, secret)
            actor = actor_in(session, opened, organisers_verified) if opened is not None else None
        if opened is None or actor is None:
            return None
        if is_use_due(opened):
            with contextlib.suppress(DatabaseError), database.write(actor) as session:  # else the next request does it
                record_use(session, opened.id)
        return actor

    return in_session
