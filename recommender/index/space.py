"""One vector per project and one per aspect, whose inner product equals or approximates the fit.

Every block is a range of coordinates, so that a search finds the best by the *weighted* fit, and a changed
weight changes the query alone. Codes and memberships are materialised at a reduced scale, which leaves the
geometry to the dense blocks; beyond 64 columns they are projected onto the directions of subjects' queries. The exact
values of the candidates make up for the loss.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy import sparse

from recommender.features import DenseFeatures, Features, Floats
from recommender.fit.model import FitModel
from recommender.fit.query_vectors import Part, Queries
from recommender.fit.weighted import WeightedQueries

CATEGORICAL_SCALE = 0.4
"""Scale of written-out codes: at 1.0 they would dominate the clusters of the index and cost recall."""
PERMITTING_SHARE = np.float32(0.5)
"""What only permits a match counts less the better the match is (``recommender.fit.permitting``). In full it would
crowd out better candidates: recall@50 of 0.98 instead of 1.00 at 100,000 generated projects."""
MOST_COLUMNS = 64
MOST_SUBJECTS = 2000
ROWS_A_PART = 50_000


class IndexSpace:
    """The coordinates of a fitted model's blocks, side by side."""

    def __init__(self, model: FitModel, asked: Queries) -> None:
        self.model = model
        weighted = model.weighted(asked, model.weights)
        asked_in = (weighted.common, weighted.permitting, weighted.aspects)
        self.names = [
            block.name for block in model.blocks if block.shares is None and bool(block.features_.known.any())
        ]
        self.axes: dict[str, Floats | None] = {}
        self.widths: dict[str, int] = {}
        for name in self.names:
            features = model.features(name)
            self.axes[name] = (
                None
                if isinstance(features, DenseFeatures)
                else _axes(
                    features,
                    [spaces[name] for spaces in asked_in if name in spaces],
                )
            )
            axes = self.axes[name]
            width = features.size if axes is None else axes.shape[1]
            # A coordinate of its own says that a row is known: there the query carries the block's mean.
            self.widths[name] = width + (0 if bool(features.known.all()) else 1)
        self.shares = {name: _group_shares(model.features(name)) for name in self.names}
        # The last coordinate in use holds what the whole reference vocabulary takes off a project.
        # FAISS compares 8-bit vectors fast only where their length is a multiple of 16: the rest stays zero.
        self.dimension = -(-(sum(self.widths.values()) + 1) // 16) * 16

    def follow(self, model: FitModel) -> IndexSpace:
        """Return the same coordinates over another pool with the same fit."""
        other = copy.copy(self)
        other.model = model
        return other

    def parts(self) -> Iterator[tuple[int, Floats]]:
        """Yield first row numbers and vectors of shape (rows, dimension), in chunks."""
        for start in range(0, self.model.size, ROWS_A_PART):
            rows = np.arange(start, min(self.model.size, start + ROWS_A_PART))
            yield start, self.rows(rows)

    def rows(self, rows: np.ndarray) -> Floats:
        """Return vectors of single projects, shape (rows, dimension)."""
        vectors = np.zeros((len(rows), self.dimension), np.float32)
        start = 0
        for name in self.names:
            features, axes = self.model.features(name), self.axes[name]
            if isinstance(features, DenseFeatures):
                values = features.values[rows]
            else:
                assert axes is not None
                chosen = sparse.csr_matrix(features.matrix())[rows]
                values = np.asarray(chosen @ axes, dtype=np.float32) * np.float32(CATEGORICAL_SCALE)
            vectors[:, start : start + values.shape[1]] = values
            if self.widths[name] > values.shape[1]:
                vectors[:, start + values.shape[1]] = features.known[rows] * np.float32(CATEGORICAL_SCALE)
            start += self.widths[name]
        vectors[:, start] = -self.model.contrast_.overall(rows)
        return vectors

    def queries(self, asked: WeightedQueries, subject: int = 0) -> Floats:
        """Return one query per aspect of a subject, its common part included, shape (aspects, dimension).

        One query if it has no aspects.
        """
        common = self._written(asked.common, subject) + PERMITTING_SHARE * self._written(asked.permitting, subject)
        own = range(len(asked.log_shares))[asked.of(subject)]
        if not own:
            return common[None]
        vectors = common + np.array([self._written(asked.aspects, aspect) for aspect in own])
        vectors[:, sum(self.widths.values())] = asked.contrasts[subject]
        return np.asarray(vectors, dtype=np.float32)

    def _written(self, spaces: Mapping[str, Part], query: int) -> Floats:
        """Return one query's concatenated coefficients, shape (dimension,); groups are averaged by size."""
        vector = np.zeros(self.dimension, np.float32)
        start = 0
        for name in self.names:
            part = spaces.get(name)
            if part is not None:
                axes = self.axes[name]
                shares = self.shares[name]
                coefficients = shares @ part.coefficients[query]
                if axes is not None:
                    coefficients = (coefficients @ axes) / np.float32(CATEGORICAL_SCALE)
                vector[start : start + len(coefficients)] = coefficients
                if self.widths[name] > len(coefficients):
                    vector[start + len(coefficients)] = -(shares @ part.offsets[query]) / np.float32(CATEGORICAL_SCALE)
            start += self.widths[name]
        return vector


def _axes(features: Features, asked: Sequence[Part]) -> Floats:
    """Return columns of the identity; beyond 64, the directions in which subjects' queries differ most.

    A sample of queries spans the directions that queries use.
    """
    if features.size <= MOST_COLUMNS or not asked:
        return np.eye(features.size, dtype=np.float32)[:, :MOST_COLUMNS]
    every = np.concatenate([part.coefficients[:, 0] for part in asked])
    sample = every[:: max(1, len(every) // MOST_SUBJECTS)].astype(np.float64)
    _, directions = np.linalg.eigh(sample.T @ sample)
    return np.asarray(directions[:, ::-1][:, :MOST_COLUMNS], dtype=np.float32)


def _group_shares(features: Features) -> Floats:
    if features.groups == 1 or not isinstance(features, DenseFeatures):
        return np.ones(1, np.float32)
    counts = np.bincount(features.group_of, minlength=features.groups).astype(np.float32)
    return np.asarray(counts / max(1.0, float(counts.sum())), dtype=np.float32)
