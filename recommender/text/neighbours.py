"""Document expansion: a text's vector moved towards the texts nearest to it in the pool.

A short text leaves out words that its neighbours have. Tao, Wang, Mei and Zhai (Language model information retrieval
with document expansion, NAACL 2006) mix each document with its nearest; here the vectors are mixed, so a fit stays an
inner product. What it gains is in docs/quality.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.features import Floats
from recommender.text.vectors import unit

NEIGHBOURS = 20
LEAST_TEXTS = 50 * NEIGHBOURS
"""In a pool of fewer texts the nearest aren't alike enough, and nothing is mixed."""
SHARE = 0.25
"""Share of the neighbours' mean in a text's vector."""
MOST_TEXTS = 20_000
"""Maximum number of texts, evenly spread over the pool, among which neighbours are looked for."""
STEPS = 127
"""Coordinates are rounded to this many steps: products of whole numbers are exact in any order of summation, so a text
has the same neighbours whichever texts it is projected with."""
ROWS_A_PART = 256


@dataclass(frozen=True)
class Neighbours:
    """The texts of a pool among which neighbours are looked for."""

    ids: Sequence[str]
    """Of their projects, ascending: no text is its own neighbour."""
    steps: Floats
    """Unit vectors in whole steps, shape (texts, dimension)."""

    @staticmethod
    def of(ids: Sequence[str], vectors: Floats) -> Neighbours:
        """Choose from the rows of ``vectors``, shape (projects, dimension); rows of zeros are left out."""
        rows = np.flatnonzero(np.any(vectors != 0, axis=1))
        if len(rows) > MOST_TEXTS:
            rows = rows[np.linspace(0, len(rows) - 1, MOST_TEXTS).astype(np.intp)]
        return Neighbours([ids[row] for row in rows.tolist()], _steps(vectors[rows]))

    def expanded(self, ids: Sequence[str], vectors: Floats) -> Floats:
        """Return unit vectors of projects, mixed with their neighbours; rows of zeros stay as they are.

        A row's result doesn't depend on the others', to the last bit.
        """
        if len(self.ids) < LEAST_TEXTS or not len(vectors):
            return vectors
        result = vectors.copy()
        own = np.searchsorted(self.ids, ids)
        for start in range(0, len(vectors), ROWS_A_PART):
            part = slice(start, start + ROWS_A_PART)
            result[part] = self._mixed(ids[part], own[part], vectors[part])
        return result

    def _mixed(self, ids: Sequence[str], own: npt.NDArray[np.intp], vectors: Floats) -> Floats:
        likeness = (_steps(vectors) @ self.steps.T).astype(np.int64)
        for row, (project_id, at) in enumerate(zip(ids, own.tolist(), strict=True)):
            if at < len(self.ids) and self.ids[at] == project_id:
                likeness[row, at] = -(STEPS**2) * 2
        # Ties go to the first.
        ranked = likeness * len(self.ids) - np.arange(len(self.ids))
        nearest = np.argpartition(-ranked, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        nearest.sort(axis=1)
        weights = np.maximum(np.take_along_axis(likeness, nearest, axis=1), 0).astype(np.float32)
        total = np.zeros_like(vectors)
        for at in range(NEIGHBOURS):
            total += weights[:, at, None] * self.steps[nearest[:, at]]
        total /= np.maximum(weights.sum(axis=1, dtype=np.float64), 1.0)[:, None].astype(np.float32) * STEPS
        mixed = unit((1 - SHARE) * unit(vectors) + np.float32(SHARE) * total)
        return np.where(np.any(vectors != 0, axis=1)[:, None], mixed, vectors).astype(np.float32)


NO_NEIGHBOURS = Neighbours((), np.zeros((0, 1), np.float32))


def _steps(vectors: Floats) -> Floats:
    return np.asarray(np.rint(unit(vectors) * np.float32(STEPS)), dtype=np.float32)
