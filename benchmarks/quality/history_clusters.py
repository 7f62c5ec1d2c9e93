"""Whether an investor's history gains as clusters: python benchmarks/quality/history_clusters.py DATA

On the inner split of a data set of investments (no outcome after the outer cut-off is seen). Clusters of the texts that
an investor funded (k-means) stand in for their mean: the logarithm of the mean of their exponentials, or the largest.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from recommender.blocks import Block, Context
from recommender.encoders import encoders_for
from recommender.evaluation.data_sets.data_set import Case
from recommender.evaluation.data_sets.loading import load_links
from recommender.evaluation.data_sets.splits import cold, forward_cases
from recommender.evaluation.data_sets.vectors import vectors_of
from recommender.evaluation.metrics import metrics_of
from recommender.evaluation.protocols import at_time, fits_of, fitted_model
from recommender.evaluation.tasks import texts_of
from recommender.features import DenseFeatures, Doubles, Floats, Rows
from recommender.text.vectors import unit
from store.settings import load_settings

METRICS = ("recall@50", "ndcg@10", "ndcg@50", "map", "auc")
COUNTS = (2, 3, 5)
WEIGHTS = (0.1, 0.2, 0.4)


def deviations(block: Block, vectors: Floats, rows: Rows) -> Doubles:
    """Return products of candidates with each vector, standardised over the pool, shape (vectors, rows)."""
    features = block.features_
    asked = np.repeat(vectors[:, None, :], features.groups, axis=1).astype(np.float32)
    means, spreads = features.moments(asked)
    values = features.product_many(asked, rows) - features.offsets_at(means, rows)
    return np.asarray(values / np.maximum(features.offsets_at(spreads, rows), 1e-6) * features.known[rows], np.float64)


def measured(fits: Doubles, cases: Sequence[Case], rows: Rows) -> Doubles:
    """Return the metrics of each case, shape (cases, metrics)."""
    found = [metrics_of(own, np.isin(rows, case.relevant)) for own, case in zip(fits, cases, strict=True)]
    return np.array([[each[name] for name in METRICS] for each in found])


def told(name: str, gains: Doubles) -> None:
    """Print mean gains with their standard errors."""
    errors = gains.std(axis=0, ddof=1) / np.sqrt(len(gains))
    print(f"{name:40}", *(f"{gain:+.4f} ± {error:.4f}" for gain, error in zip(gains.mean(axis=0), errors, strict=True)))


def main() -> None:
    from sklearn.cluster import KMeans

    settings = load_settings()
    data = load_links(Path(sys.argv[1]))
    cache = settings.data_directory / "evaluation-vectors"
    vectors = vectors_of(texts_of(data.projects), encoders_for(settings.encoder), cache)
    model = fitted_model(Context(data.projects, data.taxonomies, vectors))
    split = cold(data, cold(data).history)
    cases, rows = forward_cases(data, split), split.candidates
    assert rows is not None
    at_time(model, split.cut)
    base = np.asarray(fits_of(model, data, cases, rows), np.float64)
    block = model.by_name_["text"]
    assert isinstance(block.features_, DenseFeatures)
    means: list[Doubles] = []
    clustered: dict[str, list[Doubles]] = {}
    for case in cases:
        history = block.features_.values[case.history[block.features_.known[case.history]]]
        means.append(deviations(block, history.mean(axis=0)[None], rows)[0])
        for count in COUNTS:
            parts = KMeans(min(count, max(1, len(history) // 4)), n_init=3, random_state=0).fit(unit(history)).labels_
            centres = np.array([history[parts == each].mean(axis=0) for each in np.unique(parts)])
            values = deviations(block, centres, rows)
            shares = np.unique(parts, return_counts=True)[1] / len(parts)
            clustered.setdefault(f"{count} clusters, soft", []).append(np.log(shares @ np.exp(values)))
            clustered.setdefault(f"{count} clusters, largest", []).append(values.max(axis=0))
    plain = measured(base, cases, rows)
    print(
        len(cases), "investors;", *(f"{name} {value:.4f}" for name, value in zip(METRICS, plain.mean(0), strict=True))
    )
    spread = base.std(axis=1, keepdims=True)
    for weight in WEIGHTS:
        for name, values_of_cases in clustered.items():
            values = np.array(values_of_cases)
            told(f"{name}, added at {weight}", measured(base + weight * spread * values, cases, rows) - plain)
            instead = base + weight * spread * (values - np.array(means))
            told(f"{name}, for the mean at {weight}", measured(instead, cases, rows) - plain)


if __name__ == "__main__":
    main()
