"""The project side of a block, in one of three forms that share one arithmetic: dense, codes, memberships.

A query on features is an array of coefficients of shape (groups, size). The value of row ``i`` is
``x_i . c[g_i]``, where ``g_i`` is the row's group (its language, for text; otherwise there is one group), and
zero where the row is unknown. Codes stand for one-hot vectors, which are never written out: their product with
the coefficients is a table look-up.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.rows import mixed_arrays, mixed_rows

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


MOST_DEVIATIONS = 8.0
"""A row counts as at most so many deviations in one block, however rare its match: what one row in about 64 has is
as rare as the scale tells apart."""
EXTREME_ROWS = 4096
"""Up to so many rows all are looked at for the furthest; of more, for each code the row that has most of it, and
a sample."""


class Features(ABC):
    """``size`` coordinates for each of ``len(known)`` rows in ``groups`` groups."""

    size: int
    groups: int = 1
    known: Mask

    def __len__(self) -> int:
        return len(self.known)

    @abstractmethod
    def product(self, coefficients: Floats) -> Floats:
        """Values of all rows, shape (rows,), for coefficients of shape (groups, size)."""

    @abstractmethod
    def product_at(self, rows: Rows, coefficients: Floats) -> Doubles:
        """The same for single rows, in double precision and independent of the other rows asked for."""

    @abstractmethod
    def product_many(self, coefficients: Floats, rows: Rows | None = None) -> Floats:
        """Values of shape (queries, rows) for coefficients of shape (queries, groups, size)."""

    @abstractmethod
    def against_row(self, coefficients: Floats, row: int) -> Floats:
        """Values of one row for many queries, shape (queries,), for coefficients (queries, groups, size)."""

    @abstractmethod
    def product_of_pairs(self, coefficients: Floats, rows: Rows) -> Floats:
        """Each row's product with its own coefficients, shape (rows,), for coefficients of shape (rows, size)."""

    def group(self, row: int) -> int:
        """The group of a row."""
        return 0

    def offsets_at(self, offsets: Floats, rows: Rows | None = None) -> Floats:
        """Offsets by group, shape (queries, groups), as offsets by row; broadcast over rows where all are alike."""
        return offsets

    @abstractmethod
    def weighted_sums(self, weights: sparse.csr_matrix) -> Floats:
        """``weights`` (queries x rows) times the rows, shape (queries, size), whatever their groups."""

    @abstractmethod
    def moments(self, coefficients: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the values over the known rows of each group, both (queries, groups).

        From the features' own mean and covariance: no scan. A group without spread has deviation 0.
        """

    @abstractmethod
    def least_deviation(self, coefficients: Floats) -> Floats:
        """The least deviation that values are divided by, shape (queries, groups), whatever their own.

        So that no known row comes out further than about ``MOST_DEVIATIONS`` from the mean: where few rows have
        what a query asks for, their own deviation is tiny, and a match would outweigh everything else.
        """

    @abstractmethod
    def matrix(self) -> sparse.csr_matrix | Floats:
        """The rows written out, shape (rows, size), dense or sparse."""

    @abstractmethod
    def settle(self) -> None:
        """Take the mean and covariance of the rows that are here now; they stay those of later ``merged`` ones."""

    @abstractmethod
    def merged(self, source: Rows, fresh: Features) -> Features:
        """Other rows at this one's mean and covariance: row ``i`` is the row ``source[i]`` of this one, or, where
        that is negative, the next row of ``fresh``.
        """

    @abstractmethod
    def at(self, rows: Rows) -> Features:
        """Single rows, at this one's mean and covariance."""


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
            spread = coefficients[:, group] @ covariances[group]
            variance[:, group] = np.einsum("qd,qd->q", spread, coefficients[:, group])
        return mean.astype(np.float32), np.sqrt(np.maximum(variance, 0)).astype(np.float32)

    def least_deviation(self, coefficients: Floats) -> Floats:
        """Here that of a random direction: in ``size`` dimensions the longest row's length over their root."""
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
        other._moments, other._longest = self._moments, self._longest
        return other

    def _fitted_longest(self) -> float:
        if self._longest is None:
            squares = np.einsum("ij,ij->i", self.values, self.values)
            self._longest = float(np.sqrt(squares.max(initial=0.0)))
        return self._longest

    def _fitted_moments(self) -> tuple[Floats, Floats]:
        """Means (groups, size) and covariances (groups, size, size); small groups lean on the whole."""
        if self._moments is None:
            all_rows = self.values[self.known]
            whole = _covariance(all_rows)
            means = np.zeros((self.groups, self.size), np.float32)
            covariances = np.empty((self.groups, self.size, self.size), np.float32)
            for group in range(self.groups):
                rows = self.values[self.known & (self.group_of == group)] if self.groups > 1 else all_rows
                share = len(rows) / (len(rows) + _SMALL_GROUP) if self.groups > 1 else 1.0
                covariances[group] = share * _covariance(rows) + (1 - share) * whole
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


class CodeFeatures(Features):
    """One code from 0 to ``size`` - 1 for each row; -1 is unknown."""

    def __init__(self, codes: npt.NDArray[np.int32], size: int) -> None:
        self.codes = np.asarray(codes, dtype=np.int32)
        self.size = size
        self.known = np.asarray(self.codes >= 0)
        counts = np.bincount(self.codes[self.known], minlength=size).astype(np.float64)
        self.shares = counts / max(1.0, counts.sum())

    def settle(self) -> None:
        """The shares are taken at once."""

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
        """The coefficients with a zero behind, where code -1 points."""
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
        """The mean (size,) and the second moment (size, size), which few pairs of columns have a share in."""
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
        """Known rows among which the furthest is, or one as good as it: all, or those that lead in a code."""
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
