"""Runs plugins' tasks while the server runs: each in a thread, in one process at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from api.background.listeners import only_one
from plugins.host.context import Context
from plugins.host.contributions.contributions import Task
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, UserError
from plugins.host.host import Host
from store.access.actors import Actor
from store.database import Database
from store.periodic_thread import PeriodicThread, stop_all

log = logging.getLogger("roadshow.tasks")

OpenPluginContext = Callable[[str], AbstractContextManager[Context[Actor]]]


class Tasks:
    """Runs every task of the running plugins.

    `open_context` creates the context for a plugin's function, by plugin name.
    """

    def __init__(self, database: Database, host: Host, open_context: OpenPluginContext | None) -> None:
        self._database = database
        self._host = host
        self._open = open_context
        self._entries = host.contributions.tasks if open_context is not None else ()
        self._threads = [
            PeriodicThread(
                f"task-{entry.owner}-{entry.name}", partial(self._run_due, entry), entry.value.every, log=log
            )
            for entry in self._entries
        ]

    def start(self) -> None:
        """Run them, each in a thread, until `stop`."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float) -> None:
        """Start no more runs, and wait at most `seconds` for those in progress together."""
        stop_all(self._threads, seconds)

    def run(self, entry: Entry[Task]) -> bool:
        """Run one task now; return whether it ran: not if another process runs it or it failed."""
        with only_one(self._database, f"{entry.owner}:task:{entry.name}") as ours:
            return ours and self._run(entry)

    def _run_due(self, entry: Entry[Task]) -> None:
        self.run(entry)

    def _run(self, entry: Entry[Task]) -> bool:
        assert self._open is not None
        opened = self._open

        def run(task: Task) -> None:
            with opened(entry.owner) as context:
                task.run(context)

        limit = entry.value.time_limit or self._host.settings.limits.listener_time_limit
        try:
            self._host.call(entry, run, entry.value, time_limit=limit)
        except (PluginFailedError, UserError) as failure:
            log.warning("%s: %s", entry.point, failure)
            return False
        return True
