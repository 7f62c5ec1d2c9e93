"""Files of bulk work: one for each task, written by whoever runs it, and never seen half done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from recommender.bulk.executors import Executor
from recommender.bulk.worker import PoolName
from recommender.interface.errors import RecommenderError

if TYPE_CHECKING:
    import pyarrow

Progress = Callable[[int, int], None]
"""Called with how many subjects are done, and how many there are."""
UNFINISHED = ".unfinished"
"""Ending of a file that is being written."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A task: the subjects of one file, and how many lines each may have."""

    pool: PoolName
    subjects: tuple[str, ...]
    path: Path
    top: int = 0
    """0 for all."""


def parts_of(
    pool: PoolName, subjects: Sequence[str], size: int, path: Callable[[int], Path], top: int = 0
) -> list[FilePart]:
    """Return tasks of ``size`` subjects each; ``path`` gives the file of each by its number."""
    starts = range(0, len(subjects), size)
    return [
        FilePart(pool, tuple(subjects[start : start + size]), path(number), top) for number, start in enumerate(starts)
    ]


def write_parts(
    executor: Executor,
    function: Callable[[FilePart], int],
    parts: Sequence[FilePart],
    total: int,
    progress: Progress | None,
) -> int:
    """Have the files of ``parts`` written that aren't there; return how many subjects these have, of ``total``.

    Raises RecommenderError if workers wrote them where this process doesn't see them.
    """
    missing = [part for part in parts if not part.path.exists()]
    there, added = total - sum(len(part.subjects) for part in missing), 0
    if progress:
        progress(there, total)
    for count in executor.run(function, missing):
        added += count
        if progress:
            progress(there + added, total)
    for folder in {part.path.parent for part in missing}:
        for left in folder.glob(f".*{UNFINISHED}"):  # by workers that were lost
            left.unlink(missing_ok=True)
    if lost := [part for part in missing if not part.path.exists()]:
        raise RecommenderError(
            f"{len(lost)} files were written where this process doesn't see them: give a directory that caller and "
            f"workers share under one name, unlike {lost[0].path.parent}"
        )
    return added


def write_table(table: pyarrow.Table, path: Path) -> None:
    """Write a Parquet file, at its name only when it is complete."""
    from pyarrow import parquet

    unfinished = path.with_name(f".{path.stem}.{uuid4().hex}{UNFINISHED}")  # of its own: a task may run twice at once
    parquet.write_table(table, unfinished)
    unfinished.replace(path)
