"""Features with several weighted codes per row."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recommender.features.base import EXTREME_ROWS, MOST_DEVIATIONS, Doubles, Features, Floats, Rows
from recommender.pool.rows import mixed_rows


class MembershipFeatures(Features):
    """Several weighted memberships for each row, as a sparse matrix. A row without any is unknown."""

    def __init__(self, memberships: sparse.csr_matrix) -> None:
        self.memberships = sparse.csr_matrix(memberships, dtype=np.float32)
        self.memberships.sort_indices()
        self.size = self.memberships.shape[1]
        self.known = np.diff(self.memberships.indptr) > 0
        self._moments: tuple[Doubles, sparse.csr_matrix] | None = None
        self._extremes: sparse.csr_matrix | None = None

    def settle(self) -> None:
        self._fitted_moments()
        self._fitted_extremes()

    def merged(self, source: Rows, fresh: Features) -> MembershipFeatures:
        assert isinstance(fresh, MembershipFeatures)
        return self._with(mixed_rows(source, self.memberships, fresh.memberships))

    def at(self, rows: Rows) -> MembershipFeatures:
        return self._with(self.memberships[rows])

    def _with(self, memberships: sparse.csr_matrix) -> MembershipFeatures:
        self.settle()
        other = MembershipFeatures(memberships)
        other._moments, other._extremes = self._moments, self._extremes
        return other

    def product(self, coefficients: Floats) -> Floats:
        return np.asarray(self.memberships @ coefficients[0], dtype=np.float32)

    def product_at(self, rows: Rows, coefficients: Floats) -> Doubles:
        starts, ends = self.memberships.indptr[rows], self.memberships.indptr[rows + 1]
        counts = ends - starts
        total = int(counts.sum())
        line = np.repeat(np.arange(len(rows)), counts)
        at = np.arange(total) + np.repeat(starts - np.cumsum(counts) + counts, counts)
        terms = self.memberships.data[at] * coefficients[0].astype(np.float64)[self.memberships.indices[at]]
        return np.asarray(
            np.bincount(line, terms, len(rows)), dtype=np.float64
        )  # adds up one after the other: a row alone gives the same

    def product_many(self, coefficients: Floats, rows: Rows | None = None) -> Floats:
        memberships = self.memberships if rows is None else self.memberships[rows]
        return np.asarray((memberships @ coefficients[:, 0].T).T, dtype=np.float32)

    def against_row(self, coefficients: Floats, row: int) -> Floats:
        start, end = self.memberships.indptr[row : row + 2]
        codes = self.memberships.indices[start:end]
        return np.asarray(coefficients[:, 0, codes] @ self.memberships.data[start:end], dtype=np.float32)

    def product_of_pairs(self, coefficients: Floats, rows: Rows) -> Floats:
        products = self.memberships[rows].multiply(coefficients).sum(axis=1)
        return np.asarray(products, dtype=np.float32).ravel()

    def weighted_sums(self, weights: sparse.csr_matrix) -> Floats:
        return np.asarray((weights @ self.memberships).toarray(), dtype=np.float32)

    def moments(self, coefficients: Floats) -> tuple[Floats, Floats]:
        mean, second = self._fitted_moments()
        flat = coefficients[:, 0].astype(np.float64)
        means = flat @ mean
        variance = np.einsum("qd,qd->q", (second @ flat.T).T, flat) - means**2
        deviation = np.sqrt(np.maximum(variance, 0))
        return means[:, None].astype(np.float32), deviation[:, None].astype(np.float32)

    def _fitted_moments(self) -> tuple[Doubles, sparse.csr_matrix]:
        """Return the mean (size,) and the second moment (size, size), which is sparse."""
        if self._moments is None:
            rows = self.memberships.astype(np.float64)
            count = max(1, int(self.known.sum()))
            mean = np.asarray(rows.sum(axis=0), dtype=np.float64).ravel() / count
            self._moments = mean, sparse.csr_matrix(rows.T @ rows) / count
        return self._moments

    def least_deviation(self, coefficients: Floats) -> Floats:
        extremes = self._fitted_extremes()
        if not extremes.shape[0]:
            return np.zeros(coefficients.shape[:2], np.float32)
        flat = coefficients[:, 0]
        mean, _ = self.moments(coefficients)
        furthest = np.zeros(len(flat), np.float32)
        for start in range(0, len(flat), 512):  # subjects a part at a time: their values take memory
            values = extremes @ flat[start : start + 512].T
            furthest[start : start + 512] = np.abs(values - mean[start : start + 512, 0]).max(axis=0)
        return np.asarray(furthest[:, None] / MOST_DEVIATIONS, dtype=np.float32)

    def _fitted_extremes(self) -> sparse.csr_matrix:
        if self._extremes is None:
            self._extremes = sparse.csr_matrix(self.memberships[self._extreme_rows()])
        return self._extremes

    def _extreme_rows(self) -> Rows:
        """Return known rows that include the furthest one or its equal: all, or those that lead in a code."""
        known = np.flatnonzero(self.known)
        if len(known) <= EXTREME_ROWS:
            return known
        columns = self.memberships.tocsc()
        leaders = [
            int(columns.indices[start + int(np.argmax(columns.data[start:end]))])
            for start, end in zip(columns.indptr[:-1], columns.indptr[1:], strict=True)
            if end > start
        ]
        spread = known[np.linspace(0, len(known) - 1, EXTREME_ROWS // 4).astype(np.intp)]
        return np.union1d(spread, np.array(leaders, np.intp))

    def matrix(self) -> sparse.csr_matrix:
        return self.memberships
