"""Bands of scores in words."""

from __future__ import annotations

from enum import StrEnum


class Band(StrEnum):
    """How a score from 0 to 100 reads; thresholds are in ``LEAST_SCORE``."""

    STRONG = "STRONG"
    """A reader would most likely agree that the project is about what is asked."""
    FAIR = "FAIR"
    """More likely than an average project, but to be looked at."""
    WEAK = "WEAK"
    """Something in common."""
    NO_MATCH = "NO_MATCH"
    """No more than any other project."""


LEAST_SCORE = {Band.STRONG: 60.0, Band.FAIR: 35.0, Band.WEAK: 15.0, Band.NO_MATCH: 0.0}
"""The lowest score of each band."""


def band_of(score: float) -> Band:
    """The band of a score from 0 to 100."""
    return next(band for band, least in LEAST_SCORE.items() if score >= least)
