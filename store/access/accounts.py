"""Accounts and their memberships: who may act in which role, and in which scope."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from store.access.actors import Actor, HeldRole
from store.access.scopes import SCOPES, SUBJECT_SCOPES, AccessError, plugin_roles, scope_problem
from store.enums import Role, ScopeKind
from store.models import Account, AccountSession, ApiKey, Membership
from store.models.base import now

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class AccountError(AccessError):
    """An account, or something that it holds, can't be as asked."""


def email_of(text: str) -> str:
    """Return an address as accounts store it: in lower case, without surrounding blanks. Raises AccountError."""
    from email_validator import EmailNotValidError, validate_email  # takes a while to import

    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise AccountError(
            "email", f"{text[:80]!r} isn't an e-mail address; write one such as ada@example.org."
        ) from None


def create_account(
    session: Session,
    email: str,
    name: str,
    languages: Sequence[str] = (),
    time_zone: str | None = None,
    talent_id: str | None = None,
) -> Account:
    """Create an account. Raises AccountError, including when the address already has one."""
    address = email_of(email)
    if session.scalar(select(Account.id).where(Account.email == address)) is not None:
        raise AccountError("email", f"{address} already has an account; add a membership to it.")
    if not name.strip() or len(name) > 200:
        raise AccountError("name", f"{name[:40]!r} can't be used; give 1 to 200 characters.")
    for language in languages:
        if not _LANGUAGE.fullmatch(language) or len(language) > 35:
            raise AccountError("languages", f"{language[:40]!r} isn't a language tag; write one such as en or zh-Hans.")
    if time_zone is not None and time_zone not in available_timezones():
        raise AccountError(
            "timeZone", f"{time_zone[:60]!r} isn't a known time zone; write a name such as Asia/Shanghai."
        )
    if talent_id is not None:
        _require_scope(session, ScopeKind.TALENT, talent_id, "talent")
    account = Account(
        name=name.strip(), email=address, languages=list(languages), time_zone=time_zone, talent_id=talent_id
    )
    session.add(account)
    session.flush()
    return account


def account_at(session: Session, email: str) -> Account | None:
    """Return the account of an address; None if there is none or it is archived."""
    account = session.scalar(select(Account).where(Account.email == email.strip().lower()))
    return account if account is not None and account.archived_at is None else None


def add_membership(
    session: Session,
    account: Account,
    role: Role,
    scope_kind: ScopeKind,
    scope_id: str | None = None,
    ends_at: datetime | None = None,
) -> Membership:
    """Give an account a role in a scope. If it already holds the role, the later end counts. Raises AccountError."""
    check_scope(session, role, scope_kind, scope_id)
    check_end(ends_at, "endsAt")
    for each in held_by(session, account.id):
        if (each.role, each.scope_kind, each.scope_id) == (role, scope_kind, scope_id):
            membership = session.get_one(Membership, each.id)
            if membership.ends_at is not None:
                membership.ends_at = None if ends_at is None else max(ends_at, membership.ends_at)
            return membership
    membership = Membership(
        account_id=account.id, role=role, scope_kind=scope_kind, scope_id=scope_id, begins_at=now(), ends_at=ends_at
    )
    session.add(membership)
    session.flush()
    return membership


def end_membership(session: Session, membership: Membership) -> None:
    """End a membership now and revoke its keys; a membership that has ended keeps its date."""
    moment = now()
    if membership.ends_at is None or membership.ends_at > moment:
        membership.ends_at = moment
    for key in session.scalars(
        select(ApiKey).where(ApiKey.membership_id == membership.id, ApiKey.revoked_at.is_(None))
    ):
        key.revoked_at = moment


def consent(account: Account, version: str | None) -> None:
    """Record once that a person agreed to a version of the privacy notice; do nothing without a notice."""
    if version is not None and account.consented_to != version:
        account.consented_to, account.consented_at = version, now()


