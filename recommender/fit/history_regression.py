"""History regression: ridge regression towards the prior, with one Gram matrix for all subjects.

With ``w = argmin sum_i (y_i - x_i . w)^2 + penalty * |w - w_prior|^2`` and ``d = w - w_prior``,
``d = (X'X + penalty I)^-1 X' (y - X w_prior)``. For a project without an act, the target equals the prior,
so the residual is zero; an act puts the target one strength above (for a pass, below) the prior. Hence the matrix
is the same for all subjects, a new act changes one right-hand side, and without history ``d`` is exactly zero.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import linalg, sparse

from recommender.features import MOST_DEVIATIONS, Doubles, Features, Floats

PENALTY_SHARE = 0.06
"""The penalty as a share of the number of projects: 740 for 12,000. Chosen on an inner time split (docs/quality.md)."""
LEAST_PENALTY = 20.0


class HistoryLearner:
    """Fitted on the learnable coordinates of all blocks, each centred over its known rows."""

    def __init__(self, parts: Mapping[str, Features], penalty_share: float = PENALTY_SHARE) -> None:
        self.parts = dict(parts)
        self.penalty_share = penalty_share

    def fit(self) -> HistoryLearner:
        """Compute the means and the Gram matrix. The factorisation is done when first needed."""
        self.slices_: dict[str, slice] = {}
        self.means_: dict[str, Doubles] = {}
        start = 0
        for name, features in self.parts.items():
            self.slices_[name] = slice(start, start + features.size)
            start += features.size
            known = features.known
            ones = sparse.csr_matrix(known.astype(np.float32)[None])
            self.means_[name] = features.weighted_sums(ones)[0].astype(np.float64) / max(1, int(known.sum()))
        self.dimension_ = start
        self.rows_ = max((len(features) for features in self.parts.values()), default=0)
        self.penalty_ = max(LEAST_PENALTY, self.penalty_share * self.rows_)
        self._solved: tuple[Floats, Floats] | None = None
        """The Gram matrix and its penalised inverse: set at once, so that no thread finds one without the other."""
        return self

    def settle(self) -> None:
        """Compute the Gram matrix and its inverse ahead of the first subject with a history."""
        if self.parts and self.dimension_:
            self._fitted()

    def follow(self, parts: Mapping[str, Features]) -> HistoryLearner:
        """Return a learner with these means and this Gram matrix over other rows of the same coordinates."""
        self.settle()
        other = copy.copy(self)
        other.parts = dict(parts)
        return other

    def learn(self, acts: sparse.csr_matrix) -> tuple[dict[str, Floats], Floats, dict[str, Floats]]:
        """Return displacements ``d`` by block, each (subjects, size); the deviation of ``x . d`` over all projects; and
        each block's share of the variance, as if blocks were independent, each (subjects,).

        ``acts`` has shape (subjects, projects) and holds strengths, negative for a pass. The deviation is at least
        ``1 / MOST_DEVIATIONS`` of the furthest ``x . d`` among the subject's own acts, which bounds the
        effect of a single act on something rare.
        """
        if not self.parts or acts.nnz == 0:
            empty = {name: np.zeros((acts.shape[0], part.size), np.float32) for name, part in self.parts.items()}
            nothing = np.zeros(acts.shape[0], np.float32)
            return empty, nothing, dict.fromkeys(self.parts, nothing)
        gram, inverse = self._fitted()
        right = np.empty((acts.shape[0], self.dimension_), np.float32)
        for name, features in self.parts.items():
            totals = acts @ features.known.astype(np.float32)
            right[:, self.slices_[name]] = features.weighted_sums(acts) - np.outer(totals, self.means_[name])
        displacement = np.asarray(right @ inverse, dtype=np.float32)
        variance = np.einsum("sd,sd->s", displacement @ gram, displacement) / max(1, self.rows_)
        by_block = {name: displacement[:, own] for name, own in self.slices_.items()}
        spread = np.sqrt(np.maximum(variance, 0))
        spread = np.maximum(spread, self._furthest(acts, by_block) / MOST_DEVIATIONS)
        parts = {
            name: np.maximum(np.einsum("sd,sd->s", by_block[name] @ gram[own, own], by_block[name]), 0)
            for name, own in self.slices_.items()
        }
        total = np.maximum(np.sum(list(parts.values()), axis=0), 1e-12)
        shares = {name: (part / total).astype(np.float32) for name, part in parts.items()}
        return by_block, spread.astype(np.float32), shares

    def _furthest(self, acts: sparse.csr_matrix, displacements: Mapping[str, Floats]) -> Floats:
        """Return the largest ``|x . d|`` among each subject's own acts, shape (subjects,)."""
        pairs = acts.tocoo()
        values = np.zeros(pairs.nnz, np.float32)
        for name, features in self.parts.items():
            offsets = displacements[name] @ self.means_[name].astype(np.float32)
            for start in range(0, pairs.nnz, 8192):
                part = slice(start, start + 8192)
                rows, subjects = pairs.col[part], pairs.row[part]
                product = features.product_of_pairs(displacements[name][subjects], rows)
                values[part] += np.where(features.known[rows], product - offsets[subjects], 0)
        furthest = np.zeros(acts.shape[0], np.float32)
        np.maximum.at(furthest, pairs.row, np.abs(values))
        return furthest

    def _fitted(self) -> tuple[Floats, Floats]:
        solved = self._solved
        if solved is None:
            gram = self._gram_matrix()
            penalised = gram.copy()
            penalised[np.diag_indices_from(penalised)] += self.penalty_
            factor = linalg.cho_factor(penalised, lower=True, overwrite_a=True, check_finite=False)
            identity = np.eye(self.dimension_, dtype=np.float32)
            inverse = np.asarray(linalg.cho_solve(factor, identity, overwrite_b=True), dtype=np.float32)
            solved = self._solved = gram, inverse
        return solved

    def _gram_matrix(self) -> Floats:
        """Return products of all centred coordinates over the rows where both blocks are known."""
        gram = np.empty((self.dimension_, self.dimension_), np.float32)
        names = list(self.parts)
        for position, left in enumerate(names):
            for right in names[position:]:
                block = self._product(left, right)
                gram[self.slices_[left], self.slices_[right]] = block
                gram[self.slices_[right], self.slices_[left]] = block.T
        return gram

    def _product(self, left: str, right: str) -> Doubles:
        first, second = self.parts[left], self.parts[right]
        product: Any = first.matrix().T @ second.matrix()
        dense = np.asarray(product.toarray() if sparse.issparse(product) else product, dtype=np.float64)
        first_sum = np.asarray(first.matrix().T @ second.known.astype(np.float32), dtype=np.float64)
        second_sum = np.asarray(second.matrix().T @ first.known.astype(np.float32), dtype=np.float64)
        both = float((first.known & second.known).sum())
        means = self.means_[left], self.means_[right]
        return np.asarray(
            dense - np.outer(means[0], second_sum) - np.outer(first_sum, means[1]) + both * np.outer(*means)
        )
