"""Exact parts of single fits in double precision, by block, aspect and contrast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.features import Doubles, Features, Rows
from recommender.fit.query_vectors import Part
from recommender.fit.smooth_maximum import remainder, softmax_shares


@dataclass(frozen=True)
class FitParts:
    """The parts of one subject's fits with some projects. The columns of ``matrix`` add up to the fits."""

    declared: Doubles
    """The part by statements, shape (rows, blocks); of a topical block the aspects' values by their shares."""
    history: Doubles
    """The part by history, shape (rows, blocks)."""
    contrast: Doubles
    """The deduction for matching everything, shape (rows,)."""
    remainder: Doubles
    """What no aspect makes alone, shape (rows,): at most 0."""
    values: Doubles
    """Each aspect's own fit, shape (rows, aspects)."""
    shares: Doubles
    """Each aspect's share of the smooth maximum, shape (rows, aspects), adding up to 1."""
    by_aspect: Doubles
    """Each aspect's value by block, shape (rows, aspects, blocks)."""

    @property
    def matrix(self) -> Doubles:
        """All parts side by side, shape (rows, 2 * blocks + 2): declared, history, contrast, remainder."""
        return np.concatenate([self.declared, self.history, self.contrast[:, None], self.remainder[:, None]], axis=1)

    @property
    def fits(self) -> Doubles:
        """The fits, shape (rows,)."""
        return np.asarray(self.matrix.sum(axis=1))

    def plus(self, others: FitParts) -> FitParts:
        """Append further rows."""
        return FitParts(
            *(np.concatenate([getattr(self, name), getattr(others, name)]) for name in self.__dataclass_fields__)
        )

    def of(self, rows: Rows | slice) -> FitParts:
        """Return the parts of single rows, by position."""
        return FitParts(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def values_at(features: Features, part: Part, rows: Rows, query: int = 0) -> Doubles:
    """Return the values of single rows for one query of ``part``: exact, and independent of the other rows."""
    product = features.product_at(rows, part.coefficients[query])
    offsets = features.offsets_at(part.offsets[query : query + 1], rows)[0].astype(np.float64)
    return np.where(features.known[rows], product - offsets, 0.0)


def by_column(values: Doubles) -> Doubles:
    """Return sums over the last axis, added in order, so that no sum depends on the other rows."""
    total = np.zeros(values.shape[:-1])
    for column in range(values.shape[-1]):
        total += values[..., column]
    return total


def topical(by_aspect: Doubles, log_shares: Doubles) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """Return the declared parts by block, the remainder, and the aspects' values and shares.

    ``by_aspect`` has shape (rows, aspects, blocks).
    """
    rows, aspects, blocks = by_aspect.shape
    values = by_column(by_aspect)
    if not aspects:
        return np.zeros((rows, blocks)), np.zeros(rows), values, values
    shares = softmax_shares(values, log_shares)
    declared = np.zeros((rows, blocks))
    for aspect in range(aspects):
        declared += shares[:, aspect, None] * by_aspect[:, aspect]
    return declared, remainder(values, log_shares, shares), values, shares
