"""Keeps vectors up to date: when texts change, asks for a job that encodes them.

The server never loads a model. The change log says when there is work; a durable cursor records progress, so that
nothing is forgotten when a server stops in between.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.operations.settings import ServerSettings
from recommender.pool.ranked_kinds import RankedKind
from recommender.training.encode import READER, TEXTS
from store.access.actors import Actor
from store.changes import keep_commit_order, latest_position, position_of, read_changes
from store.database import Database
from store.enums import JobState
from store.jobs.queue import enqueue
from store.models import Job
from store.models.base import now
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.encoding")

ENCODE = "encode"
"""Name of the kind of job that encodes."""
ATTEMPTS = 3
LOOKS_EVERY = 1.0
"""Seconds between looks into the change log."""
PAUSE_AFTER_FAILURE = timedelta(minutes=5)
"""Until the next job after one that failed, as where a model can't be loaded, or was cancelled."""


class BackgroundEncoding:
    """Looks into the change log, in a thread, and asks for a job where texts have changed."""

    def __init__(self, database: Database, settings: ServerSettings, kinds: Iterable[RankedKind] = ()) -> None:
        """`kinds` are records of plugins that rankings compare too."""
        self._database = database
        self._tables = (*TEXTS, *(table for each in kinds for table in sorted(each.tables)))
        self._settings = settings
        self._up_to_date_at = -1
        """The position in the change log up to which there was nothing to encode."""
        self._thread = PeriodicThread("encoding", self.ask, LOOKS_EVERY, log=log, pause=30.0)

    def start(self) -> None:
        """Start, if the settings say so."""
        if self._settings.encode_in_background:
            self._thread.start()

    def stop(self) -> None:
        """Stop asking; a job under way is the worker's."""
        self._thread.stop(10)

    def due(self) -> bool:
        """Return whether texts may have changed since the last complete run, and nobody is asked to encode them."""
        with self._database.read() as session:
            end = latest_position(session)
            if end == self._up_to_date_at:
                return False
            if read_changes(session, position_of(session, READER), 1, self._tables):
                return _free(session)
        self._up_to_date_at = end
        return False

    def ask(self) -> None:
        """Ask for a job if one is due. Of several servers on a database one does."""
        if not self.due():
            return
        with self._database.write(Actor.system("encoding")) as session:
            keep_commit_order(session)
            if _free(session):
                # One that has succeeded says no more than the next: the list of jobs keeps the last alone.
                session.execute(delete(Job).where(Job.kind == ENCODE, Job.state == JobState.SUCCEEDED))
                enqueue(session, ENCODE, {}, attempts=ATTEMPTS)
                log.info("texts have changed: they are encoded")


def _free(session: Session) -> bool:
    """Return whether no job encodes, nor has failed to just now."""
    last = session.scalar(select(Job).where(Job.kind == ENCODE).order_by(Job.created_at.desc(), Job.id.desc()).limit(1))
    if last is None or last.state is JobState.SUCCEEDED:
        return True
    return last.ended_at is not None and last.ended_at < now() - PAUSE_AFTER_FAILURE
