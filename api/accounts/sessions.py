"""Who acts in a browser's session, by the secret in its cookie."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from store.access.actors import Actor
from store.accounts.signing_in import actor_in, is_use_due, note_use, session_of
from store.database import Database, DatabaseError


def session_reader(database: Database) -> Callable[[str], Actor | None]:
    """Gives the actor of a session's secret, and notes that the session is in use; None for one that has ended."""

    def in_session(secret: str) -> Actor | None:
        with database.read() as session:
            opened = session_of(session, secret)
            actor = actor_in(session, opened) if opened is not None else None
        if opened is None or actor is None:
            return None
        if is_use_due(opened):
            with contextlib.suppress(DatabaseError), database.write(actor) as session:  # or the next request notes it
                note_use(session, opened.id)
        return actor

    return in_session
