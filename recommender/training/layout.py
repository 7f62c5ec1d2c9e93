"""A picture of the pool: a point in the unit square for each project, near projects with similar texts.

t-SNE (van der Maaten and Hinton 2008, by scikit-learn) over evenly spread landmarks; every other project lies
between its nearest landmarks. New projects are placed without moving the others; the picture is redrawn when the pool
has grown by half. The same vectors give the same picture. ``roadshow encode`` computes it and stores it beside the
vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from recommender.blocks.base import Context
from recommender.blocks.text import TextBlock
from recommender.features import DenseFeatures, Floats, Mask
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies
from recommender.text.vectors import TextVectors
from store.models.system import Embedding

STORED = "map/1"
"""Under this model's name stand the points, by the projects' ids."""
LANDMARKS = 1500
NEIGHBOURS = 4
SHARPNESS = 12.0
"""How much more the nearest landmark counts than the next."""
GROWTH = 1.5
STEPS = 600
DIMENSIONS = 50
SCATTER = 0.006
"""Projects between landmarks are moved by up to this part of the picture's width, so that none hides another."""


@dataclass(frozen=True)
class Layout:
    """Points by project, and their method: ``T_SNE``, or ``PCA`` if the pool has no stored picture."""

    points: dict[str, tuple[float, float]]
    method: str


def text_features(projects: Projects, taxonomies: Taxonomies, vectors: TextVectors) -> tuple[Floats, Mask]:
    """Return the vectors that rankings compare, shape (projects, dimension), and which are known."""
    features = TextBlock().fit(Context(projects, taxonomies, vectors), None).features_
    assert isinstance(features, DenseFeatures)
    return features.values, features.known


def arranged(vectors: Floats) -> Floats:
    """Return points of shape (rows, 2) in the unit square for vectors of shape (rows, dimension)."""
    size = len(vectors)
    chosen = np.unique(np.linspace(0, size - 1, min(size, LANDMARKS)).astype(np.intp))
    points = np.zeros((size, 2), np.float32)
    if size < 8:
        return principal(vectors)
    points[chosen] = _embedded(vectors[chosen])
    rest = np.setdiff1d(np.arange(size), chosen)
    points[rest] = between(vectors[rest], vectors[chosen], points[chosen])
    return points


def _embedded(vectors: Floats) -> Floats:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    size = len(vectors)
    axes = min(DIMENSIONS, size - 1, vectors.shape[1])
    reduced = PCA(axes, svd_solver="full").fit_transform(vectors.astype(np.float64))
    perplexity = min(30.0, (size - 1) / 3)
    model = TSNE(2, perplexity=perplexity, init="pca", learning_rate="auto", max_iter=STEPS, random_state=0)
    points = model.fit_transform(reduced)
    return _in_square(np.asarray(points, dtype=np.float32))


def principal(vectors: Floats) -> Floats:
    """Return points by the two principal axes, in the unit square: quick, and enough for few projects."""
    if len(vectors) < 2:
        return np.full((len(vectors), 2), 0.5, np.float32)
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred[:: max(1, len(centred) // LANDMARKS)], full_matrices=False)
    axes = directions[:2]
    signs = np.sign(axes[np.arange(len(axes)), np.argmax(np.abs(axes), axis=1)])
    points = centred @ (axes * np.where(signs == 0, 1, signs)[:, None]).T
    if points.shape[1] < 2:
        points = np.column_stack([points, np.zeros(len(points))])
    return _in_square(np.asarray(points, dtype=np.float32))


def between(vectors: Floats, landmarks: Floats, points: Floats) -> Floats:
    """Place ``vectors`` among ``points`` of the ``landmarks``, at the weighted mean of the nearest ones."""
    result = np.zeros((len(vectors), 2), np.float32)
    count = min(NEIGHBOURS, len(landmarks))
    scatter = np.random.default_rng(0).uniform(-SCATTER, SCATTER, (len(vectors), 2)).astype(np.float32)
    for start in range(0, len(vectors), 1024):
        part = slice(start, start + 1024)
        likeness = vectors[part] @ landmarks.T
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        close = np.take_along_axis(likeness, nearest, axis=1)
        shares = np.exp(SHARPNESS * (close - close.max(axis=1, keepdims=True)))
        shares /= shares.sum(axis=1, keepdims=True)
        result[part] = np.einsum("ij,ijk->ik", shares, points[nearest])
    return np.asarray(np.clip(result + scatter, 0, 1), dtype=np.float32)


def _in_square(points: Floats) -> Floats:
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.maximum(high - low, 1e-9)
    return np.asarray(0.02 + 0.96 * (points - low) / span, dtype=np.float32)


def completed(ids: Sequence[str], vectors: Floats, known: dict[str, tuple[float, float]]) -> tuple[Floats, bool]:
    """Return points for all ``ids``, and whether they were redrawn; ``known`` ones stay if most are known."""
    placed = [position for position, each in enumerate(ids) if each in known]
    if not placed or len(ids) > GROWTH * len(placed):
        return arranged(vectors), True
    points = np.zeros((len(ids), 2), np.float32)
    points[placed] = [known[ids[position]] for position in placed]
    rest = np.setdiff1d(np.arange(len(ids)), placed)
    points[rest] = between(vectors[rest], vectors[placed], points[placed])
    return points, False


def read_points(session: Session) -> dict[str, tuple[float, float]]:
    """Return the stored points by project id."""
    rows = session.execute(select(Embedding.text_hash, Embedding.vector).where(Embedding.model == STORED)).all()
    if not rows:
        return {}
    points = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4").reshape(-1, 2)
    return {key: (float(x), float(y)) for (key, _), (x, y) in zip(rows, points, strict=True)}


def write_points(session: Session, ids: Sequence[str], points: Floats) -> None:
    """Replace all stored points."""
    session.execute(delete(Embedding).where(Embedding.model == STORED))
    rows = [
        {"model": STORED, "text_hash": key, "dimension": 2, "vector": point.astype("<f4").tobytes()}
        for key, point in zip(ids, points, strict=True)
    ]
    if rows:
        session.connection().execute(insert(Embedding), rows)


def layout_of(session: Session, projects: Projects, vectors: Floats, known: Mask) -> Layout:
    """Return the stored points, completed for new projects; by principal axes if none are stored.

    ``vectors`` and ``known`` are the projects' text vectors; a project without text has no point.
    """
    rows = [int(row) for row in np.flatnonzero(known)]
    ids = [projects.ids[row] for row in rows]
    stored = read_points(session)
    if sum(1 for each in ids if each in stored) * GROWTH < len(ids):
        points, method = principal(vectors[rows]), "PCA"
    else:
        points, method = completed(ids, vectors[rows], stored)[0], "T_SNE"
    return Layout({each: (float(x), float(y)) for each, (x, y) in zip(ids, points, strict=True)}, method)


def update(
    session: Session, projects: Projects, taxonomies: Taxonomies, vectors: TextVectors
) -> tuple[list[str], Floats] | None:
    """Return ids and points to store; ``None`` if every project with a text vector has its point."""
    values, known = text_features(projects, taxonomies, vectors)
    rows = [int(row) for row in np.flatnonzero(known)]
    ids = [projects.ids[row] for row in rows]
    stored = read_points(session)
    if len(ids) == len(stored) and all(each in stored for each in ids):
        return None
    return ids, completed(ids, values[rows], stored)[0]
