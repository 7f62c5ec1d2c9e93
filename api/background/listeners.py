"""Delivers the change log to plugins' listeners, each at its own pace, with its own durable cursor.

A cursor advances when the listener returns, so delivery is at least once. A batch that keeps failing is delivered
change by change, and a failing change is set aside as a dead letter. One process on a database serves a listener at a
time.
"""

from __future__ import annotations

import logging
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from plugins.host.context import Context
from plugins.host.contributions.contributions import ChangeListener
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, PluginRestingError, UserError
from plugins.host.host import Host
from store.access.actors import Actor
from store.changes import advance, latest_position, position_of, read_changes
from store.database import Database
from store.dead_letters import changes_of, dead_letters, set_aside
from store.models import Change, ChangeCursor, DeadLetter
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.listeners")
RESTING = "resting"
"""In place of an error's class: the listener is switched off for a while, and wasn't called."""


class ListenerContext:
    """The context of a listener without an API: it acts as the system, on behalf of its plugin."""

    def __init__(self, database: Database, plugin: str, languages: Sequence[str]) -> None:
        self.actor = Actor.system(f"plugin {plugin}")
        self.languages = languages
        self._database = database
        self._open = ExitStack()
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """A read-only session; the database refuses writes."""
        if self._session is None:
            self._session = self._open.enter_context(self._database.read_only())
        return self._session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction."""
        self.close()
        with self._database.write(self.actor) as session:
            yield session

    def close(self) -> None:
        self._open.close()
        self._session = None


class Listeners:
    """Serves every listener of the running plugins."""

    def __init__(
        self,
        database: Database,
        host: Host,
        languages: Sequence[str],
        poll_seconds: float,
        open_context: Callable[[str], AbstractContextManager[Context[Actor]]] | None = None,
    ) -> None:
        self._open: Callable[[str], AbstractContextManager[Any]] = open_context or self._own_context
        self._database = database
        self._host = host
        self._languages = languages
        self._entries = host.contributions.change_listeners
        self._failed: Counter[str] = Counter()
        """Consecutive failures of the current batch, by reader. Used by one thread at a time."""
        self._thread = PeriodicThread("change-listeners", self._serve, poll_seconds, log=log)

    def start(self) -> None:
        """Serve them in a thread until `stop`."""
        if self._entries:
            self._thread.start()

    def stop(self) -> None:
        """Stop after the current batches; the rest follows after the next start."""
        self._thread.stop(self._host.settings.limits.listener_time_limit)

    def deliver(self) -> int:
        """Deliver one batch to each listener with pending changes; return the number of changes taken."""
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
        if changes and self._failed[reader] >= self._host.settings.limits.listener_tries:
            if not self._one_by_one(entry, reader, changes):
                return 0
        elif changes and (failure := self._failure(entry, changes)) is not None:
            self._failed[reader] += failure != RESTING
            return 0
        self._failed.pop(reader, None)
        self._advance(reader, position)
        return max(1, len(changes))

    def _one_by_one(self, entry: Entry[ChangeListener], reader: str, changes: Sequence[Change]) -> bool:
        """Deliver each change by itself and set aside those that fail; return whether all were delivered."""
        for change in changes:
            failure = self._failure(entry, [change])
            if failure == RESTING:
                return False
            if failure is None:
                self._advance(reader, change.sequence)
                continue
            with self._database.write(Actor.system("listeners")) as session:
                set_aside(session, reader, change.sequence, failure)
                advance(session, reader, change.sequence)
            log.error(
                "%s of plugin %s failed on change %d (%s), which is set aside; later changes go on. "
                "To deliver it again: roadshow plugins replay %s",
                entry.point, entry.owner, change.sequence, failure, entry.owner,
            )  # fmt: skip
        return True

    def replay(self, plugin: str) -> list[tuple[str, int, str | None]]:
        """Deliver the plugin's dead letters, one by one, now.

        Yields the listener's name and the change's number of each, and the class of the error if it failed again.
        """
        done = []
        for entry in self._entries:
            if entry.owner != plugin:
                continue
            reader = f"{entry.owner}:{entry.name}"
            with self._database.read() as session:
                letters = dead_letters(session, [reader])
                changes = changes_of(session, letters)
            for letter in letters:
                failure = self._failure(entry, [changes[letter.sequence]]) if letter.sequence in changes else None
                with self._database.write(Actor.system("listeners")) as session:
                    if failure is None:
                        session.delete(session.get_one(DeadLetter, (reader, letter.sequence)))
                    elif failure != RESTING:
                        set_aside(session, reader, letter.sequence, failure)
                done.append((entry.name, letter.sequence, failure))
        return done

    def _advance(self, reader: str, position: int) -> None:
        with self._database.write(Actor.system("listeners")) as session:
            advance(session, reader, position)

    @contextmanager
    def _own_context(self, plugin: str) -> Iterator[ListenerContext]:
        context = ListenerContext(self._database, plugin, self._languages)
        try:
            yield context
        finally:
            context.close()

    def _failure(self, entry: Entry[ChangeListener], changes: Sequence[Change]) -> str | None:
        """Deliver changes; return None on success, else the class of the error, or RESTING."""

        def hear(listener: ChangeListener) -> None:
            with self._open(entry.owner) as context:
                listener.on_change(changes, context)

        limit = self._host.settings.limits.listener_time_limit
        try:
            self._host.call(entry, hear, entry.value, time_limit=limit)
        except PluginRestingError:
            return RESTING
        except (PluginFailedError, UserError) as failure:
            log.warning("%s: %s; the same changes come again", entry.point, failure)
            return type(failure.__cause__ or failure).__name__
        return None


@contextmanager
def only_one(database: Database, reader: str) -> Iterator[bool]:
    """Yield whether this process serves `reader` now; others get False meanwhile."""
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
    except ImportError:  # on Windows, SQLite is for one process
        yield True
        return
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
