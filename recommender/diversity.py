"""Optional last steps over a ranked list: less of the same, and a cap for any one industry."""

from __future__ import annotations

import numpy as np

from recommender.features import DenseFeatures, Doubles, Rows
from recommender.model import FitModel

POOL_FACTOR = 5
"""So many times the length of the list is looked at for something different."""


def diversified(model: FitModel, rows: Rows, fits: Doubles, count: int, diversity: float) -> Rows:
    """The first ``count`` of ``rows`` by maximal marginal relevance (Carbonell and Goldstein, 1998).

    ``fits`` are in deviations; likeness is the cosine of the text. At 0 the order is that of the fits, at 1
    each next project is the one least like those already on the list.
    """
    text = model.by_name_.get("text")
    if diversity <= 0 or text is None or not isinstance(text.features_, DenseFeatures):
        return rows[:count]
    values = text.features_.values[rows].astype(np.float64)
    likeness = values @ values.T
    span = max(float(fits.max() - fits.min()), 1e-9)
    relevance = (fits - fits.min()) / span
    left = list(range(len(rows)))
    chosen: list[int] = []
    closest = np.zeros(len(rows))
    while left and len(chosen) < count:
        gains = (1 - diversity) * relevance[left] - diversity * closest[left]
        best = left[int(np.argmax(gains))]  # argmax takes the first of equals: the higher fit
        chosen.append(best)
        left.remove(best)
        closest = np.maximum(closest, likeness[best])
    return rows[chosen]


def capped(model: FitModel, rows: Rows, count: int, cap: float) -> Rows:
    """The first ``count`` of ``rows`` such that no first-named industry has more than a share ``cap`` of them.

    Projects without an industry are never held back.
    """
    concepts = model.context_.projects.concepts
    if cap >= 1 or concepts is None:
        return rows[:count]
    most = max(1, int(cap * count))
    taken: dict[int, int] = {}
    chosen: list[int] = []
    for row in rows:
        own = concepts[int(row)].indices
        first = int(own[0]) if len(own) else -1
        if first >= 0 and taken.get(first, 0) >= most:
            continue
        taken[first] = taken.get(first, 0) + 1
        chosen.append(int(row))
        if len(chosen) == count:
            break
    return np.array(chosen, dtype=np.intp)
