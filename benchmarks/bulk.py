"""Everybody's list as bulk work: one process, joblib, Dask with one and two workers. Processor time of all processes.

Usage: python benchmarks/bulk.py [--small]      default: 10,000 investors, 100,000 projects; takes an hour and more
Everything is drawn from a seed. A cluster's own start isn't counted; what its workers import and load is.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as Dask sets them for its workers

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
from distributed import Client, LocalCluster

from benchmarks.following import Words, fill
from recommender.bulk.cluster import Cluster
from recommender.bulk.executors import Executor, Processes
from recommender.bulk.worker import pool_of, shared_pool
from recommender.pool.profiles import SubjectKind
from recommender.serving.service import Recommender
from recommender.training.bulk_rankings import write_rankings
from recommender.training.encode import encode
from store.database import Database
from store.database.migration import core_chain, upgrade
from store.settings import Settings

SMALL = (3_000, 400)
TOP = 50


def processor_seconds() -> float:
    """Processor time so far of this process and of those that it started."""
    own = psutil.Process()
    times = [each.cpu_times() for each in (own, *own.children(recursive=True))]
    return sum(each.user + each.system for each in times)


@contextmanager
def dask(workers: int) -> Iterator[Executor]:
    """A cluster on this machine, ready to work."""
    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", memory_limit=None
    ) as cluster:
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            client.wait_for_workers(workers)
        yield Cluster(cluster.scheduler_address)


def measured(title: str, recommender: Recommender, executor: Executor, folder: Path) -> tuple[float, float]:
    """Write all lists; return and print processor time and seconds."""
    wall, processor = time.perf_counter(), processor_seconds()
    done = write_rankings(recommender, folder / title, [SubjectKind.INVESTOR], top=TOP, executor=executor)
    processor, wall = processor_seconds() - processor, time.perf_counter() - wall
    assert done.computed == done.subjects
    print(
        f"{title:<22} {processor:8.1f} s of processor {wall:8.1f} s   {1e3 * processor / done.subjects:6.1f} ms a list"
    )
    return processor, wall


def loading(recommender: Recommender) -> None:
    """Print what a worker does once: map the snapshot's file."""
    from recommender.bulk import worker

    with shared_pool(recommender, apart=True) as (name, _):
        worker._pools.clear()
        begin = time.process_time()
        pool_of(name)
        folder = Path(os.environ["ROADSHOW_DATA_DIRECTORY"]) / worker.FOLDER
        size = sum(each.stat().st_size for each in folder.iterdir())
        print(
            f"a worker maps the snapshot: {time.process_time() - begin:.2f} s of processor; files {size / 1e6:.0f} MB"
        )


def timed(title: str, run: Callable[[], object]) -> None:
    begin = time.process_time()
    run()
    print(f"{title}: {time.process_time() - begin:.0f} s of processor", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--investors", type=int, default=10_000)
    parser.add_argument("--small", action="store_true", help=f"{SMALL[0]:,} projects, {SMALL[1]} investors")
    options = parser.parse_args()
    projects, investors = SMALL if options.small else (options.projects, options.investors)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/store.sqlite"
        off = {each.name: {"enabled": False} for each in entry_points(group="roadshow.plugins")}
        os.environ |= {
            "ROADSHOW_DATABASE_URL": url,
            "ROADSHOW_DATA_DIRECTORY": name,
            "ROADSHOW_PLUGINS": json.dumps(off),
        }
        database = Database(url)
        upgrade(database, core_chain())
        encoders = [Words("first", 512), Words("second", 384)]
        print(f"{investors:,} investors, {projects:,} projects")
        timed("generated", lambda: fill(database, projects, investors))
        timed("encoded", lambda: encode(database, encoders))
        recommender = Recommender(database, settings=Settings(data_directory=folder), encoders=encoders)
        timed("fitted", recommender.refresh)
        recommender.snapshot().model.learner_.settle()
        loading(recommender)
        alone, _ = measured("one process", recommender, Processes(), folder)
        ratios = {"joblib, 2 processes": measured("joblib, 2 processes", recommender, Processes(2), folder)[0] / alone}
        for workers in (1, 2):
            title = f"Dask, {workers} worker" + "s" * (workers > 1)
            with dask(workers) as executor:
                ratios[title] = measured(title, recommender, executor, folder)[0] / alone
        print("of one process: " + ", ".join(f"{title} {ratio:.2f}" for title, ratio in ratios.items()))
        database.dispose()


if __name__ == "__main__":
    main()
