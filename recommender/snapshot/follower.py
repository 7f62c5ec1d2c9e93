"""Keeps the snapshot current with the change log and the day: few changes in place, many in the background."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from recommender.blocks import Block
from recommender.encoders import Encoder
from recommender.fit.model import RefitNeededError
from recommender.interface.errors import StillLoadingError
from recommender.pool import clock as days
from recommender.pool.ranked_kinds import RankedKind
from recommender.snapshot.change_set import (
    PROJECT_TABLES,
    SUBJECT_TABLES,
    TAXONOMY_TABLES,
    VECTOR_TABLES,
    Touched,
    followed,
)
from recommender.snapshot.loader import time_of
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.snapshot.snapshot_file import SAVED_FROM, SnapshotFile
from store.changes import latest_position, read_changes
from store.database import Database
from store.periodic_thread import PeriodicThread

log = logging.getLogger("roadshow.recommender")

CHECK_SECONDS = 0.5
"""How often, at most, a question looks what other processes wrote, where nothing follows the log in the background."""
LOADING_SECONDS = 3.0
"""How long a question waits while another thread loads everything for the first time."""
MOST_CHANGES = 5_000
"""Of more changes at once nobody asks what they touch: everything is read again."""
MOST_AT_ONCE = 100
"""Maximum changes that a query applies itself; more are left to the thread."""
REFIT_SHARE = 0.05
"""Share of projects that, once projected since the last fit, causes a new fit."""
SAVED_AFTER = 1_000
"""After so many changes the snapshot on disk is written anew, so that the next start has little to follow."""


class SnapshotFollower:
    """Holds the snapshot of one process and follows the change log. Thread-safe.

    A request always sees what this process wrote before it. Without ``follow``, each request updates the snapshot. With
    it, a thread follows the log; a request only applies what this process wrote since, and never waits for a full
    reload: the old snapshot serves until the new one replaces it.
    """

    def __init__(
        self,
        database: Database,
        load: Callable[[Session], PoolSnapshot],
        blocks: Callable[[], Mapping[str, Block]],
        encoders: Sequence[Encoder],
        file: SnapshotFile | None = None,
        kinds: Sequence[RankedKind] = (),
    ) -> None:
        self.database = database
        self.encoders = encoders
        self.file = file
        self.kinds = kinds
        self._load = load
        self.blocks = blocks
        """Returns the plugins' blocks by name, unfitted."""
        self._snapshot: PoolSnapshot | None = None
        self._lock = threading.RLock()
        self._checked = 0.0
        self._seen_writes = -1
        self._due = False  # of a new fit; until it is there the log is followed with the old one
        self._blocked = False  # the log can't be followed any further without a new fit
        self._saved_at = 0
        self._stamp: tuple[int, int] | None = None
        self._thread: PeriodicThread | None = None
        self._closed = False
        self._starting = threading.Lock()

    # ---- what questions ask for

    def snapshot(self) -> PoolSnapshot:
        """Return the snapshot in memory. It holds every write of this process; those of others follow shortly.

        Raises StillLoadingError if another thread has been loading it for longer than a request may wait.
        """
        snapshot = self._snapshot
        if snapshot is None:
            if not self._lock.acquire(timeout=LOADING_SECONDS):
                raise StillLoadingError
            try:
                return self.refresh()
            finally:
                self._lock.release()
        has_own = self.database.writes == self._seen_writes
        if self._thread is None:
            return snapshot if has_own and time.monotonic() - self._checked < CHECK_SECONDS else self.refresh()
        if has_own:
            return snapshot
        with self._lock, self.database.read() as session:
            return self._step(session, MOST_AT_ONCE)

    def refresh(self) -> PoolSnapshot:
        """Follow the change log now, however much must be read."""
        with self._lock:
            if self._snapshot is None:
                self._adopt(self._made())
            with self.database.read() as session:
                snapshot = self._step(session)
            if self._due or self._blocked:
                snapshot = self._adopt(self._made())
            return snapshot

    def reload(self) -> PoolSnapshot:
        """Read everything again, whatever the change log says."""
        with self._lock:
            return self._adopt(self._read())

    # ---- in the background

    def follow(self, seconds: float) -> None:
        """Follow the log every ``seconds`` in a thread, until ``close``."""
        with self._starting:
            if self._thread is None and not self._closed:
                self._thread = PeriodicThread("recommender", self._catch_up, seconds, log=log, pause=5.0)
                self._thread.start()

    def close(self) -> None:
        """Stop following."""
        with self._starting:  # a server may be stopped while it still warms
            self._closed = True
        if self._thread is not None:
            self._thread.stop(10)

    def _catch_up(self) -> None:
        if self._snapshot is None:
            self.refresh()
            self._warm()
        with self._lock, self.database.read() as session:
            snapshot = self._step(session)
        replacement = None
        if self._due or self._blocked:
            replacement = self._made()  # without the lock: the old snapshot serves meanwhile
        elif self._another_is_there():
            replacement = self._saved()
        if replacement is not None:
            with self._lock, self.database.read() as session:
                self._adopt(replacement)
                self._step(session)
            self._warm()
        elif snapshot.position - self._saved_at >= SAVED_AFTER:
            self._save(snapshot)

    def _warm(self) -> None:
        """Compute what the first requests would wait for, and save it for the other processes."""
        snapshot = self._snapshot
        assert snapshot is not None
        if snapshot.caches.is_warm:
            return
        snapshot.caches.warm()
        self._save(snapshot)

    # ---- steps

    def _step(self, session: Session, most: int | None = None) -> PoolSnapshot:
        """Apply the log and a new day, as far as no new fit is needed. The caller holds the lock.

        More than ``most`` changes are left to the thread.
        """
        snapshot = self._snapshot
        assert snapshot is not None
        writes = self.database.writes
        consistent(session)
        position = latest_position(session)
        over_midnight = days.this_day() != snapshot.taxonomies.day  # other priorities may be in force, other needs open
        if (position != snapshot.position or over_midnight) and not self._blocked:
            try:
                snapshot = self._after(session, snapshot, position, most)
            except RefitNeededError as reason:
                log.info("everything is read again: %s", reason)
                self._blocked = True
        self._due = self._due or snapshot.followed > REFIT_SHARE * len(snapshot.projects) or snapshot.model.outgrown
        self._snapshot = snapshot
        self._seen_writes = writes
        self._checked = time.monotonic()
        return snapshot

    def _after(self, session: Session, snapshot: PoolSnapshot, position: int, most: int | None) -> PoolSnapshot:
        changes = read_changes(session, snapshot.position, limit=most + 1 if most is not None else MOST_CHANGES)
        if most is not None and len(changes) > most:
            return snapshot
        if len(changes) == MOST_CHANGES or position < snapshot.position:
            raise RefitNeededError(f"the log went from {snapshot.position} to {position}")
        blocks = self.blocks()
        quiet = () if blocks else self._quiet_tables()
        touched = Touched.by(session, [change for change in changes if change.entity_type not in quiet], self.kinds)
        if touched.everything:
            raise RefitNeededError("places, industries or tracks changed, or very many subjects")
        if touched.foreign:
            for block in blocks.values():
                block.load(session)
        return followed(snapshot, session, position, touched, self.encoders, blocks if touched.foreign else None)

    @staticmethod
    def _quiet_tables() -> frozenset[str]:
        """Return the core tables that no core block reads."""
        from store.models import Base

        return frozenset(Base.metadata.tables) - SUBJECT_TABLES - PROJECT_TABLES - VECTOR_TABLES - TAXONOMY_TABLES

    def _adopt(self, snapshot: PoolSnapshot) -> PoolSnapshot:
        self._snapshot, self._due, self._blocked = snapshot, False, False
        self._seen_writes = -1
        self._checked = time.monotonic()
        return snapshot

    # ---- whole snapshots

    def _another_is_there(self) -> bool:
        """Return whether another process has written a snapshot since the last check."""
        return self.file is not None and self._stamp is not None and self.file.stamp() not in (self._stamp, None)

    def _made(self) -> PoolSnapshot:
        """Return a complete snapshot: a saved one if recent enough, else one built from the store."""
        if self.file is None:
            return self._read()
        with self.file.alone():
            snapshot = self._saved()
            if snapshot is None:
                snapshot = self._read()
                self._write(snapshot)
            return snapshot

    def _read(self) -> PoolSnapshot:
        with self.database.read() as session:
            consistent(session)
            return self._load(session)

    def _saved(self) -> PoolSnapshot | None:
        """Return the snapshot on disk if it is of this store, of a later fit, and little has changed since."""
        assert self.file is not None
        stamp = self.file.stamp()
        snapshot = None if stamp is None else self.file.read(list(self.blocks().values()))
        self._stamp = stamp
        if snapshot is None:
            return None
        with self.database.read() as session:
            behind = latest_position(session) - snapshot.position
            same = time_of(session, snapshot.position) == snapshot.at
        own = self._snapshot
        if not same or not 0 <= behind < MOST_CHANGES or not (own is None or snapshot.fitted_at > own.fitted_at):
            return None
        self._saved_at = snapshot.position
        return snapshot

    def _save(self, snapshot: PoolSnapshot) -> None:
        if self.file is not None:
            with self.file.alone():
                self._write(snapshot)

    def _write(self, snapshot: PoolSnapshot) -> None:
        assert self.file is not None
        self._saved_at = snapshot.position
        if len(snapshot.projects) < SAVED_FROM:
            return
        try:
            self.file.write(snapshot)
        except OSError as problem:
            log.warning("the snapshot can't be written to %s: %s", self.file.path, problem)
        self._stamp = self.file.stamp()


def consistent(session: Session) -> None:
    """Let a session see one state of the store, on PostgreSQL too."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
