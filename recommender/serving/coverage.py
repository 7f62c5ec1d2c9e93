"""A list's coverage of a subject's aspects, and lists spread over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.features import Doubles, Rows
from recommender.fit.query_vectors import Queries
from recommender.fit.scoring import Scale
from recommender.fit.weighted import WeightedQueries
from recommender.interface.answers import Coverage, RankedItem
from recommender.interface.bands import LEAST_SCORE, Band

LEADING = 10
"""The first lines of a list are the best ones, whatever they answer: who reads no further misses none of them."""
JUDGED_BY = 5
"""A list is judged by the score at this rank: one chance hit among many candidates says nothing."""
GIVEN_OUT = 10
"""So many lines after them are given out over what is asked for; all further ones follow the fits again."""


def coverage_of(queries: Queries, asked: WeightedQueries, items: Sequence[RankedItem]) -> list[Coverage]:
    """Return the coverage of each aspect of the first subject by the lines, heaviest first; empty without aspects."""
    aspects, numbers = queries.aspects[0], asked.numbers[0]
    if aspects is None:
        return []
    shares: dict[str, float] = {}
    counts: dict[str, int] = {}
    for item in items:
        for place, each in enumerate(item.aspects):
            shares[each.id] = shares.get(each.id, 0.0) + each.share / len(items)
            if place == 0 and item.band is not Band.NO_MATCH:
                counts[each.id] = counts.get(each.id, 0) + 1
    wanted = np.exp(asked.log_shares[asked.of(0)])
    coverages = [
        Coverage(own.id, own.kind.value, own.name, float(wanted[at]), shares.get(own.id, 0.0), counts.get(own.id, 0))
        for at, own in enumerate(aspects.aspects[number] for number in numbers)
    ]
    return sorted(coverages, key=lambda each: (-each.wanted, each.id))


def spread_over(chances: Doubles, wanted: Doubles, fits: Doubles) -> Rows:
    """Return positions: the ``LEADING`` best lines, then ``GIVEN_OUT`` for the least covered aspects, then the rest.

    ``chances`` of shape (rows, aspects) says how likely a row answers an aspect, ``wanted`` how much each is wanted,
    adding up to 1. Lines are apportioned like seats among parties (Sainte-Laguë; for result lists PM-2, Dang and Croft,
    SIGIR 2012): an aspect's claim is its weight divided by twice its lines so far plus one. The rest follow by
    ``fits``.
    """
    order = np.argsort(-fits, kind="stable").astype(np.intp)
    chosen, others = order[:LEADING].tolist(), order[LEADING:]
    answered = chances[chosen].sum(axis=0)
    for _ in range(min(GIVEN_OUT, len(others)) if chances.shape[1] else 0):
        at = int(np.argmax(chances[others] @ (wanted / (2 * answered + 1))))  # of equals the first: the higher fit
        chosen.append(int(others[at]))
        answered += chances[others[at]]
        others = np.delete(others, at)
    return np.concatenate([np.array(chosen, np.intp), others])


def is_weak(scale: Scale, fits: Doubles) -> bool:
    """Return whether a list with these ``fits``, best first, has no strong match, by its fifth-best."""
    if not len(fits):
        return True
    return bool(scale.score(fits[min(len(fits), JUDGED_BY) - 1 : JUDGED_BY])[0] < LEAST_SCORE[Band.FAIR])
