"""Ranking metrics of one query, by scikit-learn, and their means with standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

METRICS = ("recall@50", "ndcg@10", "ndcg@50", "map", "auc", "p@10")


@dataclass(frozen=True, slots=True)
class Measured:
    """Mean over queries, its standard error (0 where there is one query, which has none), and their number."""

    mean: float
    error: float
    queries: int

    def written(self, digits: int = 3, sign: str = "") -> str:
        """As in a table: with the error, where there is one."""
        error = f" ± {self.error:.{digits}f}" if self.queries > 1 else ""
        return f"{self.mean:{sign}.{digits}f}{error}"


def metrics_of(scores: npt.NDArray[np.floating], relevant: npt.NDArray[np.bool_]) -> dict[str, float]:
    """All metrics of one ranking. Equal scores stand in the order of the candidates.

    ``recall@50`` is the share of relevant candidates among the first 50, ``p@10`` the share of the first ten
    that are relevant; the others are as in scikit-learn. At least one candidate must be relevant and one not.
    """
    from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score

    order = np.argsort(-scores, kind="stable")
    strict = np.empty(len(scores))
    strict[order] = np.arange(len(scores), 0, -1, dtype=float)  # ties broken once, alike for all metrics
    truth = relevant.astype(int)
    return {
        "recall@50": float(relevant[order[:50]].sum() / relevant.sum()),
        "ndcg@10": float(ndcg_score(truth[None], strict[None], k=10, ignore_ties=True)),
        "ndcg@50": float(ndcg_score(truth[None], strict[None], k=50, ignore_ties=True)),
        "map": float(average_precision_score(truth, strict)),
        "auc": float(roc_auc_score(truth, strict)),
        "p@10": float(relevant[order[:10]].mean()),
    }


def averaged(rows: Sequence[Mapping[str, float]]) -> dict[str, Measured]:
    """Means and standard errors (sample deviation over the root of the number) of each metric."""
    result: dict[str, Measured] = {}
    for name in METRICS:
        result[name] = _mean(np.array([row[name] for row in rows]))
    return result


def _mean(values: npt.NDArray[np.float64]) -> Measured:
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    return Measured(float(values.mean()) if len(values) else 0.0, error, len(values))


Rows = Sequence[Mapping[str, float]]
"""Metrics of one query each."""


def paired(first: Rows, second: Rows, metric: str = "auc") -> Measured:
    """How much better the ``first`` is than the ``second`` on the same queries: mean difference and its error."""
    values = np.array([one[metric] - other[metric] for one, other in zip(first, second, strict=True)])
    return _mean(values)
