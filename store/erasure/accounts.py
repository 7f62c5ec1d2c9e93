"""Erases an account: the person's name and address, sessions, links, invitations, jobs, requests for corrections,
and the names of keys."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from store.access.accounts import AccountError, end_membership, held_by
from store.access.tokens import hash_token
from store.changes import ChangeRecord, keep_commit_order, record_many
from store.enums import Operation
from store.models import (
    Account,
    AccountIdentity,
    AccountSession,
    ApiKey,
    Change,
    CorrectionRequest,
    Identified,
    Invitation,
    Job,
    Membership,
    Notification,
    NotificationAddress,
    NotificationPreference,
    OutboxAttempt,
    OutboxMessage,
    ProviderRequest,
    RecoveryCode,
    SecondFactor,
    SignInToken,
)
from store.models.base import now, table_of


def erase_accounts_of(session: Session, talent_id: str) -> int:
    """Erase the accounts of a talent; return how many there were."""
    account_ids = session.scalars(select(Account.id).where(Account.talent_id == talent_id)).all()
    for account_id in account_ids:
        erase_account(session, account_id)
    return len(account_ids)


def erase_account(session: Session, account_id: str) -> int:
    """Erase an account in the session's transaction (of `database.write`); return how many rows of the log it emptied.

    An empty, archived record stays under its id, so that the log still shows which changes have one author.
    Memberships end, keys are revoked. Raises AccountError for an unknown id.
    """
    keep_commit_order(session)
    account = session.get(Account, account_id)
    if account is None:
        raise AccountError("account", f"There is no {account_id!r}; list the accounts with: roadshow accounts list")
    for role in held_by(session, account_id):
        end_membership(session, session.get_one(Membership, role.id))
    session.flush()
    email = account.email
    keys = _ids(session, ApiKey, ApiKey.account_id == account_id)
    sessions = _ids(session, AccountSession, AccountSession.account_id == account_id)
    invited = _ids(session, Invitation, Invitation.email == email) if email else []
    identities = _ids(session, AccountIdentity, AccountIdentity.account_id == account_id)
    factors = _ids(session, SecondFactor, SecondFactor.account_id == account_id)
    jobs = _ids(session, Job, Job.account_id == account_id)
    corrections = _ids(session, CorrectionRequest, CorrectionRequest.account_id == account_id)
    erased: list[tuple[type[Identified], Sequence[str]]] = [
        (Account, [account_id]), (ApiKey, keys), (AccountSession, sessions), (Invitation, invited),
        (SecondFactor, factors), (AccountIdentity, identities), (Job, jobs), (CorrectionRequest, corrections),
    ]  # fmt: skip
    record_many(
        session,
        [
            ChangeRecord(table_of(model).name, each, each, Operation.ERASE, None, None)
            for model, ids in erased
            for each in ids
        ],
    )
    session.execute(delete(AccountSession).where(AccountSession.id.in_(sessions)))
    session.execute(delete(AccountIdentity).where(AccountIdentity.id.in_(identities)))
    session.execute(delete(ProviderRequest).where(ProviderRequest.account_id == account_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.id.in_(factors)))
    session.execute(delete(Job).where(Job.id.in_(jobs)))
    _forget_notifications(session, account_id)
    session.execute(delete(CorrectionRequest).where(CorrectionRequest.id.in_(corrections)))
    session.execute(delete(Invitation).where(Invitation.id.in_(invited)))
    email_hash = hash_token(email or "")
    session.execute(
        delete(SignInToken).where(or_(SignInToken.account_id == account_id, SignInToken.email_hash == email_hash))
    )
    moment = now()
    session.execute(update(ApiKey).where(ApiKey.id.in_(keys)).values(name="", revoked_at=moment, updated_at=moment))
    emptied: dict[str, Any] = {"name": "", "email": None, "languages": [], "time_zone": None, "talent_id": None}
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(
            **emptied, consented_at=None, consented_to=None, archived_at=moment, updated_at=moment,
            version=Account.version + 1,
        )
    )  # fmt: skip
    session.expire_all()
    return _redact(session, [each for _, ids in erased for each in ids])


def _forget_notifications(session: Session, account_id: str) -> None:
    """Delete what the person was told, how they wanted it, and every message to them."""
    messages = select(OutboxMessage.id).where(OutboxMessage.source_id == account_id)
    session.execute(delete(OutboxAttempt).where(OutboxAttempt.message_id.in_(messages)))
    session.execute(delete(OutboxMessage).where(OutboxMessage.source_id == account_id))
    for model in (Notification, NotificationPreference, NotificationAddress):
        session.execute(delete(model).where(model.account_id == account_id))


def _ids(session: Session, model: type[Identified], condition: ColumnElement[bool]) -> Sequence[str]:
    return session.scalars(select(model.id).where(condition)).all()


def _redact(session: Session, ids: Sequence[str]) -> int:
    """Empty the log's rows about the erased records, and the names of the account and its keys as authors."""
    holds_data = or_(Change.before.is_not(None), Change.after.is_not(None))
    emptied = session.execute(
        update(Change).where(Change.entity_id.in_(ids), holds_data).values(before=None, after=None)
    )
    session.execute(
        update(Change).where(Change.actor_id.in_(ids), Change.actor_name.is_not(None)).values(actor_name=None)
    )
    assert isinstance(emptied, CursorResult)
    return emptied.rowcount
