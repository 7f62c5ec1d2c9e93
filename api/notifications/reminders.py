"""What becomes due by time alone: roles that end soon."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from api.notifications.bundling import NOTIFIER
from store.database import Database
from store.models import Membership
from store.notifications.core_kinds import ROLE_ENDING

NOTICE = timedelta(days=14)
SHORTEST = timedelta(days=28)
"""Roles given for less aren't told of: whoever holds one has just learnt when it ends."""


def remind(database: Database, at: datetime) -> int:
    """Tell of each role that ends soon, once for each end; return how many were told of."""
    ending = (Membership.ends_at > at, Membership.ends_at <= at + NOTICE)
    with database.read() as session:
        rows = session.scalars(select(Membership).where(*ending).order_by(Membership.id)).all()
    due = [row for row in rows if row.ends_at is not None and row.ends_at - row.begins_at >= SHORTEST]
    if not due:
        return 0
    with database.write(NOTIFIER) as session:
        return sum(
            len(ROLE_ENDING.tell(session, [row.account_id], {"membership": row.id}, f"{row.id} {row.ends_at:%Y-%m-%d}"))
            for row in due
        )
