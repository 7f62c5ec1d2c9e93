"""Turns fits in deviations into scores from 0 to 100 whose contributions add up."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from recommender.features import Doubles, Floats
from recommender.interface.answers import BASELINE, Contribution, ScoreScale
from recommender.interface.lazy import Reason

STANDARD_SLOPE = 0.85
STANDARD_INTERCEPT = -2.9
"""The fixed scale: of pairs with such a fit, the share that readers call a match. Fitted on labelled texts, where the
label's name alone is asked (docs/quality.md)."""
DIGITS = 6
"""Points are rounded to a millionth, far below what anybody sees and above what differs between machines."""

_BASELINE_REASON = Reason(
    "Where every candidate starts, before anything speaks for or against it.", "所有候选的起点，尚无支持或反对的依据。"
)


@dataclass(frozen=True)
class Scale:
    """A logistic curve from fits to scores: ``100 / (1 + exp(-(slope * fit + intercept)))``.

    On the fixed scale a score says how many of a hundred pairs with such a fit a reader would call a match. A candidate
    of which nothing is known scores about 5 for one aspect, and more for several, because one of them is met more
    easily (``asking``). A calibrated scale is fitted to past outcomes (``recommender.fit.calibration``): among
    equally many chosen and not chosen cases, a score is the percentage chosen at this fit; 50 means as likely to be
    chosen as an average candidate.
    """

    slope: float = STANDARD_SLOPE
    intercept: float = STANDARD_INTERCEPT
    kind: ScoreScale = ScoreScale.STANDARD

    def asking(self, log_total: float) -> Scale:
        """Return the scale for a subject whose aspects weigh ``exp(log_total)`` together; a calibrated one stays."""
        if self.kind is ScoreScale.CALIBRATED or log_total == 0:
            return self
        return replace(self, intercept=self.intercept + self.slope * log_total)

    @property
    def middle(self) -> float:
        """The score of a candidate of which nothing is known."""
        return float(100.0 / (1.0 + np.exp(-self.intercept)))

    def score(self, fits: Doubles) -> Doubles:
        """Return the scores of fits in deviations."""
        return np.asarray(100.0 / (1.0 + np.exp(-np.clip(self.slope * fits + self.intercept, -40, 40))))

    def in_place(self, fits: Floats, log_totals: Doubles | None = None) -> Floats:
        """Turn a large array of fits (subjects, rows) into scores, in place; ``log_totals`` as in ``asking``."""
        np.multiply(fits, -self.slope, out=fits)
        if log_totals is not None and self.kind is ScoreScale.STANDARD:
            np.subtract(fits, (self.slope * log_totals[:, None]).astype(np.float32), out=fits)
        np.subtract(fits, self.intercept, out=fits)
        np.exp(fits, out=fits)
        np.add(fits, 1.0, out=fits)
        return np.divide(100.0, fits, out=fits)


def points_of(parts: Doubles, scale: Scale) -> tuple[Doubles, Doubles]:
    """Return the points of each part, in the shape of ``parts`` (items, parts in deviations), and the scores (items,).

    The distance from the middle to the score is divided in proportion to the parts of the fit, so points and the
        middle add up to the score; the rounding error goes to the largest part.
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
    """Return the contribution at which every score starts."""
    return Contribution(BASELINE, round(scale.middle, DIGITS), 1.0, True, _BASELINE_REASON)
