"""API keys, shown once at creation and stored as a hash (see `store.access.tokens`).

A key is `rs_`, 43 base-62 characters of a 256-bit random number, and a checksum of 6 characters. The checksum detects
mistyped keys and lets secret scanners recognise keys without a database.
"""

import hmac
import re
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access.accounts import actor_of, held_by
from store.access.actors import Actor, HeldRole
from store.access.scopes import SUBJECT_SCOPES, AccessError, plugin_roles, scope_problem
from store.access.tokens import hash_token
from store.enums import Role
from store.models import Account, ApiKey
from store.models.base import now

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_LENGTH, _CHECKSUM_LENGTH = 43, 6
_PATTERN = re.compile(rf"rs_([0-9A-Za-z]{{{_RANDOM_LENGTH}}})([0-9A-Za-z]{{{_CHECKSUM_LENGTH}}})")


class ApiKeyError(AccessError):
    """A key can't be created, rotated or found."""


def create(
    session: Session,
    role: Role,
    name: str,
    subject_id: str | None = None,
    expires: datetime | None = None,
    held: HeldRole | None = None,
    account_id: str | None = None,
) -> tuple[ApiKey, str]:
    """Create a key and return it with its secret, which is not stored and can't be shown again.

    `name` says whose it is; `subject_id` is the entity it acts for (an investor for INVESTOR, a place for PLANNER, a
    talent for TALENT; none for other roles); `expires` has a time zone. A key of an account has the account's role and
    ends with it; one without an account is a service's. Raises ApiKeyError.
    """
    if held is None and (role is Role.SCOPED_ORGANISER or role in plugin_roles()):
        raise ApiKeyError("role", f"Only an account can hold {role}; create the key for an account.")
    if role is Role.PUBLIC:
        raise ApiKeyError("role", "PUBLIC needs no key; everyone without one has this role.")
    if not name.strip() or len(name) > 200:
        raise ApiKeyError("name", f"{name[:40]!r} can't be used; give 1 to 200 characters that say whose key it is.")
    _check_subject(session, role, subject_id)
    if expires is not None:
        if expires.tzinfo is None:
            raise ApiKeyError("expires", f"{expires.isoformat()} has no time zone; write {expires.isoformat()}+00:00.")
        if expires <= now():
            raise ApiKeyError("expires", f"{expires.isoformat()} is in the past; give a future time, or none.")
    secret = _new_secret()
    key = ApiKey(
        role=role,
        name=name.strip(),
        subject_id=subject_id,
        account_id=account_id,
        membership_id=held.id if held is not None and held.id != held.scope_id else None,
        key_hash=hash_token(secret),
        expires_at=expires,
    )
    session.add(key)
    session.flush()
    return key, secret


def verify(session: Session, secret: str) -> Actor | None:
    """Return the actor of a key, or None if the key is mistyped, unknown, expired or revoked. Never raises."""
    match = _PATTERN.fullmatch(secret)
    if match is None or not hmac.compare_digest(_checksum(match[1]), match[2]):
        return None
    wanted = hash_token(secret)
    key = session.scalar(select(ApiKey).where(ApiKey.key_hash == wanted))
    # The database compares hashes in its index: timing reveals something about a hash, not about a key.
    if key is None or not hmac.compare_digest(key.key_hash, wanted):
        return None
    return actor_of_key(session, key)


def actor_of_key(session: Session, key: ApiKey) -> Actor | None:
    """Return the actor that a key stands for now; None if it is expired or revoked, or its account lost the role."""
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= datetime.now(UTC)):
        return None
    if key.account_id is not None:
        return _actor_of_account(session, key)
    return Actor(role=key.role, id=key.id, subject_id=key.subject_id, name=key.name)


def create_for_account(
    session: Session, account: Account, held: HeldRole, name: str, expires: datetime | None = None
) -> tuple[ApiKey, str]:
    """Create a key for a program that acts by one of an account's memberships. As `create`."""
    actor = actor_of(account, (held,))
    subject = None if actor.subject_id == account.id else actor.subject_id
    return create(session, actor.role, name, subject, expires, held, account.id)


def rotate(session: Session, key: ApiKey) -> tuple[ApiKey, str]:
    """Revoke a key and create its replacement. As `create`.

    Raises ApiKeyError for a key that is no longer valid: revoked, expired, or of a role that its account has lost.
    """
    lost = key.account_id is not None and _actor_of_account(session, key) is None
    if lost or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now()):
        raise ApiKeyError("key", f"{key.id!r} is revoked or expired, or its role has ended; create a new key.")
    secret = _new_secret()
    replacement = ApiKey(
        role=key.role,
        name=key.name,
        subject_id=key.subject_id,
        account_id=key.account_id,
        membership_id=key.membership_id,
        key_hash=hash_token(secret),
        expires_at=key.expires_at,
    )
    session.add(replacement)
    key.revoked_at = now()
    session.flush()
    return replacement, secret


def _actor_of_account(session: Session, key: ApiKey) -> Actor | None:
    """Return the actor of an account's key; None if the account is archived or no longer holds the role."""
    account = session.get(Account, key.account_id)
    if account is None or account.archived_at is not None:
        return None
    wanted = key.membership_id or key.subject_id
    held = [each for each in held_by(session, account.id, account.talent_id) if wanted in (each.id, each.scope_id)]
    return replace(actor_of(account, tuple(held[:1]), key_id=key.id), name=key.name) if held else None


def revoke(session: Session, key_id: str) -> ApiKey:
    """Revoke a key; revoking it again changes nothing. Raises ApiKeyError for an unknown id."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise ApiKeyError("key", f"{key_id!r} is unknown; list the keys with: roadshow keys list")
    if key.revoked_at is None:
        key.revoked_at = now()
        session.flush()
    return key


def list_keys(session: Session, subject_id: str | None = None) -> Sequence[ApiKey]:
    """List keys, oldest first, revoked and expired ones included; only those acting for `subject_id` if given."""
    statement = select(ApiKey).order_by(ApiKey.id)
    if subject_id is not None:
        statement = statement.where(ApiKey.subject_id == subject_id)
    return session.scalars(statement).all()


def _check_subject(session: Session, role: Role, subject_id: str | None) -> None:
    kind = SUBJECT_SCOPES.get(role)
    if kind is None:
        if subject_id is not None:
            raise ApiKeyError("subject", f"A key of role {role} acts for no entity; leave out {subject_id!r}.")
        return
    problem = scope_problem(session, kind, subject_id)
    if problem is not None:
        raise ApiKeyError("subject", f"A key of role {role} acts for one {kind.lower()}. {problem}")


def _new_secret() -> str:
    random = _base62(secrets.randbits(256), _RANDOM_LENGTH)
    return f"rs_{random}{_checksum(random)}"


def _checksum(random: str) -> str:
    return _base62(zlib.crc32(random.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
