"""`roadshow evaluate`: runs every protocol on the data sets in a directory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

from recommender.bulk.executors import Executor, Processes
from recommender.bulk.worker import PoolName, pool_of, shared_pool
from recommender.encoders import Encoder
from recommender.evaluation.data_sets.data_set import DataError
from recommender.evaluation.data_sets.outcomes import outcomes_of
from recommender.evaluation.data_sets.tables import file_of
from recommender.evaluation.data_sets.vectors import Progress
from recommender.evaluation.results import Result
from recommender.evaluation.tasks import (
    DEFAULT_PROTOCOLS,
    OF_LABELS,
    OF_LINKS,
    Task,
    encode_for,
    measured,
    not_measured,
    part_of,
    read_part,
    run,
    write_part,
)
from recommender.serving.service import Recommender

MEASURING = "protocols"
"""What progress is told of while protocols run."""


def data_sets(path: Path) -> Iterator[Path]:
    """Link data sets (directories that hold companies) and files of labels at or below ``path``, in order."""
    from store.imports.readers import SUFFIXES

    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise DataError(f"{path} is neither a directory nor a file; give a data set or a directory of them")
    folders = [path, *sorted(each for each in path.rglob("*") if each.is_dir())]
    of_links = [each for each in folders if file_of(each, "companies") is not None]
    labelled = [
        each
        for folder in folders
        if folder not in of_links
        for each in folder.iterdir()
        if each.suffix.casefold() in SUFFIXES and each.suffix.casefold() != ".txt"
    ]
    if not of_links and not labelled:
        raise DataError(
            f"{path} holds no data set: neither companies with investors and investments, nor a file with the "
            f"columns id, text and labels; files may end in {', '.join(SUFFIXES)}"
        )
    yield from sorted([*of_links, *labelled])


def tasks_of(
    path: Path,
    protocols: Sequence[str] = DEFAULT_PROTOCOLS,
    *,
    least: int = 10,
    learn: bool = False,
    seed: int = 0,
    shuffle: str | None = None,
    without: Sequence[str] = (),
) -> list[Task]:
    """Return a task for each data set at ``path`` and protocol that applies. Raises ``DataError`` if none."""
    sets = list(data_sets(path))
    tasks = [
        Task(each, kind, least, learn, seed, shuffle, tuple(without))
        for each in sets
        for kind in protocols
        if (kind in OF_LABELS) == each.is_file()
    ]
    if not tasks:
        labelled = all(each.is_file() for each in sets)
        what, possible = ("texts with labels", OF_LABELS) if labelled else ("companies with investments", OF_LINKS)
        raise DataError(f"{path} holds {what}; protocols for these are {', '.join(possible)}")
    return tasks


def evaluate(
    path: Path,
    encoders: Sequence[Encoder],
    *,
    protocols: Sequence[str] = DEFAULT_PROTOCOLS,
    least: int = 10,
    learn: bool = False,
    cache: Path | None = None,
    progress: Progress | None = None,
    seed: int = 0,
    shuffle: str | None = None,
    without: Sequence[str] = (),
    executor: Executor | None = None,
) -> list[Result]:
    """Return the results of every protocol on every data set at ``path``; one that can't be measured says why, without
    affecting the others.

    ``learn`` chooses weights on an inner split of the history.

    ``shuffle`` (``dates`` or ``links``) shuffles the data, to show that nothing leaks. ``without``
    removes columns: ``places``, ``categories``, ``texts``. ``executor`` runs the protocols, by default one by one;
    elsewhere they read the vectors from ``cache``. There vectors stay, and finished protocols until all are: an
    interrupted evaluation resumes. Raises ``DataError`` if nothing can be measured.
    """
    tasks = tasks_of(path, protocols, least=least, learn=learn, seed=seed, shuffle=shuffle, without=without)
    parts = [part_of(task, encoders, cache) if cache is not None else None for task in tasks]
    results = [read_part(part) if part is not None else None for part in parts]
    waiting = [number for number, result in enumerate(results) if result is None]
    for number in list(waiting):
        try:
            encode_for(tasks[number], encoders, cache, progress)
        except DataError as error:
            results[number] = not_measured(tasks[number], error)
            waiting.remove(number)
    _tell(progress, len(tasks) - len(waiting), len(tasks))
    numbered = (Numbered(number, tasks[number], encoders, cache) for number in waiting)
    for number, result in (executor or Processes()).run(run_numbered, numbered):
        results[number] = result
        part = parts[number]
        if part is not None and not result.problem:
            write_part(part, result)
        _tell(progress, sum(each is not None for each in results), len(tasks))
    for part in parts:
        if part is not None:
            part.unlink(missing_ok=True)
    return _some_measured(_told_apart(path, tasks, [result for result in results if result is not None]))


def _told_apart(root: Path, tasks: Sequence[Task], results: Sequence[Result]) -> list[Result]:
    """Rename results of data sets that share a name by their paths below ``root``."""
    named = Counter((result.data, result.protocol) for result in results)
    return [
        replace(result, data=task.path.relative_to(root).as_posix() if task.path != root else result.data)
        if named[result.data, result.protocol] > 1
        else result
        for task, result in zip(tasks, results, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A task with its place among all, for results that come in any order."""

    number: int
    task: Task
    encoders: Sequence[Encoder]
    directory: Path | None


def run_numbered(each: Numbered) -> tuple[int, Result]:
    """Return the number and the result of a task."""
    try:
        return each.number, run(each.task, each.encoders, each.directory)
    except DataError as error:
        return each.number, not_measured(each.task, error)


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(MEASURING, done, total)


@dataclass(frozen=True, slots=True)
class StoreTask:
    """One protocol on the outcomes of a store."""

    number: int
    pool: PoolName
    task: Task


def evaluate_store(
    recommender: Recommender,
    *,
    protocols: Sequence[str] = DEFAULT_PROTOCOLS,
    least: int = 10,
    learn: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> list[Result]:
    """Return the results of the protocols on the store's own outcomes, with the weights in use and all declarations.

    Options as for ``evaluate``. Texts and declarations are today's, so what became known later counts too. Raises
    ``DataError`` if nothing can be measured.
    """
    wanted = [each for each in protocols if each not in OF_LABELS]
    if not wanted:
        raise DataError(f"the store holds no texts with labels; its protocols are {', '.join(OF_LINKS)}")
    runs = executor or Processes()
    results: dict[int, Result] = {}
    with shared_pool(recommender, apart=runs.apart) as (pool, snapshot):
        name = Path(outcomes_of(snapshot).name)
        tasks = [StoreTask(at, pool, Task(name, each, least, learn, seed)) for at, each in enumerate(wanted)]
        _tell(progress, 0, len(wanted))
        for number, result in runs.run(run_on_store, tasks):
            results[number] = result
            _tell(progress, len(results), len(wanted))
    return _some_measured([results[number] for number in range(len(wanted))])


def run_on_store(each: StoreTask) -> tuple[int, Result]:
    """Return the number and the result of a task."""
    snapshot, task = pool_of(each.pool).snapshot, each.task
    model = copy(snapshot.model)  # protocols fit it to a part of the time line
    try:
        result = measured(
            outcomes_of(snapshot), model, task.protocol, least=task.least, learn=task.learn, seed=task.seed
        )
    except DataError as error:
        result = not_measured(task, error)
    return each.number, result


def _some_measured(results: list[Result]) -> list[Result]:
    """Return the results. Raises ``DataError`` if none could be measured."""
    if all(result.problem for result in results):
        raise DataError("; ".join(dict.fromkeys(result.problem for result in results)))
    return results
