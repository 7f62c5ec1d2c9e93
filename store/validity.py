"""Conditions for what is valid on a day: priorities, policies and open needs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, and_, or_

from store.enums import NeedState
from store.models import IndustryPriority, MatchingNeed, Policy

OPEN_NEED_STATES = (NeedState.PUBLISHED, NeedState.IN_NEGOTIATION)


def stated_on(day: date) -> ColumnElement[bool]:
    """Return the condition that an industry priority isn't archived and is valid on a day, its last one included."""
    priority = IndustryPriority
    return and_(
        priority.archived_at.is_(None),
        or_(priority.valid_from_earliest.is_(None), priority.valid_from_earliest <= day),
        or_(priority.valid_to_latest.is_(None), priority.valid_to_latest >= day),
    )


def policy_valid_on(day: date, policy: type[Policy] = Policy) -> ColumnElement[bool]:
    """Return the condition that a policy is valid on a day; one without an end, or without a beginning, is open there.

    A policy whose first or last day is known only roughly counts from the first to the last day that it may mean.
    """
    return and_(
        or_(policy.valid_from_earliest.is_(None), policy.valid_from_earliest <= day),
        or_(policy.valid_to_latest.is_(None), policy.valid_to_latest >= day),
    )


def open_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a matching need isn't archived, is published or negotiated, and has no earlier
    deadline."""
    need = MatchingNeed
    return and_(
        need.archived_at.is_(None),
        need.state.in_(OPEN_NEED_STATES),
        or_(need.deadline_latest.is_(None), need.deadline_latest >= day),
        or_(need.deadline_time_at.is_(None), need.deadline_time_at >= datetime.combine(day, time(), UTC)),
    )
