"""Invitations: a role in a scope for whoever reads mail at an address."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access.accounts import account_at, add_membership, check_end, check_scope, create_account, email_of
from store.changes import keep_commit_order
from store.enums import Role, ScopeKind
from store.models import Account, Invitation
from store.models.base import now

LIFETIME = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an invitation became."""

    account: Account
    is_new: bool
    """Whether the account was made by it. Into one that was there before, an invitation lets nobody in: the link is
    older than one to sign in may be."""


def invite(
    session: Session,
    email: str,
    role: Role,
    scope_kind: ScopeKind,
    scope_id: str | None = None,
    *,
    name: str | None = None,
    language: str | None = None,
    expires_at: datetime | None = None,
    membership_ends_at: datetime | None = None,
) -> tuple[Invitation, str]:
    """Invite an address; gives the secret of the link. It takes the place of an open one to the same.

    Raises AccountError.
    """
    address = email_of(email)
    check_scope(session, role, scope_kind, scope_id)
    check_end(expires_at, "expiresAt")
    check_end(membership_ends_at, "endsAt")
    same = select(Invitation).where(
        Invitation.email == address,
        Invitation.role == role,
        Invitation.scope_kind == scope_kind,
        Invitation.scope_id == scope_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    for each in session.scalars(same):
        each.revoked_at = now()
    secret = secrets.token_urlsafe(32)
    made = Invitation(
        email=address,
        name=(name or "").strip()[:200] or None,
        language=language,
        role=role,
        scope_kind=scope_kind,
        scope_id=scope_id,
        token_hash=_hash(secret),
        expires_at=expires_at or now() + LIFETIME,
        membership_ends_at=membership_ends_at,
    )
    session.add(made)
    session.flush()
    return made, secret


def open_invitation(session: Session, secret: str) -> Invitation | None:
    """The invitation of a link; None where it was accepted or revoked, or has expired."""
    found = session.scalar(select(Invitation).where(Invitation.token_hash == _hash(secret)))
    if found is None or found.accepted_at is not None or found.revoked_at is not None or found.expires_at <= now():
        return None
    return found


def accept(session: Session, secret: str) -> Accepted | None:
    """Make an invitation a membership; None where it isn't open any more. Raises AccountError."""
    keep_commit_order(session)  # of two who accept at once, the second sees that it was accepted
    invitation = open_invitation(session, secret)
    if invitation is None:
        return None
    account = account_at(session, invitation.email)
    is_new = account is None
    if account is None:
        languages = [invitation.language] if invitation.language else []
        account = create_account(session, invitation.email, invitation.name or invitation.email, languages)
    membership = add_membership(
        session, account, invitation.role, invitation.scope_kind, invitation.scope_id, invitation.membership_ends_at
    )
    invitation.accepted_at, invitation.membership_id = now(), membership.id
    session.flush()
    return Accepted(account, is_new)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
