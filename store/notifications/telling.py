"""Telling people something: one row for each recipient, in the transaction of what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.enums import NotificationState
from store.models import Account, Membership, Notification
from store.models.base import now
from store.values.ids import new_id


def notify(
    session: Session, kind: str, to: Iterable[str], arguments: Mapping[str, object], key: str, window: float = 0.0
) -> list[str]:
    """Tell each of `to` once for each `key`; return the ids of new notifications.

    `to` are ids as `recipients` takes them. It goes out after `window` seconds. What was told already, and people
    without an account, are left out.
    """
    if not 0 < len(key) <= 200:
        raise ValueError(f"the key has {len(key)} characters; give 1 to 200")
    at = now()
    ids: list[str] = []
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    for account_id in recipients(session, to):
        row = {
            "id": new_id(Notification.prefix), "created_at": at, "updated_at": at, "account_id": account_id,
            "kind": kind, "key": key, "arguments": dict(arguments), "state": NotificationState.WAITING,
            "due_at": at + timedelta(seconds=window), "channels": [],
        }  # fmt: skip
        added = dialect.insert(Notification).values(row).on_conflict_do_nothing().returning(Notification.id)
        ids += session.scalars(added).all()
    return ids


def recipients(session: Session, to: Iterable[str]) -> list[str]:
    """Return the ids of the accounts that ids stand for, each once, without archived ones.

    An account stands for itself, a talent for the accounts of this person, anything else for whoever holds a role in
    it now.
    """
    wanted = list(dict.fromkeys(to))
    moment = now()
    holders = select(Membership.account_id).where(
        Membership.scope_id.in_(wanted),
        Membership.begins_at <= moment,
        or_(Membership.ends_at.is_(None), Membership.ends_at > moment),
    )
    named = or_(Account.id.in_(wanted), Account.talent_id.in_(wanted), Account.id.in_(holders))
    rows = session.scalars(select(Account.id).where(named, Account.archived_at.is_(None)).order_by(Account.id))
    return list(rows)
