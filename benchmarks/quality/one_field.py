"""What the texts of one field alone score for its name: python benchmarks/quality/one_field.py LABELS.parquet

The texts of one label, at most ``--texts``, are the whole pool; the queries are the names of all labels. Printed for
labels drawn at random, and their mean: the probability given to the texts for their own label (1 is true), that for
labels that they don't have, and the AUC between the two. ``before`` is without the background texts. The last line is a
sample of 1,000 texts of all labels.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from recommender.blocks import Context, passages
from recommender.encoders import encoders_for
from recommender.evaluation.data_sets.data_set import LabelData, label_profile
from recommender.evaluation.data_sets.loading import load_labels
from recommender.evaluation.data_sets.vectors import vectors_of
from recommender.evaluation.labels import label_taxonomies
from recommender.evaluation.protocols import fitted_model
from recommender.evaluation.served import ServedModel
from recommender.evaluation.tasks import texts_of
from recommender.features import Doubles
from recommender.text.vectors import TextVectors
from store.settings import load_settings

Rows = npt.NDArray[np.intp]
LEAST_TEXTS = 20
MIXED = 1_000


def probabilities(data: LabelData, vectors: TextVectors, rows: Rows) -> Doubles:
    """Return the probability of each label for each text of a pool of ``rows`` alone, shape (labels, rows)."""
    context = Context(data.projects.at(rows), label_taxonomies(data), vectors)
    profiles = [label_profile(label) for label in data.labels]
    served = ServedModel.of(fitted_model(context), context, profiles)
    return np.array([served.scores(profile.id) for profile in profiles], np.float64) / 100


def own_and_others(found: Doubles, has: npt.NDArray[np.bool_], label: int) -> tuple[float, float, float]:
    """Return the mean probability of the texts' own label and of those that they don't have, and the AUC."""
    from sklearn.metrics import roc_auc_score

    own = found[label]
    others = np.concatenate([found[other][~has[:, other]] for other in range(len(found)) if other != label])
    true = np.concatenate([np.ones(len(own)), np.zeros(len(others))])
    return float(own.mean()), float(others.mean()), float(roc_auc_score(true, np.concatenate([own, others])))


@contextmanager
def without_background() -> Iterator[None]:
    with mock.patch.object(passages, "narrowness", return_value=0.0):
        yield


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--labels", type=int, default=12)
    parser.add_argument("--texts", type=int, default=100)
    given = parser.parse_args()
    settings = load_settings()
    data = load_labels(given.data)
    cache = settings.data_directory / "evaluation-vectors"
    vectors = vectors_of([*texts_of(data.projects), *data.labels], encoders_for(settings.encoder), cache)
    has = data.members.toarray() > 0
    random = np.random.default_rng(0)
    frequent = [label for label in range(has.shape[1]) if has[:, label].sum() >= LEAST_TEXTS]
    results = []
    for label in random.choice(frequent, min(given.labels, len(frequent)), replace=False):
        rows = np.flatnonzero(has[:, label])
        rows = np.sort(random.choice(rows, min(given.texts, len(rows)), replace=False))
        after = own_and_others(probabilities(data, vectors, rows), has[rows], label)
        with without_background():
            before = own_and_others(probabilities(data, vectors, rows), has[rows], label)
        results.append((*before, *after))
        print(f"{data.labels[label]:30} {len(rows):4} texts", *(f"{value:.3f}" for value in results[-1]), flush=True)
    print("label: own, others, AUC before; own, others, AUC")
    print("mean", *(f"{value:.3f}" for value in np.mean(results, axis=0)))
    mixed = np.sort(random.choice(len(has), min(MIXED, len(has)), replace=False))
    print(f"own, among others {probabilities(data, vectors, mixed)[has[mixed].T].mean():.3f}")


if __name__ == "__main__":
    main()
