"""Writes all fits of all places or investors with all projects as Parquet files. Resumable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from recommender.bulk.executors import Executor, Threads
from recommender.bulk.worker import PoolName, pool_of, shared_pool
from recommender.interface.errors import RecommenderError
from recommender.pool.profiles import SubjectKind
from recommender.serving.overview import fit_matrix

if TYPE_CHECKING:
    import pyarrow

    from recommender.interface.answers import FitMatrix
    from recommender.serving.service import Recommender

SUBJECTS_A_PART = 32
Progress = Callable[[int, int], None]
"""Called with how many subjects are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Written:
    """Counts of a run."""

    subjects: int
    projects: int
    added: int
    """Subjects whose fits were computed in this run; the others were there."""
    snapshot_id: str


@dataclass(frozen=True, slots=True)
class FitsPart:
    """A task: the subjects of one file."""

    pool: PoolName
    subjects: tuple[str, ...]
    path: Path


def write_fits(
    recommender: Recommender,
    directory: Path,
    kind: SubjectKind = SubjectKind.PLACE,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write ``subject_id``, ``project_id`` and ``score`` (float32, 0 to 100) of every pair into ``directory``.

    Each file holds 32 subjects, is named by snapshot and part, and is renamed when complete, so that an interrupted run
    resumes. Gates aren't applied. Whoever runs a part writes its file. Raises RecommenderError if ``directory`` has
    fits of another snapshot, or isn't shared with the workers.
    """
    runs = executor or Threads()
    directory = directory.absolute()
    with shared_pool(recommender, apart=runs.apart) as (pool, snapshot):
        subjects = sorted(snapshot.subjects(kind))
        if not subjects or not len(snapshot.projects):
            raise RecommenderError(f"Nothing to compare: {len(subjects)} subjects, {len(snapshot.projects)} projects.")
        directory.mkdir(parents=True, exist_ok=True)
        foreign = [each.name for each in directory.glob("*.parquet") if not each.name.startswith(f"{pool.id}-")]
        if foreign:
            raise RecommenderError(
                f"{directory} holds fits of another state of the data ({foreign[0]}): give another directory, or "
                "empty it."
            )
        parts = [
            FitsPart(pool, tuple(some), directory / f"{pool.id}-{number:05}.parquet")
            for number, some in enumerate(_parts(subjects))
        ]
        missing = [part for part in parts if not part.path.exists()]
        done = len(subjects) - sum(len(part.subjects) for part in missing)
        if progress:
            progress(done, len(subjects))
        added = 0
        for count in runs.run(write_part, missing):
            added += count
            if progress:
                progress(done + added, len(subjects))
        for left in directory.glob(f".{pool.id}-*"):  # by workers that were lost
            left.unlink(missing_ok=True)
        if lost := [part for part in missing if not part.path.exists()]:
            raise RecommenderError(
                f"{len(lost)} files were written where this process doesn't see them: give a directory that caller and "
                f"workers share under one name, unlike {directory}"
            )
        return Written(len(subjects), len(snapshot.projects), added, pool.id)


def write_part(part: FitsPart) -> int:
    """Write the fits of some subjects; return how many these are."""
    from pyarrow import parquet

    matrix = fit_matrix(pool_of(part.pool).snapshot, part.subjects)
    unfinished = part.path.with_name(f".{part.path.stem}.{uuid4().hex}")  # of its own: a task may run twice at once
    parquet.write_table(_table(matrix), unfinished)
    unfinished.replace(part.path)
    return len(part.subjects)


def _table(matrix: FitMatrix) -> pyarrow.Table:
    import pyarrow as pa

    rows, columns = len(matrix.row_ids), len(matrix.column_ids)
    subject = pa.DictionaryArray.from_arrays(np.repeat(np.arange(rows, dtype=np.int32), columns), matrix.row_ids)
    project = pa.DictionaryArray.from_arrays(np.tile(np.arange(columns, dtype=np.int32), rows), matrix.column_ids)
    scores = pa.array(np.ascontiguousarray(matrix.scores, np.float32).ravel())
    return pa.table({"subject_id": subject, "project_id": project, "score": scores})


def _parts(subjects: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(subjects), SUBJECTS_A_PART):
        yield subjects[start : start + SUBJECTS_A_PART]
