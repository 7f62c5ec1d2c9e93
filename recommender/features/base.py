"""The interface shared by all forms of features."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt
from scipy import sparse

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
        """Return values of single rows, in double precision and independent of the other rows."""

    @abstractmethod
    def product_many(self, coefficients: Floats, rows: Rows | None = None) -> Floats:
        """Values of shape (queries, rows) for coefficients of shape (queries, groups, size)."""

    def product_by_row(self, coefficients: Floats, rows: Rows) -> Floats:
        """Return values as ``product_many``, each row's independent of the other rows, to the last bit."""
        return self.product_many(coefficients, rows)

    @abstractmethod
    def against_row(self, coefficients: Floats, row: int) -> Floats:
        """Values of one row for many queries, shape (queries,), for coefficients (queries, groups, size)."""

    @abstractmethod
    def product_of_pairs(self, coefficients: Floats, rows: Rows) -> Floats:
        """Return each row's product with the coefficients of the same row, (rows, size); shape (rows,)."""

    def group(self, row: int) -> int:
        """Return the group of a row."""
        return 0

    def offsets_at(self, offsets: Floats, rows: Rows | None = None) -> Floats:
        """Expand offsets by group, shape (queries, groups), to rows; broadcast if all groups are alike."""
        return offsets

    @abstractmethod
    def weighted_sums(self, weights: sparse.csr_matrix) -> Floats:
        """Return ``weights`` (queries x rows) times the rows, shape (queries, size), whatever their groups."""

    @abstractmethod
    def moments(self, coefficients: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the values over the known rows of each group, both (queries, groups).

        From the features' own mean and covariance: no scan. A group without spread has deviation 0.
        """

    @abstractmethod
    def least_deviation(self, coefficients: Floats) -> Floats:
        """Return the lower bound for the deviation that values are divided by, shape (queries, groups).

        It keeps every known row within about ``MOST_DEVIATIONS`` of the mean: if few rows have what a query asks for,
        the deviation is tiny, and a match would outweigh everything else.
        """

    @abstractmethod
    def matrix(self) -> sparse.csr_matrix | Floats:
        """Return the rows written out, shape (rows, size), dense or sparse."""

    @abstractmethod
    def settle(self) -> None:
        """Compute the mean and covariance of the current rows; ``merged`` features keep them."""

    @abstractmethod
    def merged(self, source: Rows, fresh: Features) -> Features:
        """Return other rows with this mean and covariance: row ``i`` is row ``source[i]`` of these, or, where that is
        negative, the next row of ``fresh``.
        """

    @abstractmethod
    def at(self, rows: Rows) -> Features:
        """Return single rows, with this mean and covariance."""
