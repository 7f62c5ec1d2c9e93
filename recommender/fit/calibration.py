"""Calibration: fits a scale to past outcomes, and measures its reliability.

Chosen and not chosen cases have the same total weight, so a calibrated score compares a case with an average candidate
(50: as likely to be chosen; 80: four times as likely), and means the same in a pool of any size. The curve is logistic,
not isotonic: a few hundred outcomes suffice for its two numbers, and different fits never get equal scores.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from recommender.features import Doubles, Floats, Mask
from recommender.fit.scoring import Scale
from recommender.interface.answers import ScoreScale

Pairs = Sequence[tuple[Floats, Mask]]
"""For each subject: fits of its candidates in deviations, and which of them it chose later."""
Bin = tuple[float, float, int]
"""Mean score, observed percentage with both outcomes weighing the same, and number of pairs."""

LEAST_OUTCOMES = 200
"""Chosen candidates that a curve needs."""


def _balanced(pairs: Pairs) -> tuple[Doubles, Mask, Doubles]:
    """Return fits, outcomes, and weights that balance both outcomes."""
    fits = np.concatenate([values for values, _ in pairs]).astype(np.float64)
    outcomes = np.concatenate([chosen for _, chosen in pairs])
    positive = max(1, int(outcomes.sum()))
    weights = np.where(outcomes, 0.5 / positive, 0.5 / max(1, len(outcomes) - positive))
    return fits, outcomes, weights


class Calibrator(ABC):
    """Fits the curve by which fits become scores, for ``roadshow learn``. Choose one by the setting ``calibrator``."""

    name: str

    @abstractmethod
    def fit(self, fits: Doubles, chosen: Mask, weights: Doubles) -> tuple[float, float]:
        """Return slope and intercept of a logistic curve: ``1 / (1 + exp(-(slope * fit + intercept)))``.

        All of shape (pairs,): fits in deviations, whether the subject chose the candidate later, and weights by which
        chosen and not chosen weigh the same.
        """


class LogisticCalibrator(Calibrator):
    """Core's own: logistic regression (scikit-learn)."""

    name = "logistic"

    def fit(self, fits: Doubles, chosen: Mask, weights: Doubles) -> tuple[float, float]:
        from sklearn.linear_model import LogisticRegression

        curve = LogisticRegression(C=1e6).fit(fits[:, None], chosen, sample_weight=weights)
        return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def calibrated(pairs: Pairs, least: int = LEAST_OUTCOMES, calibrator: Calibrator | None = None) -> Scale | None:
    """Fit the curve of outcomes on fits.

    Returns ``None`` if fewer than ``least`` candidates were chosen, or if better fits weren't chosen more often.
    """
    if sum(int(chosen.sum()) for _, chosen in pairs) < least:
        return None
    fits, outcomes, weights = _balanced(pairs)
    if outcomes.all():
        return None
    slope, intercept = (calibrator or LogisticCalibrator()).fit(fits, outcomes, weights * len(weights))
    usable = math.isfinite(slope) and math.isfinite(intercept) and slope > 1e-3
    return Scale(float(slope), float(intercept), ScoreScale.CALIBRATED) if usable else None


def reliability(pairs: Pairs, scale: Scale, bins: int = 10) -> list[Bin]:
    """Return predicted against observed shares, in ``bins`` of equal weight, by ascending score."""
    if not pairs:
        return []
    fits, outcomes, weights = _balanced(pairs)
    order = np.argsort(fits, kind="stable")
    edges = np.searchsorted(np.cumsum(weights[order]) / weights.sum(), np.linspace(0, 1, bins + 1)[1:-1])
    scores = scale.score(fits)
    curve: list[Bin] = []
    for part in np.split(order, edges):
        if len(part):
            own: npt.NDArray[np.float64] = weights[part] / weights[part].sum()
            curve.append((float(own @ scores[part]), float(100 * own @ outcomes[part]), len(part)))
    return curve


def calibration_error(curve: Sequence[Bin]) -> float:
    """Return the mean distance, in points, between predicted and observed shares over all bins."""
    return float(np.mean([abs(score - observed) for score, observed, _ in curve])) if curve else 0.0
