"""Starts a worker that runs jobs."""

from __future__ import annotations

import signal
from types import FrameType

from api.assembly.preparation import prepare_database
from api.assembly.rooms import assemble
from api.jobs.tidying import TIDY_EVERY, tidy
from api.jobs.worker import Worker, log
from api.operations.logs import configure
from api.operations.problems import CommandError
from api.operations.settings import load_server_settings
from store.periodic_thread import PeriodicThread


def run_worker(threads: int | None, until_idle: float | None) -> None:
    """Run jobs until the process is asked to stop, or until there was none for `until_idle` seconds.

    Raises what `prepare_database` and `assemble` raise.
    """
    settings = load_server_settings()
    configure(settings)
    if settings.read_only:
        raise CommandError("ROADSHOW_READ_ONLY is set, so no jobs run. Unset it to let them run.")
    prepare_database(settings)
    assembly = assemble(settings)
    tidying = PeriodicThread("tidying", lambda: tidy(assembly.database, settings), TIDY_EVERY, log=log)
    try:
        assert assembly.open_job_context is not None
        worker = Worker(assembly.database, assembly.host, assembly.open_job_context, settings.jobs)

        def asked(number: int, frame: FrameType | None) -> None:
            worker.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, asked)
        tidying.start()
        log.info("the worker %s runs jobs", worker.name)
        worker.work(threads, until_idle)
    finally:
        tidying.stop(0)
        assembly.close()
