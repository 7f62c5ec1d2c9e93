"""Asks for jobs in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.access.actors import Actor
from store.database import Database
from store.jobs.queue import enqueue
from store.models import Job


def ask(database: Database, arguments: Mapping[str, Any] | None = None, attempts: int = 3) -> str:
    """Queue a job of kind ``count``; its id."""
    with database.write(Actor.system("test")) as session:
        return enqueue(session, "count", arguments or {}, attempts=attempts).id


def read(database: Database, job_id: str) -> Job:
    """The job as it is now."""
    with database.read() as session:
        return session.get_one(Job, job_id)
