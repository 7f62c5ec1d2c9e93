"""Answers about many pairs at once: orders by likeness, means by track, the best columns of a matrix."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.features import Floats, Mask, Rows
from recommender.fit.matrix import scores_of
from recommender.index.candidate_mask import allowed_rows
from recommender.interface.answers import FitMatrix, TrackFit
from recommender.interface.errors import RecommenderError
from recommender.serving.snapshot_id import snapshot_of
from recommender.snapshot.pool_snapshot import PoolSnapshot

MOST_ORDERED = 600
"""Maximum number of lines for which the tree's leaves are rotated to bring similar ones together."""


@dataclass(frozen=True)
class TrackMatrix:
    """Mean scores, shape (places, tracks), and how many projects each track has; a track without any has mean 0."""

    means: Floats
    counts: npt.NDArray[np.int64]


def order_by_likeness(lines: Floats) -> list[int]:
    """Return positions of the rows of ``lines`` such that neighbours are similar.

    Hierarchical clustering by average Euclidean distance; the leaves are turned by optimal leaf ordering
    (Bar-Joseph et al. 2001, as in SciPy), so the order is fully determined by the values.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage

    if len(lines) < 3:
        return list(range(len(lines)))
    values = np.ascontiguousarray(lines, dtype=np.float64)
    tree = linkage(values, method="average", optimal_ordering=len(values) <= MOST_ORDERED)
    return [int(each) for each in leaves_list(tree)]


def offered(snapshot: PoolSnapshot, allowed: Collection[str] | None) -> Mask:
    """Return a mask of the projects on offer that are among ``allowed`` (``None``: all)."""
    if allowed is None:
        return snapshot.projects.offered.copy()
    mask = np.zeros(len(snapshot.projects), bool)
    rows = snapshot.projects.row_of
    mask[[rows[each] for each in allowed if each in rows]] = True
    return np.asarray(mask & snapshot.projects.offered)


def best_columns(scores: Floats, candidates: Mask, count: int) -> Rows:
    """Return the ``count`` candidate columns whose best score over the rows is highest, best first."""
    columns = np.flatnonzero(candidates)
    if not len(scores) or not len(columns):
        return columns[:count]
    best = scores[:, columns].max(axis=0)
    return np.asarray(columns[np.lexsort((columns, -best))[:count]], dtype=np.intp)


def by_track(snapshot: PoolSnapshot, scores: Floats, candidates: Mask, track_ids: Sequence[str]) -> TrackMatrix:
    """Return means of ``scores`` (places, all projects) over the candidates of each track."""
    means = np.zeros((len(scores), len(track_ids)), np.float32)
    counts = np.zeros(len(track_ids), np.int64)
    tracks = snapshot.projects.tracks
    if tracks is None:
        return TrackMatrix(means, counts)
    columns = tracks.tocsc()
    codes = snapshot.taxonomies.tracks.code_of
    for position, track_id in enumerate(track_ids):
        code = codes.get(track_id)
        if code is None:
            continue
        rows = columns.indices[columns.indptr[code] : columns.indptr[code + 1]]
        rows = rows[candidates[rows]]
        counts[position] = len(rows)
        if len(rows):
            means[:, position] = scores[:, rows].mean(axis=1)
    return TrackMatrix(means, counts)


def fit_matrix(
    snapshot: PoolSnapshot,
    subject_ids: Sequence[str],
    project_ids: Sequence[str] | None = None,
    weights: Mapping[str, float] | None = None,
    personalised: bool = True,
) -> FitMatrix:
    """See ``Recommender.fit_matrix``."""
    changed = snapshot.model.weights.changed(weights)
    if project_ids is None:
        columns, rows = list(snapshot.projects.ids), None
    else:
        unknown = [each for each in project_ids if each not in snapshot.projects.row_of]
        if unknown:
            raise RecommenderError(
                f"{unknown[0]!r} is no project that could be ranked", field="project_ids", code="NOT_FOUND"
            )
        columns = list(project_ids)
        rows = np.array([snapshot.projects.row_of[each] for each in columns], np.intp)
    queries = snapshot.caches.several([snapshot.profile(each) for each in subject_ids], personalised)
    asked = snapshot.model.weighted(queries, changed)
    if rows is None:
        scores = scores_of(snapshot.model, snapshot.caches.wide, asked, snapshot.scale)
    else:
        scores = snapshot.scale.in_place(snapshot.model.fits(asked, rows), asked.log_totals)
    return FitMatrix(list(subject_ids), columns, scores, snapshot_of(snapshot, changed, snapshot.scale))


def fit_by_track(
    snapshot: PoolSnapshot, place_id: str, allowed: Collection[str] | None = None, best: int = 3
) -> list[TrackFit]:
    """See ``Recommender.fit_by_track``."""
    tracks = snapshot.projects.tracks
    if tracks is None or not len(snapshot.taxonomies.tracks):
        return []
    matrix = fit_matrix(snapshot, [place_id]).scores[0]
    candidates = allowed_rows(snapshot.projects.row_of, len(snapshot.projects), allowed) & snapshot.projects.offered
    columns = tracks.tocsc()
    result: list[TrackFit] = []
    for code, track_id in enumerate(snapshot.taxonomies.tracks.ids):
        rows = columns.indices[columns.indptr[code] : columns.indptr[code + 1]]
        rows = np.sort(rows[candidates[rows]])
        if not len(rows):
            continue
        scores = matrix[rows]
        order = np.lexsort((rows, -scores))[:best]
        ids = tuple(snapshot.projects.ids[row] for row in rows[order])
        result.append(TrackFit(track_id, len(rows), float(scores.mean()), float(scores.max()), ids))
    return sorted(result, key=lambda each: (-each.mean_score, each.track_id))
