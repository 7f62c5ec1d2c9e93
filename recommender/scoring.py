"""From fits in deviations to scores from 0 to 100 whose contributions add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.features import Doubles, Floats
from recommender.types import BASELINE, Contribution, Reason, ScoreScale

MIDDLE = 50.0
DEVIATION_POINTS = 10.0
DIGITS = 6
"""Points are rounded to a millionth, far below what anybody sees and above what differs between machines."""

_BASELINE_REASON = Reason(
    "Where every candidate starts, before anything speaks for or against it.", "所有候选的起点，尚无支持或反对的依据。"
)


@dataclass(frozen=True)
class StandardScale:
    """The T scale: 50 plus 10 points for each deviation, cut off at 0 and 100. ``docs/recommender.md``."""

    kind: ScoreScale = ScoreScale.STANDARD

    @property
    def middle(self) -> float:
        """The score of a candidate of which nothing is known."""
        return MIDDLE

    def score(self, fits: Doubles) -> Doubles:
        """Scores of fits given in deviations."""
        return np.clip(MIDDLE + DEVIATION_POINTS * fits, 0.0, 100.0)

    def in_place(self, fits: Floats) -> Floats:
        """The same, written over a large array of fits."""
        np.multiply(fits, DEVIATION_POINTS, out=fits)
        np.add(fits, MIDDLE, out=fits)
        return np.clip(fits, 0.0, 100.0, out=fits)


@dataclass(frozen=True)
class CalibratedScale:
    """The logistic curve fitted to past outcomes: a score is the percentage that ended well at this fit."""

    slope: float
    intercept: float
    kind: ScoreScale = ScoreScale.CALIBRATED

    @property
    def middle(self) -> float:
        """The score of a candidate of which nothing is known."""
        return float(self.score(np.zeros(1))[0])

    def score(self, fits: Doubles) -> Doubles:
        """Scores of fits given in deviations."""
        return np.asarray(100.0 / (1.0 + np.exp(-np.clip(self.slope * fits + self.intercept, -40, 40))))

    def in_place(self, fits: Floats) -> Floats:
        """The same, written over a large array of fits."""
        fits[:] = self.score(fits.astype(np.float64))
        return fits


Scale = StandardScale | CalibratedScale


def points_of(parts: Doubles, scale: Scale) -> tuple[Doubles, Doubles]:
    """Points of each part, shape of ``parts`` (items, parts in deviations), and the scores (items,).

    A part gets the share of the way from the middle to the score that it has in the fit. So points are
    proportional to parts, and with the middle they add up to the score exactly: the score is their sum.
    """
    fits = parts.sum(axis=1)
    moved = scale.score(fits) - scale.middle
    small = np.abs(fits) < 1e-9
    slope = (scale.score(np.full(1, 1e-4))[0] - scale.score(np.full(1, -1e-4))[0]) / 2e-4
    factor = np.where(small, slope, moved / np.where(small, 1.0, fits))
    points = np.round(parts * factor[:, None], DIGITS)
    scores = np.round(round(scale.middle, DIGITS) + points.sum(axis=1), DIGITS)
    return points, scores


def baseline(scale: Scale) -> Contribution:
    """The contribution that every score starts from."""
    return Contribution(BASELINE, round(scale.middle, DIGITS), 1.0, True, _BASELINE_REASON)


def strongest(contributions: Sequence[Contribution], count: int) -> list[Reason]:
    """Reasons of the ``count`` contributions with most points for the candidate, then those most against it."""
    speaking = [each for each in contributions if each.block != BASELINE and each.known and each.points != 0]
    ordered = sorted(speaking, key=lambda each: (each.points < 0, -abs(each.points), each.block))
    return [each.reason for each in ordered[:count]]
