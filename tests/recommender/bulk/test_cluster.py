"""Bulk work on a real Dask cluster of two worker processes: a lost worker loses nothing, and everything is as here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from distributed import Client, LocalCluster
from pyarrow import parquet

from recommender.bulk.cluster import Cluster
from recommender.bulk.worker import PoolName, installation_of, pool_of
from recommender.interface.errors import RecommenderError
from recommender.interface.requests import RankingRequest
from recommender.pool.profiles import SubjectKind
from recommender.training.bulk_fits import write_fits
from recommender.training.bulk_rankings import write_rankings
from recommender.training.encode import encode
from store.access.actors import Actor
from store.database import Database
from store.models.investors import Investor, InvestorConcept
from tests.recommender.conftest import Store


@pytest.fixture
def installation(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The small store with more investors, as the settings of this process and its children name it."""
    with sqlite_store.database.write(Actor.system("test")) as session:
        for number in range(20):
            investor = Investor(name={"en": f"Further investor {number}"}, stages=["SEED"])
            session.add(investor)
            session.flush()
            session.add(InvestorConcept(investor_id=investor.id, concept_id=sqlite_store.concepts[number % 4]))
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", sqlite_store.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("ROADSHOW_DATA_DIRECTORY", str(tmp_path / "data"))
    off = {each.name: {"enabled": False} for each in entry_points(group="roadshow.plugins")}
    monkeypatch.setenv("ROADSHOW_PLUGINS", json.dumps(off))
    return sqlite_store


@pytest.fixture
def cluster(installation: Store) -> Iterator[LocalCluster]:
    """A scheduler, and two workers that are processes; one that is killed stays away."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", memory_limit=None
    ) as started:
        for nanny in started.workers.values():
            nanny.auto_restart = False
        yield started


def kill_a_busy_worker(cluster: LocalCluster) -> None:
    """Kill a worker that has tasks, or any if they are all done just now: the rest is still to be sent."""
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        processes = client.run(os.getpid)
        busy = (each for each, tasks in client.processing().items() if tasks)
        os.kill(processes[next(busy, next(iter(processes)))], signal.SIGKILL)


def test_a_killed_worker_loses_nothing(
    installation: Store, cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Cluster(cluster.scheduler_address.replace("tcp://", "dask://"))
    encoded = encode(installation.database, [installation.encoder], batch=8, executor=there)
    assert sum(encoded.added.values()) > 16
    assert installation.encoder.encoded == []  # others did it, and wrote it
    assert sum(encode(installation.database, [installation.encoder]).added.values()) == 0

    monkeypatch.setattr("recommender.training.bulk_fits.SUBJECTS_A_PART", 1)
    recommender, killed, seen = installation.recommender(), [], []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 3:
            kill_a_busy_worker(cluster)
            killed.append(done)

    written = write_fits(recommender, tmp_path / "there", SubjectKind.INVESTOR, executor=there, progress=progress)
    assert killed == [3]
    assert written.added == written.subjects == 23
    assert seen[-1] == (23, 23)
    write_fits(recommender, tmp_path / "here", SubjectKind.INVESTOR)
    names = sorted(each.name for each in (tmp_path / "here").iterdir())
    assert sorted(each.name for each in (tmp_path / "there").iterdir()) == names
    for name in names:
        assert parquet.read_table(tmp_path / "there" / name).equals(parquet.read_table(tmp_path / "here" / name))
    listed = write_rankings(recommender, tmp_path / "lists", top=3, executor=there)
    table = parquet.read_table(listed.folder).to_pylist()
    own = installation.investors[0]
    items = recommender.rank(RankingRequest(own, first=3)).items
    lines = [(each["project_id"], each["score"]) for each in table if each["subject_id"] == own]
    assert lines == [(item.object_id, item.score) for item in items]
    assert not list((tmp_path / "data" / "bulk").glob("*.snapshot"))


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.bulk.cluster.CONNECTING_SECONDS", 0.2)
    with pytest.raises(RecommenderError, match=r"No scheduler of Dask answers at dask://127\.0\.0\.1:1 "):
        next(Cluster("dask://127.0.0.1:1").run(str, [1]))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RecommenderError, match=r"pip install 'roadshow\[cluster\]'"):
        next(Cluster("dask://127.0.0.1:1").run(str, [1]))


def test_a_worker_of_another_version_or_database_refuses(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RecommenderError, match="the caller by 0: install the same version of Roadshow"):
        pool_of(PoolName("v0-1", installation_of(sqlite_database), "0"))
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", sqlite_database.url.render_as_string())
    with pytest.raises(RecommenderError, match="isn't the caller's; give it the same ROADSHOW_DATABASE_URL"):
        pool_of(PoolName("v0-1", "another"))


def test_nothing_of_dask_is_imported_without_a_cluster() -> None:
    modules = "api.cli.main", "recommender.cli.bulk", "recommender.cli.evaluate", "recommender.training.bulk_fits"
    code = f"import sys, {', '.join(modules)}; print({{'dask', 'distributed', 'tornado'}} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