def hand_over(session: Session, leaver: Account, successor: Account) -> list[Membership]:
    """Move everything that a leaver holds to a successor, in one step, and return the successor's memberships.

    The leaver's memberships, their keys and all sessions end. Raises AccountError.
    """
    if leaver.id == successor.id:
        raise AccountError("to", "The leaver can't be the successor; name another account.")
    if successor.archived_at is not None:
        raise AccountError("to", "The account is archived.")
    moment = now()
    live = session.scalars(_live(leaver.id, moment)).all()
    handed = [
        add_membership(session, successor, each.role, each.scope_kind, each.scope_id, each.ends_at) for each in live
    ]
    for each in live:
        end_membership(session, each)
    sign_out_everywhere(session, leaver.id)
    return handed


def sign_out_everywhere(session: Session, account_id: str, but: str | None = None) -> int:
    """End all sessions of an account except `but`, if given; return how many ended."""
    open_ones = select(AccountSession).where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
    ended = [each for each in session.scalars(open_ones) if each.id != but]
    for each in ended:
        each.ended_at = now()
    return len(ended)


def check_scope(session: Session, role: Role, scope_kind: ScopeKind, scope_id: str | None) -> None:
    """Check that a role can be held in a scope. Raises AccountError."""
    if role not in SCOPES:
        raise AccountError("role", f"No account can hold {role}; give one of {', '.join(map(str, SCOPES))}.")
    if scope_kind not in SCOPES[role]:
        raise AccountError(
            "scopeKind", f"{role} can be held in {' or '.join(map(str, SCOPES[role]))}, not in {scope_kind}."
        )
    _require_scope(session, scope_kind, scope_id, "scope")


def check_end(moment: datetime | None, field: str) -> None:
    """Check that a moment has a time zone and lies in the future, if there is one. Raises AccountError."""
    if moment is not None and moment.tzinfo is None:
        raise AccountError(field, f"{moment.isoformat()} has no time zone; write {moment.isoformat()}Z.")
    if moment is not None and moment <= now():
        raise AccountError(field, f"{moment.isoformat()} is in the past; give a future time, or none.")


def held_by(session: Session, account_id: str, talent_id: str | None = None) -> tuple[HeldRole, ...]:
    """Return the roles that an account holds now, the most powerful first, that for its own talent's record last."""
    order = list(SCOPES)
    roles = [
        HeldRole(each.id, each.role, each.scope_kind, each.scope_id)
        for each in session.scalars(_live(account_id))
        if each.role in SCOPES  # not those of plugins that don't run
    ]
    roles.sort(key=lambda each: (order.index(each.role), each.scope_kind is not ScopeKind.INSTALLATION))
    if talent_id is not None and not any(each.scope_id == talent_id for each in roles):
        roles.append(HeldRole(talent_id, Role.TALENT, ScopeKind.TALENT, talent_id))
    return tuple(roles)


def actor_of(
    account: Account,
    memberships: tuple[HeldRole, ...],
    acting_by: str | None = None,
    key_id: str | None = None,
    session_id: str | None = None,
) -> Actor:
    """Return the actor that an account is by one of its memberships: `acting_by`, else the most powerful."""
    held = next((each for each in memberships if each.id == acting_by), memberships[0] if memberships else None)
    role, subject = Role.PUBLIC, None
    if held is not None:
        role, subject = held.role, held.scope_id if held.role in SUBJECT_SCOPES else None
        if role is Role.ORGANISER and held.scope_kind is not ScopeKind.INSTALLATION:
            role, subject = Role.SCOPED_ORGANISER, account.id
        elif role in plugin_roles():
            subject = account.id
    return Actor(
        role, key_id or account.id, subject, account.name, account_id=account.id, session_id=session_id, held=held,
        memberships=memberships,
    )  # fmt: skip


def _live(account_id: str, at: datetime | None = None) -> Select[Membership]:
    moment = at or now()
    return (
        select(Membership)
        .where(
            Membership.account_id == account_id,
            Membership.begins_at <= moment,
            or_(Membership.ends_at.is_(None), Membership.ends_at > moment),
        )
        .order_by(Membership.id)
    )


def _require_scope(session: Session, kind: ScopeKind, scope_id: str | None, field: str) -> None:
    problem = scope_problem(session, kind, scope_id)
    if problem is not None:
        raise AccountError(field, problem)
