"""Hands the change log to plugins' listeners, each at its own pace, with a durable cursor of its own.

A cursor moves when the listener has returned, so every change arrives at least once. Of several processes on one
database, one at a time serves a listener.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from plugins.host.contributions.contributions import ChangeListener
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, PluginRestingError, UserError
from plugins.host.host import Host
from store.access.actors import Actor
from store.changes import advance, latest_position, position_of, read_changes
from store.database import Database
from store.models import Change, ChangeCursor
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.listeners")


class ListenerContext:
    """What a listener is handed where there is no API to ask: it acts as the machinery, on behalf of its plugin."""

    def __init__(self, database: Database, plugin: str, languages: Sequence[str]) -> None:
        self.actor = Actor.system(f"plugin {plugin}")
        self.languages = languages
        self._database = database
        self._open = ExitStack()
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """A session that reads; the database refuses what writes."""
        if self._session is None:
            self._session = self._open.enter_context(self._database.read_only())
        return self._session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction."""
        self.close()
        with self._database.write(self.actor) as session:
            yield session

    def close(self) -> None:
        self._open.close()
        self._session = None


class Listeners:
    """Serves every listener of the plugins that run."""

    def __init__(
        self,
        database: Database,
        host: Host,
        languages: Sequence[str],
        poll_seconds: float,
        open_context: Callable[[str], AbstractContextManager[Any]] | None = None,
    ) -> None:
        self._open: Callable[[str], AbstractContextManager[Any]] = open_context or self._own_context
        self._database = database
        self._host = host
        self._languages = languages
        self._entries = host.contributions.change_listeners
        self._thread = PeriodicThread("change-listeners", self._serve, poll_seconds, log=log)

    def start(self) -> None:
        """Serve them in a thread, until `stop`."""
        if self._entries:
            self._thread.start()

    def stop(self) -> None:
        """End after the batches under way; what isn't delivered comes after the next start."""
        self._thread.stop(self._host.settings.limits.listener_time_limit)

    def deliver(self) -> int:
        """One batch for each listener that has something to hear; how many changes were taken."""
        return sum(self._deliver(entry) for entry in self._entries)

    def _serve(self) -> float | None:
        return 0.0 if self.deliver() else None

    def _deliver(self, entry: Entry[ChangeListener]) -> int:
        reader = f"{entry.owner}:{entry.name}"
        if not self._news(entry, reader):
            return 0
        with only_one(self._database, reader) as ours:
            return self._hand_over(entry, reader) if ours else 0

    def _news(self, entry: Entry[ChangeListener], reader: str) -> bool:
        with self._database.read() as session:
            if session.get(ChangeCursor, reader) is not None:
                return position_of(session, reader) < latest_position(session)
        with self._database.write(Actor.system("listeners")) as session:
            advance(session, reader, 0 if entry.value.from_the_beginning else latest_position(session))
        return entry.value.from_the_beginning

    def _hand_over(self, entry: Entry[ChangeListener], reader: str) -> int:
        listener = entry.value
        entities = None if listener.entities is None else list(listener.entities)
        with self._database.read() as session:
            end = latest_position(session)  # before the changes, so that none slips in between
            changes = read_changes(session, position_of(session, reader), listener.batch, entities)
        position = changes[-1].sequence if len(changes) == listener.batch else end
        if changes and not self._heard(entry, changes):
            return 0
        with self._database.write(Actor.system("listeners")) as session:
            advance(session, reader, position)
        return max(1, len(changes))

    @contextmanager
    def _own_context(self, plugin: str) -> Iterator[ListenerContext]:
        context = ListenerContext(self._database, plugin, self._languages)
        try:
            yield context
        finally:
            context.close()

    def _heard(self, entry: Entry[ChangeListener], changes: Sequence[Change]) -> bool:
        def hear(listener: ChangeListener) -> None:
            with self._open(entry.owner) as context:
                listener.on_change(changes, context)

        limit = self._host.settings.limits.listener_time_limit
        try:
            self._host.call(entry, hear, entry.value, time_limit=limit)
        except PluginRestingError:
            return False
        except (PluginFailedError, UserError) as failure:
            log.warning("%s: %s; the same changes come again", entry.point, failure)
            return False
        return True


@contextmanager
def only_one(database: Database, reader: str) -> Iterator[bool]:
    """Whether this process is the one that serves `reader` now; others get False meanwhile."""
    if database.is_sqlite:
        with _file_lock(Path(f"{database.url.database}.{reader.replace(':', '.')}.lock")) as ours:
            yield ours
        return
    key = zlib.crc32(f"roadshow listener {reader}".encode())
    with database.engine.connect() as connection:
        ours = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        try:
            yield ours
        finally:
            if ours:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


@contextmanager
def _file_lock(path: Path) -> Iterator[bool]:
    try:
        import fcntl
    except ImportError:  # Windows: SQLite there is for one process
        yield True
        return
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
