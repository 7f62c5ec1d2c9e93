"""Features with one code per row: one-hot vectors that are never materialised."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.features.base import MOST_DEVIATIONS, Doubles, Features, Floats, Rows
from recommender.pool.rows import mixed_arrays


class CodeFeatures(Features):
    """One code from 0 to ``size`` - 1 for each row; -1 is unknown."""

    def __init__(self, codes: npt.NDArray[np.int32], size: int) -> None:
        self.codes = np.asarray(codes, dtype=np.int32)
        self.size = size
        self.known = np.asarray(self.codes >= 0)
        counts = np.bincount(self.codes[self.known], minlength=size).astype(np.float64)
        self.shares = counts / max(1.0, counts.sum())

    def settle(self) -> None:
        """Compute the shares of the codes."""

    def merged(self, source: Rows, fresh: Features) -> CodeFeatures:
        assert isinstance(fresh, CodeFeatures)
        return self._with(mixed_arrays(source, self.codes, fresh.codes))

    def at(self, rows: Rows) -> CodeFeatures:
        return self._with(self.codes[rows])

    def _with(self, codes: npt.NDArray[np.int32]) -> CodeFeatures:
        other = CodeFeatures(codes, self.size)
        other.shares = self.shares
        return other

    def _table(self, coefficients: Floats) -> Floats:
        """Return the coefficients with a zero appended, for code -1."""
        return np.append(coefficients, np.zeros((*coefficients.shape[:-1], 1), np.float32), axis=-1)

    def product(self, coefficients: Floats) -> Floats:
        return np.asarray(self._table(coefficients)[0][self.codes], dtype=np.float32)

    def product_at(self, rows: Rows, coefficients: Floats) -> Doubles:
        return np.asarray(self._table(coefficients)[0][self.codes[rows]], dtype=np.float64)

    def product_many(self, coefficients: Floats, rows: Rows | None = None) -> Floats:
        codes = self.codes if rows is None else self.codes[rows]
        return np.asarray(self._table(coefficients)[:, 0][:, codes], dtype=np.float32)

    def against_row(self, coefficients: Floats, row: int) -> Floats:
        code = int(self.codes[row])
        return coefficients[:, 0, code] if code >= 0 else np.zeros(len(coefficients), np.float32)

    def product_of_pairs(self, coefficients: Floats, rows: Rows) -> Floats:
        return np.asarray(self._table(coefficients)[np.arange(len(rows)), self.codes[rows]], dtype=np.float32)

    def weighted_sums(self, weights: sparse.csr_matrix) -> Floats:
        return np.asarray((weights @ self.matrix()).toarray(), dtype=np.float32)

    def moments(self, coefficients: Floats) -> tuple[Floats, Floats]:
        mean = coefficients @ self.shares
        variance = (coefficients.astype(np.float64) ** 2) @ self.shares - mean**2
        return mean.astype(np.float32), np.sqrt(np.maximum(variance, 0)).astype(np.float32)

    def least_deviation(self, coefficients: Floats) -> Floats:
        present = self.shares > 0
        if not present.any():
            return np.zeros(coefficients.shape[:2], np.float32)
        centred = coefficients - (coefficients @ self.shares)[..., None]
        return np.asarray(np.abs(centred[..., present]).max(axis=-1) / MOST_DEVIATIONS, dtype=np.float32)

    def matrix(self) -> sparse.csr_matrix:
        rows = np.flatnonzero(self.known)
        return sparse.csr_matrix(
            (np.ones(len(rows), np.float32), (rows, self.codes[rows])), shape=(len(self.codes), self.size)
        )
