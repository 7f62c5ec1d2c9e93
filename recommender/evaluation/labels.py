"""The label protocol: does the name of an industry find the projects that belong to it?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.blocks import Context
from recommender.evaluation.baselines import label_baselines
from recommender.evaluation.data_sets.data_set import LabelData, label_profile
from recommender.evaluation.metrics import averaged, metrics_of
from recommender.evaluation.protocols import fitted_model
from recommender.evaluation.results import LABELS_PROTOCOL, ROADSHOW, Result
from recommender.fit.model import FitModel
from recommender.pool.taxonomies import ConceptGraph, World
from recommender.text import language_of
from recommender.text.vectors import TextVectors


def label_world(data: LabelData) -> World:
    """The labels as concepts, so that their names are known as what is asked for; no text is a member of one."""
    graph = ConceptGraph(
        [f"label:{label}" for label in data.labels],
        [{language_of(label): label} for label in data.labels],
        np.full(len(data.labels), -1, np.int32),
    )
    return World(concepts=graph)


def labels(data: LabelData, vectors: TextVectors, model: FitModel | None = None) -> Result:
    """The label's own name is the query, all texts are ranked; the macro-average over labels."""
    context = Context(data.projects, label_world(data), vectors)
    ready = model or fitted_model(context)
    queries = ready.queries([label_profile(label) for label in data.labels])
    methods: dict[str, npt.NDArray[np.floating]] = {
        **label_baselines(data.projects, data.labels),
        ROADSHOW: ready.product_many(queries, ready.weights),
    }
    members: Any = data.members.toarray()
    relevant = members > 0
    collected: dict[str, list[dict[str, float]]] = {
        name: [metrics_of(scores[label], relevant[:, label]) for label in range(len(data.labels))]
        for name, scores in methods.items()
    }
    facts = {"texts": len(data.projects), "labels": len(data.labels)}
    return Result(
        data.name,
        LABELS_PROTOCOL,
        facts,
        {name: averaged(values) for name, values in collected.items()},
        ready.weights.flat(),
        left_out=data.left_out,
    )
