"""Invitations: offers of a role in a scope to whoever reads mail at an address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access.accounts import (
    AccountError,
    account_at,
    add_membership,
    check_end,
    check_scope,
    create_account,
    email_of,
)
from store.access.scopes import scope_problem
from store.access.tokens import hash_token, new_token
from store.changes import keep_commit_order
from store.enums import Role, ScopeKind
from store.models import Account, Invitation
from store.models.base import now

LIFETIME = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted invitation."""

    account: Account
    is_new: bool
    """Whether accepting it created the account. An invitation never signs anybody in to an existing account: its
    link is valid for longer than a sign-in link."""


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
    """Invite an address to a role in a scope, and return the invitation with the token of its link.

    An open invitation of the same address to the same role is revoked. Raises AccountError.
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
    token = new_token()
    invitation = Invitation(
        email=address,
        name=(name or "").strip()[:200] or None,
        language=language,
        role=role,
        scope_kind=scope_kind,
        scope_id=scope_id,
        token_hash=hash_token(token),
        expires_at=expires_at or now() + LIFETIME,
        membership_ends_at=membership_ends_at,
    )
    session.add(invitation)
    session.flush()
    return invitation, token


def renew(session: Session, invitation: Invitation, expires_at: datetime | None = None) -> str:
    """Give an invitation a new link, whose token is returned, and a new end; the old link stops working.

    Raises AccountError if it has been accepted or revoked, its scope is archived, or its role would already have ended.
    """
    if invitation.accepted_at is not None:
        raise AccountError("id", "This invitation has been accepted; whoever did so signs in.")
    if invitation.revoked_at is not None:
        raise AccountError("id", "This invitation has been revoked; invite the address again.")
    check_scope(session, invitation.role, invitation.scope_kind, invitation.scope_id)
    check_end(expires_at, "expiresAt")
    if invitation.membership_ends_at is not None and invitation.membership_ends_at <= now():
        raise AccountError("id", "The role that it offers has ended; invite the address again with a later end.")
    token = new_token()
    invitation.token_hash = hash_token(token)
    invitation.expires_at = expires_at or now() + LIFETIME
    session.flush()
    return token


def open_invitation(session: Session, token: str) -> Invitation | None:
    """Return the invitation of a link; None if it is unknown or closed, or its scope is archived."""
    invitation = session.scalar(select(Invitation).where(Invitation.token_hash == hash_token(token)))
    if (
        invitation is None
        or invitation.accepted_at is not None
        or invitation.revoked_at is not None
        or invitation.expires_at <= now()
    ):
        return None
    return invitation if scope_problem(session, invitation.scope_kind, invitation.scope_id) is None else None


def accept(session: Session, token: str) -> Accepted | None:
    """Accept an invitation: create the account if needed, and the membership. Return None if it is no longer open.

    Raises AccountError if the account is archived, or the membership would already have ended.
    """
    keep_commit_order(session)  # of two that accept at once, the second sees the first
    invitation = open_invitation(session, token)
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
