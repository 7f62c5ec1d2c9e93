"""Ranking metrics of one query, by scikit-learn, and their means with standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

METRICS = ("recall@50", "ndcg@10", "ndcg@50", "map", "auc", "p@10")
SMOOTHING = 0.01
"""Share of the wanted distribution that is mixed into the found one: a divergence stays finite (Steck, 2018)."""
BINS = 10

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Measured:
    """Mean over queries, its standard error (0 where there is one query, which has none), and their number."""

    mean: float
    error: float
    queries: int

    def written(self, digits: int = 3, sign: str = "") -> str:
        """Format for a table, with the error if there is one."""
        error = f" ± {self.error:.{digits}f}" if self.queries > 1 else ""
        return f"{self.mean:{sign}.{digits}f}{error}"


def ordered(scores: npt.NDArray[np.floating], seed: int = 0) -> npt.NDArray[np.intp]:
    """Candidates from the highest score down, shape (candidates,). A seeded shuffle breaks ties.

    The order of a file often carries signal, so it must not decide between equal scores.
    """
    shuffled = np.random.default_rng(seed).permutation(len(scores))
    return np.asarray(np.lexsort((shuffled, -scores)), dtype=np.intp)


def metrics_of(scores: npt.NDArray[np.floating], relevant: Mask, seed: int = 0) -> dict[str, float]:
    """Return all metrics of one ranking. A seeded shuffle breaks ties, alike for all metrics.

    ``recall@50`` is the share of relevant candidates among the first 50, ``p@10`` the share of the first ten
    that are relevant; the others are as in scikit-learn. At least one candidate must be relevant and one not.
    """
    from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score

    order = ordered(scores, seed)
    strict = np.empty(len(scores))
    strict[order] = np.arange(len(scores), 0, -1, dtype=float)
    truth = relevant.astype(int)
    return {
        "recall@50": float(relevant[order[:50]].sum() / relevant.sum()),
        "ndcg@10": float(ndcg_score(truth[None], strict[None], k=10, ignore_ties=True)),
        "ndcg@50": float(ndcg_score(truth[None], strict[None], k=50, ignore_ties=True)),
        "map": float(average_precision_score(truth, strict)),
        "auc": float(roc_auc_score(truth, strict)),
        "p@10": float(relevant[order[:10]].mean()),
    }


def coverage(first: npt.NDArray[np.bool_]) -> float:
    """Return the share of priorities that at least one listed project has. ``first``: (listed, priorities)."""
    return float(first.any(axis=0).mean())


def divergence(wanted: npt.NDArray[np.floating], first: npt.NDArray[np.bool_]) -> float:
    """Return the Kullback-Leibler divergence of a list's priorities from the wanted ones, in nats (Steck, RecSys 2018).

    ``wanted`` holds the weights of the priorities, ``first`` says which listed project has which priority, shape
    (listed, priorities). A project with several priorities counts for each in equal parts; 0 is a list that follows
    the weights exactly.
    """
    target = wanted / wanted.sum()
    shares = first / np.maximum(first.sum(axis=1, keepdims=True), 1)
    total = float(shares.sum())
    listed = shares.sum(axis=0) / total if total else np.zeros(len(target))
    mixed = (1 - SMOOTHING) * listed + SMOOTHING * target
    positive = target > 0
    return float((target[positive] * np.log(target[positive] / mixed[positive])).sum())


def binned_error(probabilities: npt.NDArray[np.floating], outcomes: Mask) -> float:
    """Return the expected calibration error: mean distance of predicted and observed shares in ten equal bins.

    Bins weigh by how many predictions fall into them (Naeini et al., AAAI 2015).
    """
    own = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    counts = np.bincount(own, minlength=BINS)
    predicted = np.bincount(own, probabilities, BINS)
    observed = np.bincount(own, outcomes.astype(float), BINS)
    return float(np.abs(predicted - observed).sum() / max(1, counts.sum()))


def averaged(rows: Sequence[Mapping[str, float]]) -> dict[str, Measured]:
    """Return mean and standard error (sample deviation over the root of the count) of each metric.

    Queries for which a metric is undefined (NaN) don't count for it.
    """
    names = rows[0].keys() if rows else METRICS
    return {name: mean_of(np.array([row[name] for row in rows])) for name in names}


def mean_of(values: npt.NDArray[np.float64]) -> Measured:
    """Return mean and standard error of ``values``, NaN left out."""
    known = values[~np.isnan(values)]
    error = float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else 0.0
    return Measured(float(known.mean()) if len(known) else 0.0, error, len(known))


Rows = Sequence[Mapping[str, float]]
"""Metrics of one query each."""


def paired(first: Rows, second: Rows, metric: str = "auc") -> Measured:
    """Return the mean difference of ``first`` and ``second`` on the same queries, and its error."""
    return mean_of(np.array([one[metric] - other[metric] for one, other in zip(first, second, strict=True)]))


def differences(collected: Mapping[str, Rows], own: str) -> dict[str, dict[str, Measured]]:
    """Return the mean difference between ``own`` and each other method, metric by metric, on the same queries."""
    return {
        name: {metric: paired(collected[own], rows, metric) for metric in rows[0] if metric in collected[own][0]}
        for name, rows in collected.items()
        if name != own and rows
    }
