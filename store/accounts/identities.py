"""Signing in by an identity provider: the way there and back, and whose account somebody is there.

An account is found by issuer and subject alone, which a provider never gives to anybody else. An e-mail address links
an account only if the provider vouches for it, is trusted with its domain, and the account isn't linked there yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from store.access.accounts import account_at
from store.access.tokens import hash_token
from store.changes import keep_commit_order
from store.models import Account, AccountIdentity, AccountSession, ProviderRequest
from store.models.base import now
from store.notifications.core_kinds import IDENTITY_LINKED

LIFETIME = timedelta(minutes=10)
"""How long a browser may take to come back."""
KEPT = timedelta(hours=1)
REQUESTS_OF_A_CLIENT = 300
"""Limit on the requests from one network address within `KEPT`."""


class TooManyRequestsError(Exception):
    """More browsers were sent to a provider from one network address than the limit allows."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as an identity provider knows them."""

    issuer: str
    subject: str
    email: str | None = None
    """An address that the provider says is verified; else None."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What an identity provider says of a session that ended there: whose, or which by its id, or both."""

    subject: str | None
    session: str | None
    said_at: datetime

    def __post_init__(self) -> None:
        if not self.subject and not self.session:
            raise ValueError("it names neither a person nor a session")


def begin_request(
    session: Session, state: str, browser: str, provider: str, nonce: str, code_verifier: str,
    account_id: str | None = None, client: str | None = None,
) -> None:  # fmt: skip
    """Store that a browser is sent to a provider. Raises TooManyRequestsError."""
    keep_commit_order(session)
    session.execute(delete(ProviderRequest).where(ProviderRequest.made_at < now() - KEPT))
    if client is not None:
        same = select(func.count()).select_from(ProviderRequest).where(ProviderRequest.client == client[:64])
        if (session.scalar(same) or 0) >= REQUESTS_OF_A_CLIENT:
            raise TooManyRequestsError
    session.add(
        ProviderRequest(
            state_hash=hash_token(state),
            browser_hash=hash_token(browser),
            provider=provider,
            nonce=nonce,
            code_verifier=code_verifier,
            account_id=account_id,
            client=client[:64] if client else None,
            made_at=now(),
        )
    )
    session.flush()


def take_request(session: Session, state: str, browser: str, provider: str) -> ProviderRequest | None:
    """Return the request with which this browser comes back, once; None if there is none (any more)."""
    keep_commit_order(session)
    taken = session.execute(
        update(ProviderRequest)
        .where(
            ProviderRequest.state_hash == hash_token(state),
            ProviderRequest.browser_hash == hash_token(browser),
            ProviderRequest.provider == provider,
            ProviderRequest.returned_at.is_(None),
            ProviderRequest.made_at > now() - LIFETIME,
        )
        .values(returned_at=now())
        .returning(ProviderRequest.state_hash)
    ).scalar()
    return session.get(ProviderRequest, taken) if taken is not None else None


def account_of(session: Session, identity: Identity, trusted_domains: tuple[str, ...] = ()) -> Account | None:
    """Return the account that somebody signs in to; None if there is none, or it must be linked first.

    Links the account of a verified address in one of the domains that the provider is trusted with, unless the account
    is somebody else there already.
    """
    keep_commit_order(session)
    linked = session.scalar(
        select(AccountIdentity).where(
            AccountIdentity.issuer == identity.issuer, AccountIdentity.subject == identity.subject
        )
    )
    if linked is not None:
        account = session.get(Account, linked.account_id)
        return account if account is not None and account.archived_at is None else None
    domain = (identity.email or "").rpartition("@")[2].lower()
    if not domain or domain not in trusted_domains:
        return None
    account = account_at(session, identity.email or "")
    if account is None or linked_at(session, account.id, identity.issuer) is not None:
        return None
    _link(session, account.id, identity)
    return account


def propose_link(session: Session, request: ProviderRequest, identity: Identity) -> None:
    """Store who came back, until the person confirms the link."""
    stored = session.get_one(ProviderRequest, request.state_hash)
    stored.subject = identity.subject
    session.flush()


def confirm_link(
    session: Session, state: str, browser: str, account_id: str, provider: str, issuer: str
) -> AccountIdentity | None:
    """Link who came back to the account that asked for it, once.

    None if nobody did, it is too late, or somebody is linked to another account.
    """
    keep_commit_order(session)
    request = session.get(ProviderRequest, hash_token(state))
    if (
        request is None
        or request.subject is None
        or request.account_id != account_id
        or request.provider != provider
        or request.browser_hash != hash_token(browser)
        or request.made_at <= now() - LIFETIME
    ):
        return None
    identity = Identity(issuer, request.subject)
    request.subject = None
    known = select(AccountIdentity.id).where(
        AccountIdentity.issuer == issuer, AccountIdentity.subject == identity.subject
    )
    if session.scalar(known) is not None or linked_at(session, account_id, issuer) is not None:
        return None
    return _link(session, account_id, identity)


def sign_out_of_provider(session: Session, issuer: str, provider: str, signed_out: SignedOut) -> int:
    """End the sessions that somebody began by a provider before it said that they signed out; return how many."""
    wanted = select(AccountSession).where(
        AccountSession.provider == provider,
        AccountSession.created_at <= signed_out.said_at,
        AccountSession.ended_at.is_(None),
    )
    own = AccountSession.provider_session_hash
    if signed_out.subject is not None:
        linked = select(AccountIdentity.account_id).where(
            AccountIdentity.issuer == issuer, AccountIdentity.subject == signed_out.subject
        )
        wanted = wanted.where(AccountSession.account_id.in_(linked))
    if signed_out.session is not None:
        same = own == hash_token(signed_out.session)
        # Which session there one belongs to may not be known: it ends with any of the person's.
        wanted = wanted.where(same if signed_out.subject is None else or_(same, own.is_(None)))
    opened = session.scalars(wanted).all()
    for each in opened:
        each.ended_at = now()
    return len(opened)


def unlink(session: Session, account_id: str, issuer: str) -> bool:
    """Remove an account's link to a provider; return False if it has none."""
    linked = linked_at(session, account_id, issuer)
    if linked is not None:
        session.delete(linked)
        session.flush()
    return linked is not None


def linked_at(session: Session, account_id: str, issuer: str) -> AccountIdentity | None:
    """Return what an account is known as at a provider."""
    wanted = select(AccountIdentity).where(AccountIdentity.account_id == account_id, AccountIdentity.issuer == issuer)
    return session.scalar(wanted.order_by(AccountIdentity.id).limit(1))


def _link(session: Session, account_id: str, identity: Identity) -> AccountIdentity:
    linked = AccountIdentity(account_id=account_id, issuer=identity.issuer, subject=identity.subject)
    session.add(linked)
    session.flush()
    IDENTITY_LINKED.tell(session, [account_id], {"identity": linked.id}, linked.id)
    return linked
