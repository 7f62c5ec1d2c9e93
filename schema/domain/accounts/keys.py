"""Mutations of API keys. A key of an account carries one of its memberships; administrators make those of services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.shared.problems import Payload, bad, forbidden, missing
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.access import keys
from store.access.keys import ApiKeyError
from store.enums import Role


@dataclass(frozen=True, slots=True)
class KeyPayload(Payload):
    """As `Payload`; `secret` is shown this once."""

    secret: str | None = None


async def create_key(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Make a key by which a program acts as oneself, or, for administrators, as a service."""
    made: list[str] = []

    async def work(session: Session) -> object:
        with _told():
            row, secret = _made(context, session, arguments)
        made.append(secret)
        return row

    return _with_secret(await guarded(context, "createKey", arguments, work), made)


async def rotate_key(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Make a key in the place of one, which is revoked."""
    made: list[str] = []

    async def work(session: Session) -> object:
        with _told():
            row, secret = keys.rotate(session, _own(context, session, arguments["id"]))
        made.append(secret)
        return row

    return _with_secret(await guarded(context, "rotateKey", arguments, work), made)


async def revoke_key(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Refuse a key from now on; a revoked one stays as it is."""

    async def work(session: Session) -> object:
        return keys.revoke(session, _own(context, session, arguments["id"]).id)

    return await guarded(context, "revokeKey", arguments, work)


def _made(context: Context, session: Session, arguments: GivenArguments) -> tuple[models.ApiKey, str]:
    actor, role = context.actor, arguments.get("role")
    name, expires = arguments["name"], arguments.get("expires_at")
    if role is not None:
        if actor.role is not Role.ADMIN:
            raise forbidden(
                "Keys of services are made by administrators. Leave out the role for a key of yours.", "role"
            )
        return keys.create(session, role, name, arguments.get("subject"), expires)
    if "subject" in arguments:
        raise bad("A key of yours acts for what the membership says; leave this out.", "subject")
    account = session.get(models.Account, actor.account_id) if actor.account_id and actor.session_id else None
    if account is None:
        raise forbidden("Sign in to make a key of yours: no key makes another. Administrators name the role that a "
                        "service's key has.", "role")  # fmt: skip
    wanted = arguments.get("membership")
    held = actor.held if wanted is None else next((each for each in actor.memberships if each.id == wanted), None)
    if held is None:
        raise missing("membership of yours", wanted or "", "membership")
    return keys.create_for_account(session, account, held, name, expires)


def _own(context: Context, session: Session, identifier: str) -> models.ApiKey:
    """A key of who is signed in, or the very key that asks; any key for administrators."""
    found, actor = session.get(models.ApiKey, identifier), context.actor
    own = found is not None and actor.session_id is not None and found.account_id == actor.account_id
    if found is None or not (own or actor.role is Role.ADMIN or found.id == actor.id):
        raise missing("key", identifier, "id")
    return found


def _with_secret(payload: Payload, made: list[str]) -> Payload:
    shown = made[-1] if made and not payload.user_errors and not payload.dry_run else None
    return KeyPayload(payload.written, payload.user_errors, payload.dry_run, shown)


@contextmanager
def _told() -> Iterator[None]:
    """Tells what a key can't be as what is wrong with the argument."""
    try:
        yield
    except ApiKeyError as problem:
        field, _, message = str(problem).partition(": ")
        raise bad(f"{message[:1].upper()}{message[1:]}.", field) from problem
