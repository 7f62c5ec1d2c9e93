"""Runs tasks on a Dask cluster. Nothing of Dask is imported before a cluster is used."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommender.bulk.executors import Result, Task
from recommender.bulk.pickled import run_pickled
from recommender.interface.errors import RecommenderError

if TYPE_CHECKING:
    from distributed import Client

CONNECTING_SECONDS = 10.0
AHEAD = 2
"""Tasks that wait for each thread of the cluster, so that none is idle and the scheduler holds few."""
COUNTED_EVERY = 5.0
"""Seconds after which the threads are counted again: workers come and go."""


@dataclass(frozen=True)
class Cluster:
    """The cluster behind the address of its scheduler, such as ``tcp://scheduler:8786``.

    Tasks of a lost worker run again on another one. A task with which four workers in turn are lost is given up.
    """

    address: str
    apart = True

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """See ``Executor.run``. Raises ``RecommenderError`` if the cluster can't be used, and what a task raised."""
        with _client(self.address) as client:
            from distributed import KilledWorker, as_completed
            from distributed.client import FutureCancelledError

            most, counted = AHEAD * _threads(client, self.address), time.monotonic()
            waiting = iter(tasks)
            running = as_completed(loop=client.loop)
            outstanding = 0
            try:
                while True:
                    for task in waiting:
                        running.add(client.submit(run_pickled, pickle.dumps((function, task)), pure=False))
                        outstanding += 1
                        if outstanding >= most:
                            break
                    if not outstanding:
                        return
                    future = next(running)
                    outstanding -= 1
                    result: Result = future.result()
                    yield result
                    if time.monotonic() - counted > COUNTED_EVERY:
                        most, counted = max(1, AHEAD * sum(client.nthreads().values())), time.monotonic()
            except KilledWorker as error:
                raise RecommenderError(
                    f"{error.task} ended the workers that it ran on, four in turn, the last at {error.last_worker}: "
                    "too little memory, as a rule. What is done stays; give the workers more, and call the command "
                    "again."
                ) from error
            except FutureCancelledError as error:
                raise RecommenderError(
                    f"The connection to the scheduler at {self.address} was lost. What is done stays; call the command "
                    "again."
                ) from error
            finally:
                client.cancel(list(running.futures))


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise RecommenderError(
            "A cluster needs Dask, which isn't installed here: pip install 'roadshow[cluster]'"
        ) from error
    try:
        return Client(dask_address(address), timeout=CONNECTING_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RecommenderError(
            f"No scheduler of Dask answers at {address} ({error}); give the address that `dask scheduler` prints, such "
            "as tcp://scheduler:8786"
        ) from error


def _threads(client: Client, address: str) -> int:
    threads = int(sum(client.nthreads().values()))
    if not threads:
        raise RecommenderError(f"The cluster at {address} has no workers; start some: dask worker {address}")
    return threads


def dask_address(address: str) -> str:
    """Return the address as Dask writes it; ``dask://host:port`` is another way to write ``tcp://host:port``."""
    return address.replace("dask://", "tcp://", 1)
