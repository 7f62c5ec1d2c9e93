"""Executors: run the tasks of bulk work here, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Executor(Protocol):
    """Runs one function of one argument on many tasks.

    A task must be repeatable: a cluster runs it again if its worker is lost.
    """

    @property
    def apart(self) -> bool:
        """Whether tasks run in processes that share nothing with this one but the database and folders."""

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield the results as they come in, in any order. Tasks are taken from ``tasks`` only when they are due."""


@dataclass(frozen=True)
class Threads:
    """Threads of this process (-1: one for each processor), over joblib. Good for what NumPy computes."""

    count: int = 1
    apart = False

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """See ``Executor.run``."""
        yield from _over_joblib("threads", self.count, function, tasks)


@dataclass(frozen=True)
class Processes:
    """Processes of this machine (-1: one for each processor), over joblib; with 1, this one."""

    count: int = 1

    @property
    def apart(self) -> bool:
        """See ``Executor.apart``."""
        return self.count != 1

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """See ``Executor.run``."""
        yield from _over_joblib("processes", self.count, function, tasks)


def _over_joblib(
    prefer: str, count: int, function: Callable[[Task], Result], tasks: Iterable[Task]
) -> Iterator[Result]:
    from joblib import Parallel, delayed

    pool = Parallel(n_jobs=count, prefer=prefer, return_as="generator_unordered", batch_size=1)
    yield from pool(delayed(function)(task) for task in tasks)
