"""How people want to be told: channels by kind, and where a channel reaches them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.models import NotificationAddress, NotificationPreference

PAUSE_AFTER = 3
"""Messages given up in a row after which nothing more is sent to an address."""


def decisions(session: Session, account_id: str) -> Mapping[tuple[str, str], bool]:
    """Return what a person has decided, by kind and channel."""
    row = NotificationPreference
    rows = session.execute(select(row.kind, row.channel, row.enabled).where(row.account_id == account_id))
    return {(kind, channel): enabled for kind, channel, enabled in rows}


def is_wanted(
    decided: Mapping[tuple[str, str], bool], kind: str, channel: str, usual: Collection[str], required: bool
) -> bool:
    """Return whether a kind goes out by a channel; `usual` are the kind's own channels, on until decided otherwise."""
    if required and channel in usual:
        return True
    return decided.get((kind, channel), channel in usual)


def decide(session: Session, account_id: str, kind: str, channel: str, enabled: bool) -> NotificationPreference:
    """Turn a kind on or off for a channel; return the decision."""
    row = session.get(NotificationPreference, (account_id, kind, channel))
    if row is None:
        row = NotificationPreference(account_id=account_id, kind=kind, channel=channel, enabled=enabled)
        session.add(row)
    row.enabled = enabled
    session.flush()
    return row


def address_of(session: Session, account_id: str, channel: str) -> NotificationAddress | None:
    """Return where a channel reaches a person; None if that was never said."""
    return session.get(NotificationAddress, (account_id, channel))


def addresses_of(session: Session, account_id: str) -> Mapping[str, NotificationAddress]:
    """Return where each channel reaches a person."""
    rows = session.scalars(select(NotificationAddress).where(NotificationAddress.account_id == account_id))
    return {row.channel: row for row in rows}


def set_address(session: Session, account_id: str, channel: str, address: str | None) -> NotificationAddress:
    """Say where a channel reaches a person, or nowhere any more. Its secrets are new; what paused it is forgotten."""
    row = address_of(session, account_id, channel)
    if row is None:
        row = NotificationAddress(account_id=account_id, channel=channel, address=address, number=1, failures=0)
        session.add(row)
    else:
        row.address, row.number, row.failures, row.paused = address, row.number + 1, 0, None
    session.flush()
    return row


def count_failure(session: Session, account_id: str, channel: str, why: str, gone: bool) -> None:
    """Count a message given up, and pause the address after too many, or at once if the receiver is `gone`."""
    row = NotificationAddress
    one = (row.account_id == account_id, row.channel == channel)
    session.execute(update(row).where(*one).values(failures=row.failures + 1))
    many = update(row).where(*one, row.paused.is_(None))
    if not gone:
        many = many.where(row.failures >= PAUSE_AFTER)
    session.execute(many.values(paused=f"Messages failed: {why}"[:300]))


def forget_failures(session: Session, account_id: str, channel: str) -> None:
    """A message that arrives ends a series of failures."""
    row = NotificationAddress
    one = (row.account_id == account_id, row.channel == channel, row.failures > 0)
    session.execute(update(row).where(*one).values(failures=0))
