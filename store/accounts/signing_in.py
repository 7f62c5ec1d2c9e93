"""Signing in: links that work once, and the sessions that they open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from store.access.accounts import account_at, actor_of, held_by
from store.access.actors import Actor
from store.access.tokens import hash_token, new_token
from store.accounts.second_factors import has_second_factor, verify
from store.changes import keep_commit_order
from store.enums import Role
from store.models import Account, AccountSession, SignInToken
from store.models.base import now

LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(days=30)
"""Counted from the last use."""
PENDING_LIFETIME = timedelta(minutes=15)
"""How long a session waits for a code of the second factor."""
VERIFIED_ROLES = (Role.ADMIN, Role.ORGANISER)
"""The roles that a setting reserves for those with a second factor."""
LONGEST_SESSION = timedelta(days=400)
"""Counted from signing in; browsers keep no cookie for longer."""
USE_RECORDED_EVERY = timedelta(hours=1)
LINKS_OF_AN_ADDRESS = 5
LINKS_OF_A_CLIENT = 30
"""Limits on the links requested within `COUNTED`: for one e-mail address, and from one network address."""
COUNTED = timedelta(hours=1)
KEPT = timedelta(days=1)


class TooManyLinksError(Exception):
    """More links were requested within an hour than the limits allow."""


@dataclass(frozen=True, slots=True)
class SignInLink:
    """The token of a link, and the account that it signs in."""

    token: str
    account: Account


def request_link(session: Session, email: str, client: str | None = None) -> SignInLink | None:
    """Create a link for an address; return None if it has no account, which takes as long and counts the same.

    Needs a session of `database.write`: writers take turns, so the limits hold across processes. Raises
    TooManyLinksError.
    """
    keep_commit_order(session)
    moment = now()
    session.execute(delete(SignInToken).where(SignInToken.made_at < moment - KEPT))
    email_hash = hash_token(email.strip().lower())
    recent = select(func.count()).select_from(SignInToken).where(SignInToken.made_at > moment - COUNTED)
    if (session.scalar(recent.where(SignInToken.email_hash == email_hash)) or 0) >= LINKS_OF_AN_ADDRESS:
        raise TooManyLinksError
    if client and (session.scalar(recent.where(SignInToken.client == client[:64])) or 0) >= LINKS_OF_A_CLIENT:
        raise TooManyLinksError
    account = account_at(session, email)
    token = _add_token(session, account, email_hash, client, moment)
    return None if account is None else SignInLink(token, account)


def create_link(session: Session, account: Account) -> str:
    """Create a link for an account and return its token. No limit applies: it is for operators at a terminal."""
    keep_commit_order(session)
    return _add_token(session, account, hash_token(account.email or ""), None, now())


def is_usable(session: Session, token: str) -> bool:
    """Return whether a link still works, without using it."""
    return session.scalar(select(SignInToken.token_hash).where(*_usable(token))) is not None


def sign_in(session: Session, token: str, browser: str | None = None) -> tuple[Account, str] | None:
    """Use a link; return the account and the new session's secret, or None if the link doesn't work (any more)."""
    keep_commit_order(session)
    used = session.execute(
        update(SignInToken).where(*_usable(token)).values(used_at=now()).returning(SignInToken.account_id)
    ).scalar()
    account = session.get(Account, used) if used is not None else None
    if account is None or account.archived_at is not None:
        return None
    return account, open_session(session, account, browser)


def open_session(
    session: Session,
    account: Account,
    browser: str | None = None,
    provider: str | None = None,
    provider_session: str | None = None,
) -> str:
    """Open a session for an account, and return the secret for the browser's cookie.

    If the account has a second factor, nobody acts in the session until `verify_session`.
    """
    secret = new_token()
    held = held_by(session, account.id)
    lifetime = PENDING_LIFETIME if has_second_factor(session, account.id) else SESSION_LIFETIME
    session.add(
        AccountSession(
            account_id=account.id,
            membership_id=held[0].id if held else None,
            token_hash=hash_token(secret),
            browser=(browser or "")[:200] or None,
            provider=provider,
            provider_session_hash=hash_token(provider_session) if provider_session else None,
            expires_at=now() + lifetime,
        )
    )
    session.flush()
    return secret


def session_of(session: Session, secret: str) -> AccountSession | None:
    """Return the session of a cookie; None if it is unknown, ended or expired."""
    own = session.scalar(select(AccountSession).where(AccountSession.token_hash == hash_token(secret)))
    if own is None or own.ended_at is not None or own.expires_at <= now():
        return None
    return own


def actor_in(session: Session, opened: AccountSession, organisers_verified: bool = False) -> Actor | None:
    """Return the actor in a session; None if the account is archived, or a code of its second factor is due.

    Ended memberships no longer count; with `organisers_verified`, nor do those of organisers and administrators
    without a second factor.
    """
    account = session.get(Account, opened.account_id)
    if account is None or account.archived_at is not None:
        return None
    verified = has_second_factor(session, account.id)
    if verified and opened.verified_at is None:
        return None
    held = held_by(session, account.id, account.talent_id)
    if organisers_verified and not verified:
        held = tuple(each for each in held if each.role not in VERIFIED_ROLES)
    return actor_of(account, held, opened.membership_id or account.talent_id, session_id=opened.id)


def verify_session(session: Session, opened: AccountSession, code: str) -> bool:
    """Verify a session by a code; return whether it is right. As `second_factors.verify`."""
    return verify(session, opened, code, now() + SESSION_LIFETIME)


def is_use_due(opened: AccountSession) -> bool:
    """Return whether the use of a session should be recorded again."""
    return opened.used_at < now() - USE_RECORDED_EVERY


def record_use(session: Session, session_id: str) -> None:
    """Record the use of a session, which prolongs it up to `LONGEST_SESSION`. The change log leaves this out."""
    moment = now()
    begun = session.scalar(select(AccountSession.created_at).where(AccountSession.id == session_id)) or moment
    session.execute(
        update(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.ended_at.is_(None))
        .values(used_at=moment, expires_at=min(moment + SESSION_LIFETIME, begun + LONGEST_SESSION))
    )


def switch_role(opened: AccountSession, actor: Actor, membership_id: str) -> bool:
    """Use another of the account's roles in a session; return False if the actor doesn't hold it."""
    held = next((each for each in actor.memberships if each.id == membership_id), None)
    if held is not None:
        opened.membership_id = held.id if held.id != held.scope_id else None
    return held is not None


def end_session(session: Session, account_id: str, session_id: str) -> AccountSession | None:
    """End a session of an account; return None if the account has no such session. An ended one keeps its date."""
    own = session.get(AccountSession, session_id)
    if own is None or own.account_id != account_id:
        return None
    own.ended_at = own.ended_at or now()
    return own


def open_sessions(session: Session, account_id: str) -> list[AccountSession]:
    """Return an account's open sessions, the last used first."""
    return list(
        session.scalars(
            select(AccountSession)
            .where(
                AccountSession.account_id == account_id,
                AccountSession.ended_at.is_(None),
                AccountSession.expires_at > now(),
            )
            .order_by(AccountSession.used_at.desc(), AccountSession.id)
        )
    )


def _usable(token: str) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInToken.token_hash == hash_token(token),
        SignInToken.account_id.is_not(None),
        SignInToken.used_at.is_(None),
        SignInToken.expires_at > now(),
    )


def _add_token(session: Session, account: Account | None, email_hash: str, client: str | None, moment: datetime) -> str:
    token = new_token()
    session.add(
        SignInToken(
            token_hash=hash_token(token),
            account_id=account.id if account else None,
            email_hash=email_hash,
            client=client[:64] if client else None,
            made_at=moment,
            expires_at=moment + LINK_LIFETIME,
        )
    )
    session.flush()
    return token
