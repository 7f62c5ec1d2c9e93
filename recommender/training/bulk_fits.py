"""Writes all fits of all places or investors with all projects as Parquet files. Resumable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from recommender.interface.errors import RecommenderError
from recommender.pool.profiles import SubjectKind

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


def write_fits(
    recommender: Recommender,
    directory: Path,
    kind: SubjectKind = SubjectKind.PLACE,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Written:
    """Write ``subject_id``, ``project_id`` and ``score`` (float32, 0 to 100) of every pair into ``directory``.

    Each file holds 32 subjects, is named by snapshot and part, and is renamed when complete, so that an interrupted run
    resumes. Gates aren't applied. ``jobs`` parts are computed in parallel, over joblib (-1: one per processor). Raises
    RecommenderError if ``directory`` has fits of another snapshot.
    """
    from joblib import Parallel, delayed

    snapshot = recommender.snapshot()
    profiles = snapshot.places if kind is SubjectKind.PLACE else snapshot.investors
    subjects = sorted(profiles)
    if not subjects or not len(snapshot.projects):
        raise RecommenderError(f"Nothing to compare: {len(subjects)} subjects, {len(snapshot.projects)} projects.")
    snapshot_id = recommender.fit_matrix(subjects[:1], []).snapshot.id
    directory.mkdir(parents=True, exist_ok=True)
    foreign = [file.name for file in directory.glob("*.parquet") if not file.name.startswith(f"{snapshot_id}-")]
    if foreign:
        raise RecommenderError(
            f"{directory} holds fits of another state of the data ({foreign[0]}): give another directory, or empty it."
        )
    parts = list(_parts(subjects))
    missing = [
        (part, directory / f"{snapshot_id}-{number:05}.parquet")
        for number, part in enumerate(parts)
        if not (directory / f"{snapshot_id}-{number:05}.parquet").exists()
    ]
    done = len(subjects) - sum(len(part) for part, _ in missing)
    if progress:
        progress(done, len(subjects))
    pool = Parallel(n_jobs=jobs, prefer="threads", return_as="generator_unordered")
    added = 0
    for count in pool(delayed(_write)(recommender, part, path) for part, path in missing):
        added += count
        if progress:
            progress(done + added, len(subjects))
    return Written(len(subjects), len(snapshot.projects), added, snapshot_id)


def _write(recommender: Recommender, subjects: Sequence[str], path: Path) -> int:
    from pyarrow import parquet

    matrix = recommender.fit_matrix(subjects)
    unfinished = path.with_suffix(".unfinished")
    parquet.write_table(_table(matrix), unfinished)
    unfinished.replace(path)
    return len(subjects)


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
