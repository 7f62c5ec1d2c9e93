"""What a list holds for each thing asked for, and lists that are spread over all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.features import Doubles, Rows
from recommender.fit.query_vectors import Queries
from recommender.fit.weighted import WeightedQueries
from recommender.interface.answers import Coverage, RankedItem
from recommender.interface.bands import Band

LEADING = 10
"""The first lines of a list are the best ones, whatever they answer: who reads no further misses none of them."""


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
    """Positions such that the best ``LEADING`` come first, and each next one is the best for what is least answered.

    ``chances`` of shape (rows, aspects) says how likely a row answers an aspect, ``wanted`` how much each is wanted,
    adding up to 1. The lines after the leading ones are given out as seats to parties are (Sainte-Laguë; for result
    lists PM-2, Dang and Croft, SIGIR 2012): an aspect's claim is its weight over twice its answers so far and one.
    """
    order = np.argsort(-fits, kind="stable")
    if not chances.shape[1]:
        return np.asarray(order, dtype=np.intp)
    place_of = np.empty(len(fits))
    place_of[order] = np.arange(len(fits)) / max(1, len(fits))
    left = np.ones(len(fits), bool)
    left[order[:LEADING]] = False
    answered = chances[order[:LEADING]].sum(axis=0)
    chosen = np.array(order, np.intp)
    for place in range(LEADING, len(fits)):
        gains = np.where(left, chances @ (wanted / (2 * answered + 1)) - 1e-6 * place_of, -np.inf)
        best = int(np.argmax(gains))
        chosen[place], left[best] = best, False
        answered += chances[best]
    return chosen
