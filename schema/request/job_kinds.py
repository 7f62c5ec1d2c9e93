"""Asking for jobs of the kinds that core and plugins declare."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from store.jobs.queue import enqueue
from store.models import Job

if TYPE_CHECKING:
    from plugins.host.host import Host


def start_job(
    host: Host, session: Session, kind: str, arguments: Mapping[str, object], languages: Sequence[str] = ()
) -> Job:
    """Ask for a job in the session's transaction, on behalf of its actor.

    Raises plugins.host.errors.UserError for arguments that can't be used, and LookupError for an unknown kind.
    """
    kinds = {entry.name: entry.value for entry in host.contributions.job_kinds}
    job_kind = kinds.get(kind)
    if job_kind is None:
        close = difflib.get_close_matches(kind, kinds, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(sorted(kinds)) or 'none'}."
        raise LookupError(f"There is no kind of job {kind!r}; {hint}")
    return enqueue(session, kind, job_kind.checked(arguments), attempts=job_kind.attempts, languages=languages)
