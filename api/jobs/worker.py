"""The worker: takes jobs by lease, runs them, and records how each ended."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from functools import partial
from typing import Protocol

import orjson
from sqlalchemy.exc import SQLAlchemyError

from api.jobs.run import JobRun
from api.operations.problems import known_problem
from api.operations.settings import JobSettings
from plugins.host.contributions.contributions import JobKind
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, UserError
from plugins.host.host import Host
from schema.request.context import PluginContext
from store.access.actors import Actor
from store.database import BusyError, Database, DatabaseError
from store.enums import JobState
from store.jobs import leases
from store.jobs.asking import actor_of_job
from store.jobs.files import KEY
from store.jobs.leases import Claim, LeaseLostError
from store.models import Job
from store.periodic_thread import PeriodicThread, stop_all

log = logging.getLogger("roadshow.jobs")

LOOKS_EVERY = 1.0
"""Seconds between looks into an empty queue."""
PAUSE_AFTER_PROBLEM = 5.0
"""Seconds before the next look while the database is away or busy."""


PATIENCE = 20
"""How often a worker waits for the write lock, half a minute each, to record how a job ended."""


class OpenJobContext(Protocol):
    """Opens the context in which a job of a plugin runs, in the name of an actor."""

    def __call__(
        self, plugin: str, actor: Actor | None = None, languages: Sequence[str] = ()
    ) -> AbstractContextManager[PluginContext]: ...


class Worker:
    """Runs jobs of every kind that core and the running plugins declare, until `stop`."""

    def __init__(self, database: Database, host: Host, open_context: OpenJobContext, settings: JobSettings) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._database = database
        self._host = host
        self._open = open_context
        self._settings = settings
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._kinds: dict[str, Entry[JobKind]] = {entry.name: entry for entry in host.contributions.job_kinds}
        self._stopping = threading.Event()
        self._ended = threading.Event()
        """Set when `work` should return: by `stop`, or when the queue was empty for long enough."""
        self._running = 0
        self._busy_at = time.monotonic()
        self._lock = threading.Lock()

    def work(self, threads: int | None = None, until_idle: float | None = None) -> None:
        """Run jobs until `stop`, or until there was none for `until_idle` seconds. Blocks."""
        step = partial(self._look, until_idle)
        looking = [
            PeriodicThread(f"jobs-{number}", step, LOOKS_EVERY, log=log, pause=PAUSE_AFTER_PROBLEM)
            for number in range(threads or self._settings.threads)
        ]
        for thread in looking:
            thread.start()
        self._ended.wait()
        stop_all(looking, self._settings.stop_seconds)

    def stop(self) -> None:
        """Begin no more jobs, and give those in progress back to the queue as soon as they notice."""
        self._stopping.set()
        self._ended.set()

    def run_one(self) -> bool:
        """Run the next job now; return whether there was one."""
        mine = None
        with self._lock:
            self._running += 1
        try:
            mine = leases.claim(self._database, self.name, list(self._kinds), self._lease)
            if mine is not None:
                self._run(mine)
            return mine is not None
        finally:
            with self._lock:
                self._running -= 1
                if mine is not None:
                    self._busy_at = time.monotonic()

    def _look(self, until_idle: float | None) -> float:
        """Run the next job, if there is one; return the seconds until the next look."""
        wait = LOOKS_EVERY
        try:
            if self.run_one():
                return 0.0
        except (DatabaseError, SQLAlchemyError) as problem:
            log.warning("the queue of jobs can't be read or written just now: %s", known_problem(problem) or problem)
            wait = PAUSE_AFTER_PROBLEM
        if until_idle is None:
            return wait
        if not self._running and time.monotonic() - self._busy_at >= until_idle:
            self._ended.set()
        return min(wait, max(0.05, until_idle))

    def _run(self, mine: Claim) -> None:
        entry = self._kinds[mine.kind]
        began = time.monotonic()
        try:
            state = self._attempt(entry, mine)
        except LeaseLostError:
            log.warning("job %s (%s): another worker has taken it over", mine.job_id, mine.kind)
            return
        log.info(
            "job %s (%s), attempt %d: %s after %.1f s",
            mine.job_id, mine.kind, mine.attempt, state, time.monotonic() - began,
        )  # fmt: skip

    def _attempt(self, entry: Entry[JobKind], mine: Claim) -> JobState:
        with self._database.read() as session:
            job = session.get_one(Job, mine.job_id)
            actor, languages = actor_of_job(session, job), job.languages
        if actor is None:
            why = "Whoever asked for it may no longer act so: the key is revoked or expired, or the role has ended."
            return leases.fail(self._database, mine, why, None)
        with self._open(entry.owner, actor, languages) as context:
            run = JobRun(self._database, mine, context, self._settings, self._stopping.is_set)
            with run.kept():
                try:
                    result = self._result(entry, run, mine)
                except Exception as problem:
                    failure = problem
                    return _patiently(lambda: self._failed(run, mine, failure))
                return _patiently(lambda: self._succeeded(mine, result))

    def _result(self, entry: Entry[JobKind], run: JobRun, mine: Claim) -> dict[str, object] | None:
        arguments = entry.value.read(mine.arguments)
        call: Callable[..., Mapping[str, object] | None] = entry.value.run
        result = self._host.call(entry, call, run, arguments, time_limit=entry.value.time_limit)
        if run.stored is not None:
            result = {**(result or {}), KEY: run.stored.model_dump(mode="json")}
        if result is None:
            return None
        if not isinstance(result, Mapping):
            raise UserError(f"The job's result is a {type(result).__name__}; it must be a mapping, or None.")
        try:
            return dict(orjson.loads(orjson.dumps(result)))
        except TypeError as problem:
            raise UserError(f"The job's result isn't JSON: {problem}.") from problem

    def _succeeded(self, mine: Claim, result: dict[str, object] | None) -> JobState:
        with self._database.write(leases.WORKER) as session:
            leases.succeed(session, mine, result)
        return JobState.SUCCEEDED

    def _failed(self, run: JobRun, mine: Claim, problem: Exception) -> JobState:
        if run.lost or isinstance(problem, LeaseLostError):
            raise LeaseLostError(mine.job_id) from problem
        if run.cancelled:
            leases.cancelled(self._database, mine)
            return JobState.CANCELLED
        if self._stopping.is_set():
            leases.give_back(self._database, mine)
            return JobState.QUEUED
        if isinstance(problem, UserError):
            return leases.fail(self._database, mine, str(problem), None)
        log.error("job %s (%s), attempt %d failed", mine.job_id, mine.kind, mine.attempt, exc_info=problem)
        first_wait = timedelta(seconds=self._settings.retry_seconds)
        return leases.fail(self._database, mine, _said(problem, mine), first_wait)


def _patiently(end: Callable[[], JobState]) -> JobState:
    """Record how a job ended, even if another program writes for long meanwhile."""
    for _ in range(PATIENCE):
        with suppress(BusyError):
            return end()
    return end()


def _said(problem: Exception, mine: Claim) -> str:
    """Describe a failure for people, without the words of an unknown exception, which may hold data."""
    cause = problem
    if isinstance(problem, PluginFailedError):
        if not isinstance(problem.__cause__, Exception):  # past its time limit, or switched off for a while
            return str(problem)
        cause = problem.__cause__
    known = known_problem(cause)
    return known or f"{type(cause).__name__} in '{mine.kind}'. The server's log has the details under {mine.job_id}."
