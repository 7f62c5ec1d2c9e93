"""A worker on a database with kinds of jobs of a test."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from api.jobs.worker import Worker
from api.operations.settings import JobSettings
from plugins.host.contributions.contributions import JobKind
from plugins.host.host import Host
from plugins.host.manifest import Permission
from schema.declarations.errors import SchemaError
from schema.execution.in_process_client import InProcessClient
from schema.request.context import Services, open_plugin_context
from schema.types.build import build_schema
from store.database import Database
from store.settings import Settings
from tests.plugins.support import plugin

SCHEMA = cache(build_schema)
SOON = JobSettings(retry_seconds=0.01, threads=1, stop_seconds=20)


def kind(run: Callable[[Any, Any], Any], name: str = "count", **options: Any) -> JobKind:
    return JobKind(name=name, description="What a test has done.", run=run, **options)


def worker(database: Database, *kinds: JobKind, settings: JobSettings = SOON) -> Worker:
    """A worker of a plugin with these kinds."""
    made = plugin("alpha", {"register_job_kinds": list(kinds)}, permissions=[Permission.TASKS])
    host = Host.load({"host": {"failure_threshold": 1000}}, plugins=[made], expected=(SchemaError,))
    services = Services(database, Settings(), SCHEMA().registry, host=host, client=InProcessClient(SCHEMA()))
    return Worker(database, host, partial(open_plugin_context, services), settings)


def run_all(working: Worker) -> int:
    """Run every job that is due; how many runs there were."""
    count = 0
    while working.run_one():
        count += 1
    return count


def main(url: str, begun: str) -> None:
    """What a test runs in a process of its own: a worker whose job makes the file ``begun``, then never ends."""
    import time

    def count(job: Any, arguments: Any) -> None:
        Path(begun).touch()
        while True:
            time.sleep(0.05)

    worker(Database(url), kind(count), settings=SOON.model_copy(update={"lease_seconds": 1.5})).work()


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:])
