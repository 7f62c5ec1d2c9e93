"""Weights follow what tells, no further than that is sure."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.evaluation.metrics import metrics_of
from recommender.evaluation.tuning import LEAST_CASES, activity_factor, best_of, value_of


def test_what_a_ranking_is_worth_are_the_textbook_metrics() -> None:
    random = np.random.default_rng(0)
    for count in (3, 60, 200):
        scores = random.integers(0, 40, 300).astype(float)
        relevant = np.zeros(300, bool)
        relevant[random.choice(300, count, replace=False)] = True
        found = metrics_of(scores, relevant)
        assert value_of(scores, relevant) == pytest.approx(found["auc"] + found["ndcg@50"])


def test_noise_changes_no_weight() -> None:
    taken = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        base = random.random(100)
        taken += best_of(base, {2.0: base + random.normal(0, 0.1, 100)}) != 1
    assert taken < 12, "two standard errors are passed by chance once in 44"


def test_a_sure_gain_is_taken_nearly_whole_and_an_unsure_one_in_part() -> None:
    random = np.random.default_rng(0)
    noise = random.normal(0, 0.1, 400)
    noise -= noise.mean()
    base = np.zeros(400)
    sure, unsure = best_of(base, {2.0: base + 0.1 + noise}), best_of(base, {2.0: base + 0.0115 + noise})
    assert 1.99 < sure < 2
    assert 1.5 < unsure < sure
    assert best_of(base, {2.0: base - 0.1 + noise, 0.5: base + 0.05 + noise}) < 0.51


def test_where_fits_tell_nothing_activity_counts_more() -> None:
    random = np.random.default_rng(0)
    activity = random.normal(size=40)
    relevant = np.zeros((200, 40), bool)
    for row in relevant:
        row[random.choice(40, 3, replace=False, p=np.exp(2 * activity) / np.exp(2 * activity).sum())] = True
    fits = random.normal(0, 2, (200, 40))
    assert activity_factor(fits, activity, relevant) > 2
    assert activity_factor(fits[: LEAST_CASES - 1], activity, relevant[: LEAST_CASES - 1]) == 1
    telling = fits + 8 * relevant
    assert activity_factor(telling, activity, relevant) <= 1
