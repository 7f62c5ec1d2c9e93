"""What a process has loaded for the tasks of a run: its database, and the pool snapshot, each once.

Tasks carry names, not data. A worker of a cluster has Roadshow and its settings; it maps the snapshot's file from the
shared data directory, or reads the same snapshot from the database.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from recommender.bulk.installed import installed_recommender
from recommender.fit.model import MODEL_VERSION
from recommender.gates import Gate
from recommender.interface.errors import RecommenderError
from recommender.serving.rerankers import Reranker
from recommender.serving.service import Recommender
from recommender.serving.snapshot_id import snapshot_of
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.snapshot.snapshot_file import FORMAT, SnapshotFile
from store.database import Database
from store.database.installation_keys import installation_key
from store.settings import load_settings

VERSION = f"{MODEL_VERSION}/{FORMAT.split()[-1].decode()}"
"""Version of the model and of its files."""
FOLDER = "bulk"
"""Folder of the data directory for the snapshots of runs."""
LEFT_SECONDS = 7 * 86400
"""Age at which a file is deleted that an interrupted run left."""
MOST_POOLS = 2
"""Snapshots that a process holds: the tasks of two runs may alternate."""


@dataclass(frozen=True, slots=True)
class PoolName:
    """Names a pool snapshot of an installation: all that a task says of them."""

    id: str
    installation: str
    version: str = VERSION
    """The caller's."""


@dataclass(frozen=True)
class Pool:
    """What a task works with."""

    snapshot: PoolSnapshot
    gates: tuple[Gate, ...]
    rerankers: tuple[Reranker, ...]


_LOCK = threading.RLock()
_pools: dict[PoolName, Pool] = {}
_databases: dict[str, Database] = {}


@contextmanager
def shared_pool(recommender: Recommender, *, apart: bool) -> Iterator[tuple[PoolName, PoolSnapshot]]:
    """Hold the recommender's snapshot for the tasks of one run; with ``apart``, write it to a file for other processes.

    The file is deleted in the end; who has mapped it keeps it.
    """
    snapshot = recommender.snapshot()
    name = PoolName(id_of(snapshot), installation_of(recommender.database))
    file = _file(name, recommender.database)
    with _LOCK:
        _pools[name] = _of(recommender, snapshot)
    try:
        if apart:
            _delete_left(file.path.parent)
            snapshot.model.learner_.settle()  # once, not by each worker
            with file.alone():
                file.write(snapshot)
        yield name, snapshot
    finally:
        with _LOCK:
            _pools.pop(name, None)
        if apart:
            for each in file.path.parent.glob(f"{file.path.stem}.*"):
                each.unlink(missing_ok=True)


def pool_of(name: PoolName) -> Pool:
    """Return the named snapshot, loaded by the first task of a process; those of earlier runs are let go.

    Raises ``RecommenderError`` if this process can't have it.
    """
    with _LOCK:
        if name not in _pools:
            while len(_pools) >= MOST_POOLS:
                del _pools[next(iter(_pools))]
            _pools[name] = _loaded(name)
        return _pools[name]


def _loaded(name: PoolName) -> Pool:
    if name.version != VERSION:
        raise RecommenderError(
            f"A worker ranks by version {VERSION} of the model, the caller by {name.version}: install the same version "
            "of Roadshow on both, and start the workers again."
        )
    database = database_of(name.installation)
    recommender = installed_recommender(database, load_settings())
    file = _file(name, database)
    snapshot = file.read(list(recommender.keeper.blocks().values()))
    if snapshot is None:
        snapshot = recommender.snapshot()
        if id_of(snapshot) != name.id:
            raise RecommenderError(
                f"{file.path} isn't there, and the database has changed since the run began: caller and workers need "
                "the same ROADSHOW_DATA_DIRECTORY, on shared storage."
            )
    return _of(recommender, snapshot)


def _of(recommender: Recommender, snapshot: PoolSnapshot) -> Pool:
    return Pool(snapshot, recommender.gates, recommender.rerankers)


def database_of(installation: str) -> Database:
    """Return the database of this process's settings, opened once.

    Raises ``RecommenderError`` if it isn't that of the ``installation``.
    """
    with _LOCK:
        if installation not in _databases:
            database = Database(load_settings().database_url)
            database.check()
            if installation_of(database) != installation:
                shown = database.url.render_as_string(hide_password=True)
                database.dispose()
                raise RecommenderError(
                    f"A worker's database, {shown}, isn't the caller's; give it the same ROADSHOW_DATABASE_URL."
                )
            _databases[installation] = database
        return _databases[installation]


def installation_of(database: Database) -> str:
    """Return what tells an installation's database from others, without a secret in it."""
    return hmac.new(installation_key(database, "snapshots"), b"bulk work", hashlib.sha256).hexdigest()[:16]


def id_of(snapshot: PoolSnapshot) -> str:
    """Return the id that answers from the snapshot with the weights in use have."""
    return snapshot_of(snapshot, snapshot.model.weights, snapshot.scale).id


def _file(name: PoolName, database: Database) -> SnapshotFile:
    folder = load_settings().data_directory / FOLDER
    return SnapshotFile(folder, f"{name.id} {name.installation}", partial(installation_key, database, "snapshots"))


def _delete_left(folder: Path) -> None:
    for each in folder.glob("recommender-*"):
        if time.time() - each.stat().st_mtime > LEFT_SECONDS:
            each.unlink(missing_ok=True)
