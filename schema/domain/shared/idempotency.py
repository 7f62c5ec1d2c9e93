"""Idempotency keys: a creating call runs at most once within a day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from plugins.host.errors import UserError as PluginUserError
from schema.declarations.base import GivenArguments
from schema.domain.shared.problems import RefusedError, bad, conflict
from store.access.actors import Actor
from store.models import IdempotentCall
from store.models.base import now

KEPT = timedelta(days=1)
LONGEST = 200
"""Maximum length of a key."""
FIELD = "idempotencyKey"


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """One call of a creating mutation: caller, key, and a hash of its arguments."""

    key_hash: str
    fingerprint: str


def call_of(actor: Actor, mutation: str, key: str, arguments: GivenArguments) -> KeyedCall:
    """Return the call; raises RefusedError for an empty or too long key."""
    if not 0 < len(key.strip()) <= LONGEST:
        raise bad(f"Give 1 to {LONGEST} characters, or leave it out.", FIELD)
    who = (str(actor.role), actor.id or actor.name or "", actor.subject_id or "")
    rest = {name: value for name, value in arguments.items() if name != "idempotency_key"}
    return KeyedCall(_digest([*who, mutation, key]), _digest(rest))


def call_of_row(call: KeyedCall, number: int, row: GivenArguments) -> KeyedCall:
    """Return the part of a bulk call that writes one row."""
    return KeyedCall(_digest([call.key_hash, number]), _digest(row))


def made_by(session: Session, call: KeyedCall) -> str | None:
    """Return the id of what the call created within a day; None if nothing.

    Raises RefusedError if the key was used with other arguments.
    """
    present = session.execute(
        select(IdempotentCall.entity_id, IdempotentCall.fingerprint).where(
            IdempotentCall.key_hash == call.key_hash, IdempotentCall.called_at > now() - KEPT
        )
    ).one_or_none()
    if present is None:
        return None
    if present.fingerprint != call.fingerprint:
        raise conflict("This key was used for a call with other arguments; give another key.", FIELD)
    identifier: str = present.entity_id
    return identifier


def note(session: Session, call: KeyedCall, entity_id: str) -> None:
    """Record in the call's transaction what it created, and forget calls older than a day.

    Raises IntegrityError if the same call was recorded at the same moment.
    """
    connection = session.connection()
    connection.execute(delete(IdempotentCall).where(IdempotentCall.called_at <= now() - KEPT))
    connection.execute(
        insert(IdempotentCall).values(key_hash=call.key_hash, fingerprint=call.fingerprint, entity_id=entity_id)
    )


def once(
    session: Session, actor: Actor, mutation: str, key: str | None, arguments: GivenArguments, create: Callable[[], str]
) -> str:
    """Create a record for a plugin's mutation at most once a day for an idempotency key; return the record's id.

    ``create`` writes it in ``session`` and returns the id; it isn't called if an earlier call of the actor with this
    key and these ``arguments`` did so. Without a key it always is. Raises plugins.host.errors.UserError for a key that
    can't be used: empty, too long, used with other arguments, or in use at this moment.
    """
    if key is None:
        return create()
    try:
        call = call_of(actor, mutation, key, arguments)
        present = made_by(session, call)
        if present is not None:
            return present
        identifier = create()
        note(session, call, identifier)
    except RefusedError as refused:
        [problem] = refused.errors
        raise PluginUserError(problem.message, code=problem.code, field=FIELD) from refused
    except IntegrityError as error:
        raise PluginUserError("The same call runs at this moment; repeat it.", code="CONFLICT", field=FIELD) from error
    return identifier


def _digest(value: object) -> str:
    return hashlib.sha256(orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()
