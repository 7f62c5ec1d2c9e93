"""Bands of scores in words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from recommender.interface.lazy import Reason


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


MEANINGS: Mapping[Band, Reason] = {
    Band.STRONG: Reason(
        "Strong: a reader would most likely call the project a match.",
        "高度契合：读者很可能认同该项目符合需求。",
    ),
    Band.FAIR: Reason(
        "Fair: a more likely match than an average project; worth a look.",
        "较为契合：比一般项目更可能相关，值得一看。",
    ),
    Band.WEAK: Reason(
        "Weak: something in common, but probably not a match.", "关联较弱：有共同之处，但多半不符合需求。"
    ),
    Band.NO_MATCH: Reason("No match: no closer than any other project.", "不契合：与需求没有特别关联。"),
}
"""What each band says, in words for the reader."""
LEAST_SCORE = {Band.STRONG: 55.0, Band.FAIR: 30.0, Band.WEAK: 12.0, Band.NO_MATCH: 0.0}
"""The lowest score of each band: more likely than not, a third, twice an average project. Absurd subjects' fifth-best
project stays below ``FAIR`` in 26 of 30 cases, that of described ones in none of 30 (docs/recommender.md)."""


def band_of(score: float) -> Band:
    """Return the band of a score from 0 to 100."""
    return next(band for band, least in LEAST_SCORE.items() if score >= least)
