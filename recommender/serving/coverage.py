"""What a list holds for each thing asked for, and lists that are spread over all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.features import Doubles, Rows
from recommender.fit.query_vectors import Queries
from recommender.fit.weighted import WeightedQueries
from recommender.interface.answers import Coverage, RankedItem
from recommender.interface.bands import Band


def coverage_of(queries: Queries, asked: WeightedQueries, items: Sequence[RankedItem]) -> list[Coverage]:
    """What the lines hold for each aspect of the first subject, heaviest first; empty where there are no aspects."""
    aspects, kept = queries.aspects[0], asked.numbers[0]
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
    found = [
        Coverage(own.id, own.kind.value, own.name, float(wanted[at]), shares.get(own.id, 0.0), counts.get(own.id, 0))
        for at, own in enumerate(aspects.aspects[number] for number in kept)
    ]
    return sorted(found, key=lambda each: (-each.wanted, each.id))


def spread_over(chances: Doubles, wanted: Doubles, fits: Doubles) -> Rows:
    """Positions such that each next one is the best for what those before it don't answer (xQuAD: Santos et al., 2010).

    ``chances`` of shape (rows, aspects) says how likely a row answers an aspect, ``wanted`` how much each is wanted,
    adding up to 1. Where all is answered, the order is that of ``fits``.
    """
    order = np.argsort(-fits, kind="stable")
    if not chances.shape[1]:
        return np.asarray(order, dtype=np.intp)
    left = np.ones(len(fits), bool)
    unanswered = np.array(wanted, np.float64)
    place_of = np.empty(len(fits))
    place_of[order] = np.arange(len(fits)) / max(1, len(fits))
    chosen = np.zeros(len(fits), np.intp)
    for place in range(len(fits)):
        gains = np.where(left, chances @ unanswered - 1e-6 * place_of, -np.inf)
        best = int(np.argmax(gains))
        chosen[place], left[best] = best, False
        unanswered *= 1 - chances[best]
        if unanswered.sum() < 0.05:  # everything is answered: begin again, so that the list goes on evenly
            unanswered = np.array(wanted, np.float64)
    return chosen
