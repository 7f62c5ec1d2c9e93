"""Writes everybody's list, the best projects of each investor and place, as Parquet files. Resumable, incremental."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from recommender.bulk.executors import Executor, Processes
from recommender.bulk.files import FilePart, Progress, parts_of, write_parts, write_table
from recommender.bulk.worker import pool_of, shared_pool
from recommender.interface.errors import RecommenderError
from recommender.interface.requests import RankingRequest, Spread, Target
from recommender.pool.profiles import SubjectKind
from recommender.serving.ranking import Ranker
from recommender.training.untouched import fit_of, is_waiting, untouched

if TYPE_CHECKING:
    import pyarrow

    from recommender.serving.service import Recommender
    from recommender.snapshot.pool_snapshot import PoolSnapshot

SUBJECTS_A_PART = 64
MANIFEST = "rankings.json"
"""Names the folder of the last complete run; whoever reads lists begins with it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A complete run, as it stands in the directory."""

    folder: str
    fit: str
    position: int
    top: int
    kinds: tuple[str, ...]
    waiting: bool
    """Whether texts had no vectors yet."""
    today: str
    """The day from which the age of acts was counted."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Counts of a run."""

    subjects: int
    computed: int
    """Subjects whose lists were computed in this run; the others' were there."""
    folder: Path


def write_rankings(
    recommender: Recommender,
    directory: Path,
    kinds: Sequence[SubjectKind] = (SubjectKind.INVESTOR, SubjectKind.PLACE),
    *,
    top: int = 50,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Listed:
    """Write ``subject_id``, ``rank``, ``project_id`` and ``score`` of the first ``top`` of each list.

    Lists are those of ``Recommender.rank`` for organisers, gates applied. Each run has a folder in ``directory``, and
    replaces the last one when it is complete. Lists that no change since then can have touched are taken over. An
    interrupted run resumes while the data is the same. Whoever runs a part writes its file. Raises RecommenderError if
    there is nothing to rank, or ``directory`` isn't shared with the workers.
    """
    runs = executor or Processes()
    directory = directory.absolute()
    with shared_pool(recommender, apart=runs.apart) as (pool, snapshot):
        subjects = sorted(own for kind in kinds for own in snapshot.subjects(kind))
        if not subjects or not len(snapshot.projects):
            raise RecommenderError(f"Nothing to rank: {len(subjects)} subjects, {len(snapshot.projects)} projects.")
        names = tuple(sorted(kind.value for kind in kinds))
        fit = fit_of(snapshot, recommender)
        today = str(snapshot.taxonomies.today)
        name = "-".join([pool.id, *(each.lower() for each in names), str(top)])
        manifest = Manifest(name, fit, snapshot.position, top, names, is_waiting(snapshot), today)
        folder = directory / manifest.folder
        folder.mkdir(parents=True, exist_ok=True)
        kept = _take_over(recommender, snapshot, directory, manifest, subjects)
        due = [each for each in subjects if each not in kept]
        parts = parts_of(pool, due, SUBJECTS_A_PART, lambda number: folder / f"{number:05}.parquet", top)
        computed = write_parts(runs, write_lists, parts, len(subjects), progress)
        _replace(directory, manifest)
        return Listed(len(subjects), computed, folder)


def write_lists(part: FilePart) -> int:
    """Write the lists of some subjects; return how many these are."""
    pool = pool_of(part.pool)
    snapshot = pool.snapshot
    ranker = Ranker(snapshot, snapshot.model.weights, pool.gates, pool.rerankers, snapshot.scale)
    lines: dict[str, list[object]] = {"subject_id": [], "rank": [], "project_id": [], "score": []}
    for own in part.subjects:
        profile = snapshot.profile(own)
        spread = Spread.usual(profile.kind, Target.PROJECT)
        request = RankingRequest(own, first=part.top, spread=spread, explain=False)
        for item in ranker.of_projects(profile, request).items:
            for name, value in zip(lines, (own, item.rank, item.object_id, item.score), strict=True):
                lines[name].append(value)
    write_table(_table(lines), part.path)
    return len(part.subjects)


def _table(lines: dict[str, list[object]]) -> pyarrow.Table:
    import pyarrow as pa

    types = {"subject_id": pa.string(), "rank": pa.int32(), "project_id": pa.string(), "score": pa.float64()}
    return pa.table(lines, schema=pa.schema(types))


def _take_over(
    recommender: Recommender, snapshot: PoolSnapshot, directory: Path, now: Manifest, subjects: Sequence[str]
) -> set[str]:
    """Copy the lists of the last run that are as they would be now; return whose these are."""
    import pyarrow as pa
    from pyarrow import compute, parquet

    before = _read(directory)
    if before is None or (before.fit, before.top, before.kinds) != (now.fit, now.top, now.kinds):
        return set()
    if before.folder == now.folder:
        return set(subjects)
    table = parquet.read_table(directory / before.folder)
    lists: dict[str, list[tuple[str, float]]] = {each: [] for each in subjects}
    columns = (table[name].to_pylist() for name in ("subject_id", "project_id", "score"))
    for own, project, score in zip(*columns, strict=True):
        if own in lists:
            lists[own].append((project, score))
    aged = before.today != now.today
    kept = untouched(recommender, snapshot, before.position, lists, now.top, waited=before.waiting, aged=aged)
    if kept:
        own = compute.is_in(table["subject_id"], pa.array(sorted(kept)))
        write_table(table.filter(own), directory / now.folder / "kept.parquet")
    return kept


def _read(directory: Path) -> Manifest | None:
    path = directory / MANIFEST
    if not path.is_file():
        return None
    try:
        manifest = Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):  # of another version: the lists are computed anew
        return None
    found = Manifest(**{**asdict(manifest), "kinds": tuple(manifest.kinds)})
    return found if (directory / found.folder).is_dir() else None


def _replace(directory: Path, manifest: Manifest) -> None:
    """Put a complete run in place of all others."""
    unfinished = directory / f".{MANIFEST}.{uuid4().hex}"
    unfinished.write_text(json.dumps(asdict(manifest)), encoding="utf-8")
    unfinished.replace(directory / MANIFEST)
    for each in directory.glob("v*-*"):
        if each.is_dir() and each.name != manifest.folder and each.name.rpartition("-")[2].isdigit():
            shutil.rmtree(each, ignore_errors=True)
