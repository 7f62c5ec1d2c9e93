"""A limit for blocks that only permit a match (stage, cheque, place): they lift no project into a higher band.

A score says how likely a reader agrees that a project is about what is asked for. A stage, ask or place within the
mandate says nothing about that. So if a subject asks for anything, a positive sum ``P`` of these blocks counts as
``r (1 - exp(-P / r))``, where ``r`` is the distance from the fit without it to the next band, at most a band's width.
Within a band it orders projects as before; a negative sum counts in full.
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
    """Return ``permitted``, limited; ``others`` is the rest of the fit, on the scale for a single aspect."""
    positive = permitted > 0
    counted = permitted.copy()
    at, lifts = others[positive], permitted[positive]
    room = np.full(len(at), WIDTH)
    for edge in EDGES[::-1]:
        np.copyto(room, edge - at - MARGIN, where=at < edge)
    np.clip(room, 1e-12, WIDTH, out=room)
    counted[positive] = room * -np.expm1(-lifts / room)
    return counted
