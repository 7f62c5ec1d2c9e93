"""Features that are vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.features.base import MOST_DEVIATIONS, Doubles, Features, Floats, Mask, Rows
from recommender.pool.rows import mixed_arrays, product_by_row


class DenseFeatures(Features):
    """Vectors of ``size`` coordinates. A row of zeros that is not ``known`` is unknown."""

    def __init__(
        self, values: Floats, known: Mask | None = None, group_of: npt.NDArray[np.int16] | None = None, groups: int = 1
    ) -> None:
        self.values = np.ascontiguousarray(values, dtype=np.float32)
        self.size = values.shape[1]
        self.known = known if known is not None else np.asarray(np.any(values != 0, axis=1))
        self.groups = groups
        self.group_of = group_of if group_of is not None else np.zeros(len(values), np.int16)
        self.group_shares = np.bincount(self.group_of[self.known], minlength=groups) / max(1, int(self.known.sum()))
        """Share of each group among the known rows, shape (groups,)."""
        self._moments: tuple[Floats, Floats] | None = None
        self._longest: float | None = None

    def product(self, coefficients: Floats) -> Floats:
        if self.groups == 1:
            return np.asarray(self.values @ coefficients[0], dtype=np.float32)
        columns = self.values @ coefficients.T
        return np.asarray(columns[np.arange(len(columns)), self.group_of], dtype=np.float32)

    def product_at(self, rows: Rows, coefficients: Floats) -> Doubles:
        chosen = coefficients[self.group_of[rows]].astype(np.float64)
        return np.asarray(np.einsum("ij,ij->i", self.values[rows].astype(np.float64), chosen))

    def product_many(self, coefficients: Floats, rows: Rows | None = None) -> Floats:
        values = self.values if rows is None else self.values[rows]
        if self.groups == 1:
            return np.asarray(coefficients[:, 0] @ values.T, dtype=np.float32)
        group_of = self.group_of if rows is None else self.group_of[rows]
        result = np.zeros((len(coefficients), len(values)), np.float32)
        for group in range(self.groups):
            chosen = np.flatnonzero(group_of == group)
            if len(chosen):
                result[:, chosen] = coefficients[:, group] @ values[chosen].T
        return result

    def product_by_row(self, coefficients: Floats, rows: Rows) -> Floats:
        result = np.zeros((len(coefficients), len(rows)), np.float32)
        group_of = self.group_of[rows]
        for group in range(self.groups):
            chosen = np.flatnonzero(group_of == group)
            result[:, chosen] = product_by_row(self.values[rows[chosen]], coefficients[:, group].T).T
        return result

    def against_row(self, coefficients: Floats, row: int) -> Floats:
        return np.asarray(coefficients[:, self.group(row)] @ self.values[row], dtype=np.float32)

    def product_of_pairs(self, coefficients: Floats, rows: Rows) -> Floats:
        return np.asarray(np.einsum("ij,ij->i", self.values[rows], coefficients), dtype=np.float32)

    def group(self, row: int) -> int:
        return int(self.group_of[row])

    def offsets_at(self, offsets: Floats, rows: Rows | None = None) -> Floats:
        if self.groups == 1:
            return offsets
        return offsets[:, self.group_of if rows is None else self.group_of[rows]]

    def weighted_sums(self, weights: sparse.csr_matrix) -> Floats:
        return np.asarray(weights @ self.values, dtype=np.float32)

    def moments(self, coefficients: Floats) -> tuple[Floats, Floats]:
        means, covariances = self._fitted_moments()
        mean = np.einsum("qgd,gd->qg", coefficients, means)
        variance = np.empty_like(mean)
        for group in range(self.groups):
            # one by one, so that nothing depends on who else is asked for
            spread = np.array([each @ covariances[group] for each in coefficients[:, group]]).reshape(-1, self.size)
            variance[:, group] = np.einsum("qd,qd->q", spread, coefficients[:, group])
        return mean.astype(np.float32), np.sqrt(np.maximum(variance, 0)).astype(np.float32)

    def least_deviation(self, coefficients: Floats) -> Floats:
        """Return the deviation in a random direction: the longest row's length over the root of ``size``."""
        lengths = np.linalg.norm(coefficients, axis=2) * np.float32(self._fitted_longest())
        return np.asarray(lengths / max(MOST_DEVIATIONS, float(np.sqrt(self.size))), dtype=np.float32)

    def settle(self) -> None:
        self._fitted_moments()
        self._fitted_longest()

    def merged(self, source: Rows, fresh: Features) -> DenseFeatures:
        assert isinstance(fresh, DenseFeatures)
        return self._with(
            *(mixed_arrays(source, own, new) for own, new in zip(self._columns(), fresh._columns(), strict=True))
        )

    def at(self, rows: Rows) -> DenseFeatures:
        return self._with(*(column[rows] for column in self._columns()))

    def _columns(self) -> tuple[Any, Any, Any]:
        return self.values, self.known, self.group_of

    def _with(self, values: Floats, known: Mask, group_of: npt.NDArray[np.int16]) -> DenseFeatures:
        self.settle()
        other = DenseFeatures(values, known, group_of, self.groups)
        other._moments, other._longest, other.group_shares = self._moments, self._longest, self.group_shares
        return other

    def _fitted_longest(self) -> float:
        if self._longest is None:
            squares = np.einsum("ij,ij->i", self.values, self.values)
            self._longest = float(np.sqrt(squares.max(initial=0.0)))
        return self._longest

    def _fitted_moments(self) -> tuple[Floats, Floats]:
        """Return means (groups, size) and covariances (groups, size, size); small groups are shrunk to the whole."""
        if self._moments is None:
            all_rows = self.values[self.known]
            overall = _covariance(all_rows)
            means = np.zeros((self.groups, self.size), np.float32)
            covariances = np.empty((self.groups, self.size, self.size), np.float32)
            for group in range(self.groups):
                rows = self.values[self.known & (self.group_of == group)] if self.groups > 1 else all_rows
                share = len(rows) / (len(rows) + _SMALL_GROUP) if self.groups > 1 else 1.0
                covariances[group] = share * _covariance(rows) + (1 - share) * overall
                if len(rows):
                    means[group] = rows.mean(axis=0)
            self._moments = means, covariances
        return self._moments

    def matrix(self) -> Floats:
        return self.values


_SMALL_GROUP = 30
"""Rows at which a group's own covariance counts as much as that of all groups."""


def _covariance(rows: Floats) -> Floats:
    if len(rows) < 2:
        return np.zeros((rows.shape[1], rows.shape[1]), np.float32)
    mean = rows.mean(axis=0)
    return np.asarray(rows.T @ rows / len(rows) - np.outer(mean, mean), dtype=np.float32)
