"""People who sign in: accounts, memberships, invitations, sessions, sign-in links and second factors."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import Role, ScopeKind
from store.models.base import ID, Base, Editable, Identified, now
from store.values.column_types import Json, UtcDateTime, open_enum_of


class Account(Editable, Base):
    """A person who signs in, known by an e-mail address."""

    __tablename__ = "account"
    prefix = "acc"

    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """In lower case; null once the account is erased."""
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    """BCP 47 tags, best first."""
    time_zone: Mapped[str | None] = mapped_column(String(60))
    """An IANA name, such as `Asia/Shanghai`."""
    talent_id: Mapped[str | None] = mapped_column(ForeignKey("talent.id"), index=True)
    """The talent's record of this person."""
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consented_to: Mapped[str | None] = mapped_column(String(64))
    """Version of the privacy notice that the person agreed to."""


class Membership(Identified, Base):
    """A role that an account holds in a scope for a time."""

    __tablename__ = "membership"
    prefix = "mbr"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(open_enum_of(Role))
    scope_kind: Mapped[ScopeKind] = mapped_column(open_enum_of(ScopeKind))
    scope_id: Mapped[str | None] = mapped_column(ID, index=True)
    """The entity of the scope; null for the installation."""
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Null if it doesn't end."""


class Invitation(Identified, Base):
    """An offer of a role in a scope to whoever reads mail at an address."""

    __tablename__ = "invitation"
    prefix = "inn"

    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(35))
    role: Mapped[Role] = mapped_column(open_enum_of(Role))
    scope_kind: Mapped[ScopeKind] = mapped_column(open_enum_of(ScopeKind))
    scope_id: Mapped[str | None] = mapped_column(ID, index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info={"secret": True})
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    membership_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    membership_id: Mapped[str | None] = mapped_column(ForeignKey("membership.id"), index=True)
    """The membership that accepting it created."""


class AccountSession(Identified, Base):
    """A browser in which an account is signed in. Only a hash of its cookie is stored."""

    __tablename__ = "account_session"
    prefix = "ssn"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    membership_id: Mapped[str | None] = mapped_column(ForeignKey("membership.id"), index=True)
    """The membership by which the person acts; null for the role of their own talent's record."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info={"secret": True})
    browser: Mapped[str | None] = mapped_column(String(200))
    """The browser's `User-Agent`."""
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """Accurate to within an hour."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person gave a one-time code in it."""
    provider: Mapped[str | None] = mapped_column(String(40))
    """The identity provider by which the person signed in; null for a link by mail."""
    provider_session_hash: Mapped[str | None] = mapped_column(String(64), index=True, info={"secret": True})
    """Of the provider's id of the session there, `sid`, where it told one."""


class SecondFactor(Identified, Base):
    """An authenticator app that an account's sign-ins are verified by (RFC 6238)."""

    __tablename__ = "second_factor"
    prefix = "sfa"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), unique=True)
    secret: Mapped[str] = mapped_column(String(64), info={"secret": True})
    """The key that the app shares, in base 32."""
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first code was given; until then it isn't asked for."""
    last_step: Mapped[int | None] = mapped_column(info={"secret": True})
    """The time step of the last accepted code: none of an earlier or the same step is accepted again."""
    failures: Mapped[int] = mapped_column(default=0, info={"secret": True})
    """Wrong codes since `failing_since`."""
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime, info={"secret": True})


class RecoveryCode(Base):
    """A code that stands in for one of the authenticator app, once. Only its hash is stored."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True, info={"secret": True})
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccountIdentity(Identified, Base):
    """What an account is known as at an identity provider (OpenID Connect)."""

    __tablename__ = "account_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    prefix = "idy"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    """The provider's id of the person; it never changes, unlike an address."""


class ProviderRequest(Base):
    """A browser on its way to an identity provider and back, stored for an hour."""

    __tablename__ = "provider_request"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    """Of the secret in the cookie of the browser that was sent there."""
    provider: Mapped[str] = mapped_column(String(40))
    nonce: Mapped[str] = mapped_column(String(64))
    code_verifier: Mapped[str] = mapped_column(String(128))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The account to which what comes back is to be linked; null for signing in."""
    subject: Mapped[str | None] = mapped_column(String(255))
    """Who came back, if the link has yet to be confirmed."""
    client: Mapped[str | None] = mapped_column(String(64), index=True)
    """The network address of the request."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInToken(Base):
    """A request for a sign-in link, stored as a hash for a day.

    Requests for addresses without an account are stored too, so that they count and take as long.
    """

    __tablename__ = "sign_in_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    email_hash: Mapped[str] = mapped_column(String(64), index=True)
    client: Mapped[str | None] = mapped_column(String(64), index=True)
    """The network address of the request."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
