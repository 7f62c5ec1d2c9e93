"""Mutations of API keys. An account's key acts by one of its memberships; administrators create services' keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.accounts.problems import account_errors
from schema.domain.shared.problems import Payload, bad, forbidden, missing
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.access import keys
from store.enums import Role


@dataclass(frozen=True, slots=True)
class KeyPayload(Payload):
    """As `Payload`; `secret` is shown only here."""

    secret: str | None = None


async def create_key(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Create a key for a program that acts as oneself or, for administrators, as a service."""
    secrets: list[str] = []

    async def work(session: Session) -> object:
        with account_errors(expires=("expiresAt",)):
            row, secret = _create_key(context, session, arguments)
        secrets.append(secret)
        return row

    def stored(session: Session, identifiers: Sequence[str]) -> object:
        return session.get(models.ApiKey, identifiers[0])

    return _with_secret(await guarded(context, "createKey", arguments, work, stored), secrets)


async def rotate_key(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Revoke a key and create its replacement."""
    secrets: list[str] = []

    async def work(session: Session) -> object:
        with account_errors(key=("id",)):
            row, secret = keys.rotate(session, _own(context, session, arguments["id"]))
        secrets.append(secret)
        return row

    return _with_secret(await guarded(context, "rotateKey", arguments, work), secrets)


async def revoke_key(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Revoke a key; a revoked one keeps its date."""

    async def work(session: Session) -> object:
        return keys.revoke(session, _own(context, session, arguments["id"]).id)

    return await guarded(context, "revokeKey", arguments, work)


def _create_key(context: Context, session: Session, arguments: GivenArguments) -> tuple[models.ApiKey, str]:
    actor, role = context.actor, arguments.get("role")
    name, expires = arguments["name"], arguments.get("expires_at")
    if role is not None:
        if actor.role is not Role.ADMIN:
            raise forbidden(
                "Only administrators create services' keys. Leave out the role to create your own key.", "role"
            )
        return keys.create(session, role, name, arguments.get("subject"), expires)
    if "subject" in arguments:
        raise bad("Your own key acts for the subject of its membership; leave this out.", "subject")
    account = session.get(models.Account, actor.account_id) if actor.account_id and actor.session_id else None
    if account is None:
        raise forbidden("Sign in to create your own key: a key can't create others. Administrators give the role "
                        "of a service's key.", "role")  # fmt: skip
    wanted = arguments.get("membership")
    membership = actor.held if wanted is None else next((each for each in actor.memberships if each.id == wanted), None)
    if membership is None:
        raise missing("membership of yours", wanted or "", "membership")
    return keys.create_for_account(session, account, membership, name, expires)


def _own(context: Context, session: Session, identifier: str) -> models.ApiKey:
    """Return a key of the person signed in, or the key that the request uses; any key for administrators."""
    key, actor = session.get(models.ApiKey, identifier), context.actor
    own = key is not None and actor.session_id is not None and key.account_id == actor.account_id
    if key is None or not (own or actor.role is Role.ADMIN or key.id == actor.id):
        raise missing("key", identifier, "id")
    return key


def _with_secret(payload: Payload, secrets: list[str]) -> Payload:
    shown = secrets[-1] if secrets and not payload.user_errors and not payload.dry_run else None
    return KeyPayload(payload.written, payload.user_errors, payload.dry_run, shown)
