"""Optional last steps over a ranked list: diversification, and a cap on the share of any one industry.

Both choose line by line, and no line depends on how many are requested, so the pages of a list fit together.
"""

from __future__ import annotations

import math

import numpy as np

from recommender.features import DenseFeatures, Doubles, Rows
from recommender.fit.model import FitModel


def diversified(model: FitModel, rows: Rows, fits: Doubles, diversity: float) -> Rows:
    """Return positions in ``rows`` by maximal marginal relevance (Carbonell and Goldstein, 1998).

    ``fits`` are in deviations; likeness is the cosine of the text. At 0 the order is that of the fits, at 1
    each next project is the one least like those already on the list.
    """
    text = model.by_name_.get("text")
    if diversity <= 0 or not len(rows) or text is None or not isinstance(text.features_, DenseFeatures):
        return np.arange(len(rows))
    values = text.features_.values[rows].astype(np.float64)
    span = max(float(fits.max() - fits.min()), 1e-9)
    gains = (1 - diversity) * (fits - fits.min()) / span
    closest = np.zeros(len(rows))
    remaining = np.ones(len(rows), bool)
    chosen = np.zeros(len(rows), np.intp)
    for place in range(len(rows)):
        marginal = np.where(remaining, gains - diversity * closest, -np.inf)
        best = int(np.argmax(marginal))  # argmax takes the first of equals: the higher fit
        chosen[place] = best
        remaining[best] = False
        closest = np.maximum(closest, values @ values[best])
    return chosen


def capped(model: FitModel, rows: Rows, count: int, cap: float) -> Rows:
    """Return positions in ``rows`` of ``count`` lines such that no industry has more than a share ``cap`` of them.

    Each line goes to the first remaining project none of whose industries would exceed the share, rounded up to whole
    lines. The list ends if there is none. Projects without an industry
    are never held back.
    """
    concepts = model.context_.projects.concepts
    if cap >= 1 or concepts is None:
        return np.arange(min(count, len(rows)))
    industries = [concepts.indices[concepts.indptr[row] : concepts.indptr[row + 1]].tolist() for row in rows]
    counts: dict[int, int] = {}
    remaining = list(range(len(rows)))
    chosen: list[int] = []
    while remaining and len(chosen) < count:
        most = math.ceil(cap * (len(chosen) + 1) - 1e-9)
        free = (
            at
            for at, position in enumerate(remaining)
            if all(counts.get(each, 0) < most for each in industries[position])
        )
        at = next(free, None)
        if at is None:
            break
        position = remaining.pop(at)
        for each in industries[position]:
            counts[each] = counts.get(each, 0) + 1
        chosen.append(position)
    return np.array(chosen, dtype=np.intp)
