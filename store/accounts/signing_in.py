"""Signing in: links that work once, and the sessions that they open.

Secrets are random numbers of 256 bits, so a plain SHA-256 of them is enough to keep (see `store.access.keys`).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from store.access.accounts import account_at, actor_of, held_by
from store.access.actors import Actor
from store.changes import keep_commit_order
from store.models import Account, AccountSession, SignInToken
from store.models.base import now

LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(days=30)
"""From the last use."""
USE_NOTED_EVERY = timedelta(hours=1)
LINKS_OF_AN_ADDRESS = 5
LINKS_OF_A_CLIENT = 30
"""Links asked for within `COUNTED`: for one e-mail address, and from one network address."""
COUNTED = timedelta(hours=1)
KEPT = timedelta(days=1)


class TooManyLinksError(Exception):
    """More links were asked for than are given within an hour."""


@dataclass(frozen=True, slots=True)
class SignInLink:
    """What a link is made of, and whom it lets in."""

    token: str
    account: Account


def ask_for_link(session: Session, email: str, client: str | None = None) -> SignInLink | None:
    """A link for an address; None where it has no account, which takes as long and counts as much.

    In a session of `database.write`: writers take turns, so the count holds among all processes. Raises
    TooManyLinksError.
    """
    keep_commit_order(session)
    moment = now()
    session.execute(delete(SignInToken).where(SignInToken.made_at < moment - KEPT))
    email_hash = _hash(email.strip().lower())
    recent = select(func.count()).select_from(SignInToken).where(SignInToken.made_at > moment - COUNTED)
    if (session.scalar(recent.where(SignInToken.email_hash == email_hash)) or 0) >= LINKS_OF_AN_ADDRESS:
        raise TooManyLinksError
    if client and (session.scalar(recent.where(SignInToken.client == client[:64])) or 0) >= LINKS_OF_A_CLIENT:
        raise TooManyLinksError
    account = account_at(session, email)
    token = _note(session, account, email_hash, client, moment)
    return None if account is None else SignInLink(token, account)


def link_for(session: Session, account: Account) -> str:
    """A link's token for an account, uncounted: for whoever has a terminal here."""
    keep_commit_order(session)
    return _note(session, account, _hash(account.email or ""), None, now())


def holds(session: Session, token: str) -> bool:
    """Whether a link's token still lets somebody in; it isn't used up."""
    return session.scalar(select(SignInToken.token_hash).where(*_usable(token))) is not None


def sign_in(session: Session, token: str, browser: str | None = None) -> tuple[Account, str] | None:
    """Use a link up. Gives the account and the new session's secret; None for a link that doesn't hold (any more)."""
    keep_commit_order(session)
    used = session.execute(
        update(SignInToken).where(*_usable(token)).values(used_at=now()).returning(SignInToken.account_id)
    ).scalar()
    account = session.get(Account, used) if used is not None else None
    if account is None or account.archived_at is not None:
        return None
    return account, open_session(session, account, browser)


def open_session(session: Session, account: Account, browser: str | None = None) -> str:
    """Sign an account in; gives the secret for the browser's cookie."""
    secret = secrets.token_urlsafe(32)
    held = held_by(session, account.id)
    session.add(
        AccountSession(
            account_id=account.id,
            membership_id=held[0].id if held else None,
            token_hash=_hash(secret),
            browser=(browser or "")[:200] or None,
            expires_at=now() + SESSION_LIFETIME,
        )
    )
    session.flush()
    return secret


def session_of(session: Session, secret: str) -> AccountSession | None:
    """The session behind a cookie; None where there is none, or it has ended."""
    found = session.scalar(select(AccountSession).where(AccountSession.token_hash == _hash(secret)))
    if found is None or found.ended_at is not None or found.expires_at <= now():
        return None
    return found


def actor_in(session: Session, opened: AccountSession) -> Actor | None:
    """Who acts in a session; None where the account is archived."""
    account = session.get(Account, opened.account_id)
    if account is None or account.archived_at is not None:
        return None
    held = held_by(session, account.id, account.talent_id)
    return actor_of(account, held, opened.membership_id or account.talent_id, session_id=opened.id)


def is_use_due(opened: AccountSession) -> bool:
    """Whether the use of a session is to be noted again."""
    return opened.used_at < now() - USE_NOTED_EVERY


def note_use(session: Session, session_id: str) -> None:
    """Note that a session is in use, which prolongs it. Not in the change log: nothing was decided."""
    moment = now()
    session.execute(
        update(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.ended_at.is_(None))
        .values(used_at=moment, expires_at=moment + SESSION_LIFETIME)
    )


def open_sessions(session: Session, account_id: str) -> list[AccountSession]:
    """Where an account is signed in, the latest use first."""
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
        SignInToken.token_hash == _hash(token),
        SignInToken.account_id.is_not(None),
        SignInToken.used_at.is_(None),
        SignInToken.expires_at > now(),
    )


def _note(session: Session, account: Account | None, email_hash: str, client: str | None, moment: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        SignInToken(
            token_hash=_hash(token),
            account_id=account.id if account else None,
            email_hash=email_hash,
            client=client[:64] if client else None,
            made_at=moment,
            expires_at=moment + LINK_LIFETIME,
        )
    )
    session.flush()
    return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
