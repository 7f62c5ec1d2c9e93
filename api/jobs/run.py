"""One attempt at a job: its lease is renewed beside the work, which hears when it must stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from api.operations.settings import JobSettings
from plugins.host.errors import UserError
from plugins.host.host import Host
from schema.request.context import PluginContext
from store.access.actors import Actor
from store.database import BusyError, Database
from store.jobs.files import StoredFile, folder_of
from store.jobs.leases import Claim, LeaseLostError, cancel_requested, held, renew, report
from store.models.base import now
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
        self,
        database: Database,
        claim: Claim,
        context: PluginContext,
        settings: JobSettings,
        stopping: Callable[[], bool],
    ) -> None:
        self.stored: StoredFile | None = None
        """The file that it has written."""
        self._writing = False
        self.cancelled = False
        self.lost = False
        self.stopping = stopping
        """Whether the worker is asked to stop."""
        self._database = database
        self._claim = claim
        self._context = context
        self._settings = settings
        self._lease = lease = timedelta(seconds=settings.lease_seconds)
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

    def notify(
        self, session: Session, kind: str, to: Iterable[str], arguments: Mapping[str, object], key: str
    ) -> list[str]:
        """Tell people something."""
        return self._context.notify(session, kind, to, arguments, key)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction; it is undone if another worker has taken the job over meanwhile."""
        self.go_on()
        self._writing = True
        try:
            with self._context.write() as session:
                yield session
                held(session, self._claim)
        finally:
            self._writing = False

    @property
    def database(self) -> Database:
        """The database, for core's kinds of jobs; what they write beside `write` isn't undone when the job is lost."""
        return self._database

    @property
    def data_directory(self) -> Path:
        """The folder for files."""
        return self._context.services.settings.data_directory

    @property
    def host(self) -> Host:
        """The plugins' host."""
        return self._context.host

    @contextmanager
    def file(self, name: str, media_type: str) -> Iterator[BinaryIO]:
        """Open the file that the job leaves; it is dropped if the work within fails."""
        self.go_on()
        if self.stored is not None:
            raise RuntimeError("A job has at most one file.")
        folder = folder_of(self.data_directory)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.job_id}-{self._claim.lease[:8]}"
        unfinished = path.with_suffix(".unfinished")
        try:
            with unfinished.open("wb") as stream:
                yield stream
            size = unfinished.stat().st_size
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        expires = now() + timedelta(hours=self._settings.file_hours)
        self.stored = StoredFile(name=name, media_type=media_type, bytes=size, expires_at=expires, stored_as=path.name)

    def report(self, progress: float | None, message: str = "") -> None:
        """Say how far it has come. Not every step is stored, because each is a row of the change log.

        Nothing is stored within a transaction of the job's own, which is what it would have to wait for.
        """
        self.go_on()
        if self._writing:
            return
        if progress is not None:
            progress = min(1.0, max(0.0, progress))
        passed = time.monotonic() - self._told
        before, said = self._shown
        step = before is None or progress is None or progress - before >= LEAST_STEP
        news = (message != said or step) and (progress, message) != self._shown
        if news and passed >= (LEAST_SECONDS if progress is not None else MOST_SECONDS):
            with suppress(BusyError):  # another program writes for long; the next step will be told
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
        except BusyError:  # a long transaction, perhaps the job's own; while it lasts nobody takes the job over
            log.debug("job %s: its lease will be renewed later", self._claim.job_id)
