"""Writes all fits of all places or investors with all projects as Parquet files. Resumable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from recommender.bulk.executors import Executor, Threads
from recommender.bulk.files import FilePart, Progress, parts_of, write_parts, write_table
from recommender.bulk.worker import pool_of, shared_pool
from recommender.interface.errors import RecommenderError
from recommender.pool.profiles import SubjectKind
from recommender.serving.overview import fit_matrix

if TYPE_CHECKING:
    import pyarrow

    from recommender.interface.answers import FitMatrix
    from recommender.serving.service import Recommender

SUBJECTS_A_PART = 32


@dataclass(frozen=True, slots=True)
class Written:
    """Counts of a run."""

    subjects: int
    projects: int
    added: int
    """Subjects whose fits were computed in this run; the others were there."""
    snapshot_id: str


def write_fits(
    recommender: Recommender,
    directory: Path,
    kind: SubjectKind = SubjectKind.PLACE,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write ``subject_id``, ``project_id`` and ``score`` (float32, 0 to 100) of every pair into ``directory``.

    Each file holds 32 subjects, is named by snapshot, kind and part, and is renamed when complete, so that an
    interrupted run resumes. Gates aren't applied. Whoever runs a part writes its file. Raises RecommenderError if
    ``directory`` has fits of another snapshot, or isn't shared with the workers.
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
        stem = f"{pool.id}-{kind.value.lower()}"
        parts = parts_of(pool, subjects, SUBJECTS_A_PART, lambda number: directory / f"{stem}-{number:05}.parquet")
        added = write_parts(runs, write_fits_of, parts, len(subjects), progress)
        return Written(len(subjects), len(snapshot.projects), added, pool.id)


def write_fits_of(part: FilePart) -> int:
    """Write the fits of some subjects; return how many these are."""
    write_table(_table(fit_matrix(pool_of(part.pool).snapshot, part.subjects)), part.path)
    return len(part.subjects)


def _table(matrix: FitMatrix) -> pyarrow.Table:
    import pyarrow as pa

    rows, columns = len(matrix.row_ids), len(matrix.column_ids)
    subject = pa.DictionaryArray.from_arrays(np.repeat(np.arange(rows, dtype=np.int32), columns), matrix.row_ids)
    project = pa.DictionaryArray.from_arrays(np.tile(np.arange(columns, dtype=np.int32), rows), matrix.column_ids)
    scores = pa.array(np.ascontiguousarray(matrix.scores, np.float32).ravel())
    return pa.table({"subject_id": subject, "project_id": project, "score": scores})
