"""One attempt at a job: its lease is renewed beside the work, which hears when it must stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session

from plugins.host.errors import UserError
from schema.request.context import PluginContext
from store.access.actors import Actor
from store.database import Database
from store.jobs.leases import Claim, LeaseLostError, cancel_requested, held, renew, report
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.jobs")

LOOKS_EVERY = 1.0
"""Seconds between looks whether the job is cancelled."""
LEAST_STEP, LEAST_SECONDS, MOST_SECONDS = 0.01, 0.5, 10.0
"""Progress is stored at such a step, at most this often; without a step as often as the last says."""


class MustStopError(UserError):
    """The job is cancelled or no longer this worker's, or the worker is asked to stop; the work must end."""


class JobRun:
    """What a job's `run` gets: a `plugins.host.context.JobContext`."""

    def __init__(
        self, database: Database, claim: Claim, context: PluginContext, lease: timedelta, stopping: Callable[[], bool]
    ) -> None:
        self.cancelled = False
        self.lost = False
        self.stopping = stopping
        """Whether the worker is asked to stop."""
        self._database = database
        self._claim = claim
        self._context = context
        self._lease = lease
        self._renewed = self._told = time.monotonic()
        self._shown: tuple[float | None, str] = (None, "")
        self._beat = PeriodicThread("job-lease", self._keep, min(LOOKS_EVERY, lease.total_seconds() / 3), log=log)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Renew the lease while the work goes on."""
        self._beat.start()
        try:
            yield
        finally:
            self._beat.stop(5)

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self._claim.job_id

    @property
    def attempt(self) -> int:
        """How often it was begun, this time included."""
        return self._claim.attempt

    @property
    def actor(self) -> Actor:
        """Who asked for it."""
        return self._context.actor

    @property
    def languages(self) -> Sequence[str]:
        """Languages of the request, best first."""
        return self._context.languages

    @property
    def session(self) -> Session:
        """A session that reads."""
        self.go_on()
        return self._context.session

    def ask(self, document: str, variables: Mapping[str, object] | None = None) -> dict[str, object]:
        """The answer of the API, as whoever asked for the job gets it."""
        self.go_on()
        return self._context.ask(document, variables)

    def acting_as(self, actor: Actor, languages: Sequence[str] = ()) -> AbstractContextManager[PluginContext]:
        """A context in another's name."""
        self.go_on()
        return self._context.acting_as(actor, languages)

    def start_job(self, session: Session, kind: str, arguments: Mapping[str, object]) -> str:
        """Ask for another job."""
        return self._context.start_job(session, kind, arguments)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction; it is undone if another worker has taken the job over meanwhile."""
        self.go_on()
        with self._context.write() as session:
            yield session
            held(session, self._claim)

    def report(self, progress: float | None, message: str = "") -> None:
        """Say how far it has come. Not every step is stored, because each is a row of the change log."""
        self.go_on()
        if progress is not None:
            progress = min(1.0, max(0.0, progress))
        passed = time.monotonic() - self._told
        before, said = self._shown
        step = before is None or progress is None or progress - before >= LEAST_STEP
        news = (message != said or step) and (progress, message) != self._shown
        if news and passed >= (LEAST_SECONDS if progress is not None else MOST_SECONDS):
            report(self._database, self._claim, progress, message or None)
            self._told, self._shown = time.monotonic(), (progress, message)

    def go_on(self) -> None:
        """Raise MustStopError if the work must end."""
        if self.cancelled or self.lost or self.stopping():
            raise MustStopError("The job must stop.", code="CONFLICT")

    def _keep(self) -> None:
        try:
            if time.monotonic() - self._renewed >= self._lease.total_seconds() / 3:
                self.cancelled = renew(self._database, self._claim, self._lease) or self.cancelled
                self._renewed = time.monotonic()
            else:
                self.cancelled = cancel_requested(self._database, self._claim) or self.cancelled
        except LeaseLostError:
            self.lost = True
