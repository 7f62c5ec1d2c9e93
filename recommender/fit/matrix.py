"""All fits of many subjects with many projects, in few large matrix products.

Dense blocks and narrow categorical ones are concatenated into one matrix and need one product; only wide codes are
looked up for each pair.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from recommender.features import DenseFeatures, Features, Floats, Rows
from recommender.fit.model import FitModel
from recommender.fit.query_vectors import Part
from recommender.fit.scoring import Scale
from recommender.fit.weighted import WeightedQueries

MOST_COLUMNS = 64
ROWS_A_PART = 1024
"""So many projects at a time: the part's scores stay in the processor's cache while they are finished."""
MOST_BYTES = 256 * 2**20
"""Up to this size the matrix of projects is written out at once; beyond it, a part at a time for each question."""


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
        small = model.size * self.dimension * 4 <= MOST_BYTES
        self._whole = self._written_out(np.arange(model.size)) if small else None

    def rows(self, start: int, end: int) -> Floats:
        """Return coordinates of consecutive projects, each space followed by a one where the project is known in it."""
        if self._whole is not None:
            return self._whole[start:end]
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

    def queries(self, spaces: Mapping[str, Part], count: int) -> Floats:
        """Return coefficients of ``count`` queries, shape (queries, dimension)."""
        result = np.zeros((count, self.dimension), np.float32)
        at = 0
        for name in self.names:
            size = self.model.features(name).size
            part = spaces.get(name)
            if part is not None:
                result[:, at : at + size] = part.coefficients[:, 0]
                result[:, at + size] = -part.offsets[:, 0]
            at += size + 1
        return result


def scores_of(model: FitModel, wide: WideMatrix, asked: WeightedQueries, scale: Scale) -> Floats:
    """Return scores of every subject for every project, shape (subjects, projects)."""
    count = len(asked.log_shares)
    kinds = [(asked.common, asked.size), (asked.permitting, asked.size if asked.permitting else 0),
             (asked.aspects, count)]  # fmt: skip
    coefficients = np.concatenate([wide.queries(spaces, queries) for spaces, queries in kinds])
    ends = np.cumsum([queries for _, queries in kinds])
    others = [
        (end - queries, end, {name: part for name, part in spaces.items() if name not in wide.names})
        for (spaces, queries), end in zip(kinds, ends.tolist(), strict=True)
    ]
    result = np.empty((asked.size, model.size), np.float32)
    for start in range(0, model.size, ROWS_A_PART):
        end = min(model.size, start + ROWS_A_PART)
        rows = np.arange(start, end)
        values = coefficients @ wide.rows(start, end).T
        for first, last, spaces in others:
            for name, part in spaces.items():
                features = model.features(name)
                product = features.product_many(part.coefficients, rows) - features.offsets_at(part.offsets, rows)
                values[first:last] += product * features.known[rows]
        common, permitted, aspects = np.split(values, ends[:-1])
        fits = model.joined(asked, common, permitted, aspects, rows)
        result[:, start:end] = scale.in_place(fits, asked.log_totals)
    return result


def _is_wide(features: Features) -> bool:
    if isinstance(features, DenseFeatures):
        return features.groups == 1
    return features.size <= MOST_COLUMNS
