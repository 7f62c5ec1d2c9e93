"""Chooses weights by coordinate search on cases of the past, from the documented prior outwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from recommender.evaluation.data_sets.data_set import Case, LinkData, case_profile
from recommender.evaluation.data_sets.splits import Split
from recommender.evaluation.metrics import averaged, metrics_of
from recommender.fit.model import FitModel
from recommender.fit.weights import Weights

Progress = Callable[[str, int, int], None]
FACTORS = (0.5, 2.0)
LEAST_GAIN = 0.01
"""A step must raise the objective by this much: smaller differences are noise on a few hundred investors."""
LEAST_CASES = 50


def objective(rows: Sequence[dict[str, float]]) -> float:
    """Sum of the logarithms of recall@50, the two nDCG at half weight, and AUC above chance, twice."""
    mean = averaged(rows)
    floor = 1e-6
    parts = (
        np.log(max(mean["recall@50"].mean, floor)),
        0.5 * np.log(max(mean["ndcg@10"].mean, floor)),
        0.5 * np.log(max(mean["ndcg@50"].mean, floor)),
        2.0 * np.log(max(mean["auc"].mean - 0.5, floor)),
    )
    return float(sum(parts))


def search(
    data: LinkData, split: Split, model: FitModel, cases: Sequence[Case], progress: Progress | None = None
) -> Weights:
    """One round over the blocks that speak and over the two voices of history; the prior where cases are few."""
    prior = model.weights
    if len(cases) < LEAST_CASES or split.candidates is None:
        return prior
    world = model.context_.world
    model.context_ = replace(model.context_, world=replace(world, today=split.cut))
    profiles = [case_profile(data, case) for case in cases]
    column = {int(row): position for position, row in enumerate(split.candidates)}
    relevant = np.zeros((len(cases), len(split.candidates)), bool)
    for line, case in enumerate(cases):
        relevant[line, [column[int(row)] for row in case.relevant]] = True

    def value(weights: Weights) -> float:
        model.weights = weights
        fits = model.product_many(model.queries(profiles), weights, split.candidates)
        return objective([metrics_of(fits[line], relevant[line]) for line in range(len(cases))])

    try:
        best, reached = prior, value(prior)
        queries = model.queries(profiles)
        speaking = [block.name for block in model.blocks if block.name in {*queries.history, *queries.declared}]
        names = (*speaking, "~history", "~learned")
        for done, name in enumerate(names):
            if progress is not None:
                progress("weights", done, len(names))
            for factor in FACTORS:
                if name.startswith("~"):
                    key = name[1:]
                    trial = replace(best, **{key: getattr(best, key) * factor})
                else:
                    trial = replace(best, blocks={**best.blocks, name: best.blocks[name] * factor})
                outcome = value(trial)
                if outcome > reached + LEAST_GAIN:
                    best, reached = trial, outcome
        if progress is not None:
            progress("weights", len(names), len(names))
        return best
    finally:
        model.weights = prior
        model.context_ = replace(model.context_, world=world)
