"""In whose name a job runs: whoever asked for it, with the rights that they have now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from store.access.accounts import actor_of, held_by
from store.access.actors import Actor
from store.access.keys import actor_of_key
from store.models import Account, ApiKey, Job


def actor_of_job(session: Session, job: Job) -> Actor | None:
    """Return the actor of whoever asked; None if they may no longer act so: the key or the membership has ended."""
    if job.key_id is not None:
        key = session.get(ApiKey, job.key_id)
        return None if key is None else actor_of_key(session, key)
    if job.account_id is None:
        return Actor.system(f"job {job.kind}")
    account = session.get(Account, job.account_id)
    if account is None or account.archived_at is not None:
        return None
    held = [each for each in held_by(session, account.id, account.talent_id) if each.id == job.membership_id]
    return actor_of(account, tuple(held)) if held else None
