"""Tunes weights to how informative each block is in this pool, shrunk to the documented prior.

Each block in turn is tried at other weights on past cases. A change is made only if it gains more than two standard
errors, case by case, and is then shrunk by its certainty: the logarithm of its factor is multiplied
by ``1 - (error / gain)^2``, the positive-part estimator of James and Stein (1961).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from recommender.evaluation.data_sets.data_set import Case, LinkData, case_profile
from recommender.evaluation.data_sets.splits import Split
from recommender.evaluation.metrics import Measured, mean_of, ordered
from recommender.fit.model import FitModel
from recommender.fit.weights import Weights

Progress = Callable[[str, int, int], None]
FACTORS = (0.25, 0.5, 2.0, 4.0)
SURE = 2.0
"""Standard errors that a gain must exceed."""
LEAST_CASES = 50
HEAD = 50
ACTIVITY_FACTORS = (0.5, 2.0, 4.0, 8.0)

Values = npt.NDArray[np.float64]


def value_of(scores: npt.NDArray[np.floating], relevant: npt.NDArray[np.bool_]) -> float:
    """Return the quality of one case's ranking: AUC for the whole list plus nDCG@50 for its head.

    The same figures as in ``metrics_of``, computed from the ranks of the relevant alone, because a search needs
    thousands.
    """
    ranks = np.flatnonzero(relevant[ordered(scores)])
    count, others = len(ranks), len(scores) - len(ranks)
    area = 1 - (ranks.sum() - count * (count - 1) / 2) / (count * others)
    gains = 1 / np.log2(np.arange(2, HEAD + 2))
    return float(area + gains[ranks[ranks < HEAD]].sum() / gains[:count].sum())


@dataclass(frozen=True)
class Gain:
    """A factor for one weight, with its gain case by case."""

    factor: float
    gain: Measured

    @property
    def sure(self) -> bool:
        """Whether the gain exceeds chance."""
        return self.gain.mean > SURE * self.gain.error and self.gain.mean > 0

    @property
    def shrunk(self) -> float:
        """The factor, shrunk by the certainty of its gain."""
        return float(self.factor ** max(0.0, 1.0 - (self.gain.error / self.gain.mean) ** 2))


def best_of(base: Values, trials: Mapping[float, Values]) -> float:
    """Return the shrunk factor that gains most, or 1 if none surely gains. ``base`` holds the cases' current values."""
    gains = [Gain(factor, mean_of(values - base)) for factor, values in trials.items()]
    sure = [each for each in gains if each.sure]
    return max(sure, key=lambda each: each.gain.mean).shrunk if sure else 1.0


def search(
    data: LinkData, split: Split, model: FitModel, cases: Sequence[Case], progress: Progress | None = None
) -> Weights:
    """Return the weights after one round over active blocks and voices of history; the prior if cases are few."""
    prior = model.weights
    if len(cases) < LEAST_CASES or split.candidates is None:
        return prior
    rows = split.candidates
    context = model.context_
    model.context_ = replace(context, taxonomies=replace(context.taxonomies, today=split.cut))
    profiles = [case_profile(data, case) for case in cases]
    relevant = [np.isin(rows, case.relevant) for case in cases]
    queries = model.queries(profiles)

    def values(weights: Weights) -> Values:
        model.weights = weights
        asked = queries if (weights.history, weights.learned) == (prior.history, prior.learned) else None
        fits = model.product_many(asked or model.queries(profiles), weights, rows)
        return np.array([value_of(fits[line], relevant[line]) for line in range(len(cases))])

    try:
        best, reached = prior, values(prior)
        names = [*(block.name for block in model.blocks if block.name in {*queries.history, *queries.declared}),
                 "~history", "~learned"]  # fmt: skip
        for done, name in enumerate(names):
            if progress is not None:
                progress("weights", done, len(names))
            factor = best_of(reached, {each: values(scaled(best, name, each)) for each in FACTORS})
            if factor != 1:
                best = scaled(best, name, factor)
                reached = values(best)
        if progress is not None:
            progress("weights", len(names), len(names))
        return best
    finally:
        model.weights, model.context_ = prior, context


def scaled(weights: Weights, name: str, factor: float) -> Weights:
    """Return the weights with one of them multiplied; blocks go by their names, voices by ``~history`` and the like."""
    if name.startswith("~"):
        return replace(weights, **{name[1:]: getattr(weights, name[1:]) * factor})
    return replace(weights, blocks={**weights.blocks, name: weights.blocks[name] * factor})


def activity_factor(fits: Values, activity: Values, relevant: npt.NDArray[np.bool_]) -> float:
    """Return the factor for recent activity in the reverse direction, from past projects.

    ``fits`` and ``relevant`` have the shape (projects, investors), ``activity`` (investors,), weighted as it is.
    """
    if len(fits) < LEAST_CASES:
        return 1.0

    def values(factor: float) -> Values:
        return np.array([value_of(own + factor * activity, truth) for own, truth in zip(fits, relevant, strict=True)])

    return best_of(values(1.0), {factor: values(factor) for factor in ACTIVITY_FACTORS})
