"""The label protocol: does the name of an industry find the projects that belong to it?"""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.blocks import Context
from recommender.evaluation.baselines import label_baselines
from recommender.evaluation.data_sets.data_set import LabelData, label_profile
from recommender.evaluation.data_sets.words import FEW_WORDS, content_words
from recommender.evaluation.metrics import averaged, binned_error, differences, mean_of, metrics_of, ordered
from recommender.evaluation.protocols import fitted_model
from recommender.evaluation.results import LABELS_PROTOCOL, ROADSHOW, Result
from recommender.evaluation.served import Scores, ServedModel
from recommender.fit.model import FitModel
from recommender.pool.taxonomies import ConceptGraph, Taxonomies
from recommender.text import language_of
from recommender.text.vectors import TextVectors


def label_taxonomies(data: LabelData) -> Taxonomies:
    """Return the labels as concepts, so that their names are recognised; no text is a member of one."""
    graph = ConceptGraph(
        [f"label:{label}" for label in data.labels],
        [{language_of(label): label} for label in data.labels],
        np.full(len(data.labels), -1, np.int32),
    )
    return Taxonomies(concepts=graph)


def labels(data: LabelData, vectors: TextVectors, model: FitModel | None = None, seed: int = 0) -> Result:
    """Rank all texts for each label's name, and average over labels."""
    context = Context(data.projects, label_taxonomies(data), vectors)
    ready = model or fitted_model(context)
    profiles = [label_profile(label) for label in data.labels]
    served = ServedModel.of(ready, context, profiles)
    methods: dict[str, Scores] = {
        **label_baselines(data.projects, data.labels, seed),
        ROADSHOW: np.array([served.scores(profile.id) for profile in profiles]),
    }
    members: Any = data.members.toarray()
    has = members > 0
    few = np.array([content_words(" ".join(texts.values())) < FEW_WORDS for texts in data.projects.texts])
    collected: dict[str, list[dict[str, float]]] = {name: [] for name in methods}
    for name, scores in methods.items():
        for label in range(len(data.labels)):
            row = metrics_of(scores[label], has[:, label], seed)
            row["short@10"] = float(few[ordered(scores[label], seed)[:10]].mean())
            collected[name].append(row)
    relevant_few = np.array([few[has[:, label]].mean() for label in range(len(data.labels))])
    return Result(
        data.name,
        LABELS_PROTOCOL,
        {"texts": len(data.projects), "labels": len(data.labels), "seed": seed},
        {name: averaged(rows) for name, rows in collected.items()},
        ready.weights.flat(),
        left_out=data.left_out,
        differences=differences(collected, ROADSHOW),
        measures={
            "relevant texts under five content words": mean_of(relevant_few),
            "calibration error (score as a probability, ten bins)": mean_of(
                np.array([binned_error(methods[ROADSHOW].ravel() / 100, has.T.ravel())])
            ),
        },
    )
