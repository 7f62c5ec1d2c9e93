"""From fits in deviations to scores from 0 to 100 whose contributions add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.features import Doubles, Floats
from recommender.interface.types import BASELINE, Contribution, Reason, ScoreScale

STANDARD_SLOPE = 0.4
"""Steepness of the fixed scale: near the middle, ten points for each deviation."""
DIGITS = 6
"""Points are rounded to a millionth, far below what anybody sees and above what differs between machines."""

_BASELINE_REASON = Reason(
    "Where every candidate starts, before anything speaks for or against it.", "所有候选的起点，尚无支持或反对的依据。"
)


@dataclass(frozen=True)
class Scale:
    """A logistic curve from fits in deviations to scores: ``100 / (1 + exp(-(slope * fit + intercept)))``.

    The fixed scale has slope 0.4 and intercept 0: 50 is a candidate of which nothing is known, and one, two,
    three, four deviations better are 60, 69, 77, 83. A calibrated scale is fitted to past outcomes
    (``recommender.fit.calibration``): of as many chosen as not chosen cases, a score is the percentage that
    was chosen at this fit; 50 is as likely to be chosen as an average candidate.
    """

    slope: float = STANDARD_SLOPE
    intercept: float = 0.0
    kind: ScoreScale = ScoreScale.STANDARD

    @property
    def middle(self) -> float:
        """The score of a candidate of which nothing is known."""
        return float(100.0 / (1.0 + np.exp(-self.intercept)))

    def score(self, fits: Doubles) -> Doubles:
        """Scores of fits given in deviations."""
        return np.asarray(100.0 / (1.0 + np.exp(-np.clip(self.slope * fits + self.intercept, -40, 40))))

    def in_place(self, fits: Floats) -> Floats:
        """The same, written over a large array of fits."""
        np.multiply(fits, -self.slope, out=fits)
        np.subtract(fits, self.intercept, out=fits)
        np.exp(fits, out=fits)
        np.add(fits, 1.0, out=fits)
        return np.divide(100.0, fits, out=fits)


def points_of(parts: Doubles, scale: Scale) -> tuple[Doubles, Doubles]:
    """Points of each part, shape of ``parts`` (items, parts in deviations), and the scores (items,).

    A part gets the share of the way from the middle to the score that it has in the fit. So points are
    proportional to parts, and with the middle they add up to the score; what rounding leaves over goes to the
    largest part.
    """
    fits = parts.sum(axis=1)
    scores = np.round(scale.score(fits), DIGITS)
    middle = scale.middle
    at_middle = scale.slope * middle * (1 - middle / 100.0)  # the curve's slope at 0
    small = np.abs(fits) < 1e-9
    factor = np.where(small, at_middle, (scale.score(fits) - middle) / np.where(small, 1.0, fits))
    points = np.round(parts * factor[:, None], DIGITS)
    if points.shape[1]:
        rest = scores - round(middle, DIGITS) - points.sum(axis=1)
        largest = np.argmax(np.abs(points), axis=1)
        lines = np.flatnonzero(points[np.arange(len(points)), largest] != 0)
        points[lines, largest[lines]] = np.round(points[lines, largest[lines]] + rest[lines], DIGITS)
    return points + 0.0, scores  # no zero below zero, which not every database keeps apart


def baseline(scale: Scale) -> Contribution:
    """The contribution that every score starts from."""
    return Contribution(BASELINE, round(scale.middle, DIGITS), 1.0, True, _BASELINE_REASON)


def strongest(contributions: Sequence[Contribution], count: int) -> list[Reason]:
    """Reasons of the ``count`` contributions with most points for the candidate, then those most against it."""
    speaking = [each for each in contributions if each.block != BASELINE and each.known and each.points != 0]
    ordered = sorted(speaking, key=lambda each: (each.points < 0, -abs(each.points), each.block))
    return [each.reason for each in ordered[:count]]
