"""A limit for what only permits a match (stage, cheque, place): it lifts no project into a higher band.

A score says how likely a reader agrees that a project is about what is asked for. That its stage, its ask or its place
is within the mandate says nothing about that. So where a subject asks for anything, the sum ``P`` of these blocks
counts as ``r (1 - exp(-P / r))`` where it is positive: ``r`` is the way from the fit without it to the next band, at
most a band's width. Within a band it orders projects as before, and where it is negative it counts in full.
"""

from __future__ import annotations

import numpy as np

from recommender.features import Doubles
from recommender.fit.scoring import STANDARD_INTERCEPT, STANDARD_SLOPE
from recommender.interface.bands import LEAST_SCORE


def _edges() -> Doubles:
    shares = np.array(sorted(score for score in LEAST_SCORE.values() if score > 0)) / 100
    return np.asarray((np.log(shares / (1 - shares)) - STANDARD_INTERCEPT) / STANDARD_SLOPE)


EDGES = _edges()
"""Fits at which the bands above the lowest begin, on the fixed scale, for one thing asked."""
WIDTH = float(np.diff(EDGES).mean())
MARGIN = 1e-3
"""Distance kept from the next band, so that rounding crosses no edge."""


def limited(permitted: Doubles, others: Doubles) -> Doubles:
    """Return what ``permitted`` counts; ``others`` is the rest of the fit, on the scale for one thing asked."""
    positive = permitted > 0
    counted = permitted.copy()
    at, lifts = others[positive], permitted[positive]
    room = np.full(len(at), WIDTH)
    for edge in EDGES[::-1]:
        np.copyto(room, edge - at - MARGIN, where=at < edge)
    np.clip(room, 1e-12, WIDTH, out=room)
    counted[positive] = room * -np.expm1(-lifts / room)
    return counted
