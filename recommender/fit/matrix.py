"""All fits of many subjects with many projects, in as few and as large matrix products as there can be.

Dense blocks and categorical ones of few columns stand side by side in one matrix, so that one product serves
them all; only codes of many columns are looked up for each pair.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recommender.features import DenseFeatures, Features, Floats, Rows
from recommender.fit.model import FitModel
from recommender.fit.query_vectors import Queries
from recommender.fit.scoring import Scale
from recommender.fit.weights import Weights

MOST_COLUMNS = 64
ROWS_A_PART = 4096
"""So many projects at a time: the part's scores stay in the processor's cache while they are finished."""
KEPT_BYTES = 256 * 2**20
"""Up to this size the matrix of projects is kept for the next question."""


class WideMatrix:
    """The projects' coordinates side by side, for the spaces in ``names``."""

    def __init__(self, model: FitModel) -> None:
        self.model = model
        self.names = [
            block.name
            for block in model.blocks
            if block.shares is None and block.features_.known.any() and _is_wide(block.features_)
        ]
        self.dimension = sum(model.features(name).size + 1 for name in self.names)
        self._kept: Floats | None = None

    def rows(self, start: int, end: int) -> Floats:
        """Coordinates of consecutive projects, each space followed by a one where the project is known in it."""
        if self._kept is not None:
            return self._kept[start:end]
        if self.model.size * self.dimension * 4 <= KEPT_BYTES:
            self._kept = self._written_out(np.arange(self.model.size))
            return self._kept[start:end]
        return self._written_out(np.arange(start, end))

    def _written_out(self, rows: Rows) -> Floats:
        values = np.zeros((len(rows), self.dimension), np.float32)
        at = 0
        for name in self.names:
            features = self.model.features(name)
            part = values[:, at : at + features.size]
            if isinstance(features, DenseFeatures):
                part[:] = features.values[rows]
            else:
                part[:] = sparse.csr_matrix(features.matrix())[rows].toarray()
            values[:, at + features.size] = features.known[rows]
            at += features.size + 1
        return values

    def queries(self, queries: Queries, weights: Weights, scale: Floats) -> Floats:
        """Coefficients of shape (subjects, dimension), each row times its subject's ``scale``."""
        combined = self.model.combined(queries, weights)
        result = np.zeros((len(queries), self.dimension), np.float32)
        at = 0
        for name in self.names:
            size = self.model.features(name).size
            part = combined.get(name)
            if part is not None:
                result[:, at : at + size] = part.coefficients[:, 0]
                result[:, at + size] = -part.offsets[:, 0]
            at += size + 1
        result *= scale[:, None]
        return result


def scores_of(
    model: FitModel, wide: WideMatrix, queries: Queries, weights: Weights, deviations: Floats, scale: Scale
) -> Floats:
    """Scores of every subject for every project, shape (subjects, projects)."""
    inverse = np.divide(1.0, deviations, out=np.zeros_like(deviations), where=deviations > 1e-9)
    coefficients = wide.queries(queries, weights, inverse)
    others = {name: part for name, part in model.combined(queries, weights).items() if name not in wide.names}
    result = np.empty((len(queries), model.size), np.float32)
    for start in range(0, model.size, ROWS_A_PART):
        end = min(model.size, start + ROWS_A_PART)
        fits = coefficients @ wide.rows(start, end).T
        rows = np.arange(start, end)
        for name, part in others.items():
            features = model.features(name)
            values = features.product_many(part.coefficients, rows) - features.offsets_at(part.offsets, rows)
            fits += values * features.known[rows] * inverse[:, None]
        result[:, start:end] = scale.in_place(fits)
    return result


def _is_wide(features: Features) -> bool:
    if isinstance(features, DenseFeatures):
        return features.groups == 1
    return features.size <= MOST_COLUMNS
