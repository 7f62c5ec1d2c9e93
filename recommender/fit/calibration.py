"""From past outcomes to a scale: how likely what fits this well was chosen, and how far that can be relied on.

Chosen and not chosen cases count as much as each other, however many candidates there were: a calibrated score
says how a case compares with an average candidate (50: as likely to be chosen; 80: four times as likely), and
means the same in a pool of a hundred and of a hundred thousand. The curve is logistic, not isotonic: two numbers
that a few hundred outcomes are enough for, without steps on which different fits would get equal scores.
"""

from __future__ import annotations

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
    """Fits, outcomes, and weights that make both outcomes weigh the same."""
    fits = np.concatenate([values for values, _ in pairs]).astype(np.float64)
    outcomes = np.concatenate([chosen for _, chosen in pairs])
    positive = max(1, int(outcomes.sum()))
    weights = np.where(outcomes, 0.5 / positive, 0.5 / max(1, len(outcomes) - positive))
    return fits, outcomes, weights


def calibrated(pairs: Pairs, least: int = LEAST_OUTCOMES) -> Scale | None:
    """Fit the logistic curve (scikit-learn) of outcomes on fits.

    ``None`` where fewer than ``least`` candidates were chosen, or where a better fit was no more often chosen.
    """
    from sklearn.linear_model import LogisticRegression

    if sum(int(chosen.sum()) for _, chosen in pairs) < least:
        return None
    fits, outcomes, weights = _balanced(pairs)
    if outcomes.all():
        return None
    curve = LogisticRegression(C=1e6).fit(fits[:, None], outcomes, sample_weight=weights * len(weights))
    slope = float(curve.coef_[0, 0])
    return Scale(slope, float(curve.intercept_[0]), ScoreScale.CALIBRATED) if slope > 1e-3 else None


def reliability(pairs: Pairs, scale: Scale, bins: int = 10) -> list[Bin]:
    """Scores against what was observed, in ``bins`` of equal weight, from the lowest scores to the highest."""
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
    """Mean distance, in points, of scores from what was observed; all bins weigh the same."""
    return float(np.mean([abs(score - observed) for score, observed, _ in curve])) if curve else 0.0
