"""The priority protocol: do several priorities together find the projects that any of them is about?

A simulated city has six random labels as priorities of equal weight; a text with any of them is relevant. This says
nothing about the judgement of real cities.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.blocks import Context
from recommender.evaluation.data_sets.data_set import DataError, LabelData
from recommender.evaluation.labels import label_taxonomies
from recommender.evaluation.metrics import (
    averaged,
    binned_error,
    coverage,
    differences,
    divergence,
    mean_of,
    metrics_of,
    ordered,
)
from recommender.evaluation.protocols import fitted_model
from recommender.evaluation.results import (
    BY_SCORES,
    MAX_OF_SINGLE,
    PRIORITIES_PROTOCOL,
    ROADSHOW,
    SUM_OF_SINGLE,
    Result,
)
from recommender.evaluation.served import Scores, ServedModel, as_scores, deviations_of, named_priority
from recommender.fit.model import FitModel
from recommender.pool.profiles import Profile, StatedPriority, SubjectKind
from recommender.text import language_of
from recommender.text.vectors import TextVectors

CITIES = 100
PRIORITIES = 6
LISTED = 20
"""Length of a list for coverage and divergence."""
JUDGED_REASONS = 10
"""So many of the first relevant texts have their reasons judged."""
READ = 400
"""Reasons are read down to this rank for them."""

Labels = npt.NDArray[np.intp]


def cities_of(labels: int, seed: int = 0, count: int = CITIES) -> list[Labels]:
    """Draw the labels of each simulated city, ascending, without replacement within a city."""
    random = np.random.default_rng(seed)
    return [np.sort(random.choice(labels, PRIORITIES, replace=False)) for _ in range(count)]


def city_profile(data: LabelData, chosen: Iterable[int], city_id: str) -> Profile:
    """Return a place that states labels as priorities of equal weight, each by its name alone."""
    priorities = [
        StatedPriority(
            f"priority:{label}",
            1.0,
            concepts=(f"label:{data.labels[label]}",),
            name={language_of(data.labels[label]): data.labels[label]},
        )
        for label in map(int, chosen)
    ]
    return Profile(city_id, SubjectKind.PLACE, priorities=priorities).with_priorities()


def priorities(data: LabelData, vectors: TextVectors, model: FitModel | None = None, seed: int = 0) -> Result:
    """Rank texts for simulated cities as the product does, by scores alone, and by single priorities.

    The fits for single priorities are combined by sum and by maximum. Also measures how well scores are calibrated as
    probabilities.

    Raises ``DataError`` where a city would have every label.
    """
    if len(data.labels) <= PRIORITIES:
        raise DataError(f"{data.name} has {len(data.labels)} labels; cities of {PRIORITIES} need more than that")
    context = Context(data.projects, label_taxonomies(data), vectors)
    ready = model or fitted_model(context)
    single = [city_profile(data, [label], f"single:{label}") for label in range(len(data.labels))]
    drawn = cities_of(len(data.labels), seed)
    several = [city_profile(data, chosen, f"city:{number}") for number, chosen in enumerate(drawn)]
    served = ServedModel.of(ready, context, [*single, *several])
    alone = np.array([deviations_of(served.scores(profile.id)) for profile in single])
    members: Any = data.members.toarray()
    has = members > 0
    names = (SUM_OF_SINGLE, MAX_OF_SINGLE, BY_SCORES, ROADSHOW)
    collected: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    score_lists: list[Scores] = []
    relevant_texts: list[npt.NDArray[np.bool_]] = []
    for profile, chosen in zip(several, drawn, strict=True):
        own = has[:, chosen]
        methods: dict[str, Scores] = {
            SUM_OF_SINGLE: alone[chosen].sum(axis=0),
            MAX_OF_SINGLE: alone[chosen].max(axis=0),
            BY_SCORES: served.scores(profile.id),
            ROADSHOW: as_scores(served.order(profile.id)),
        }
        for name, scores in methods.items():
            first = own[ordered(scores, seed)[:LISTED]]
            row = metrics_of(scores, own.any(axis=1), seed)
            row["coverage"] = coverage(first)
            row["divergence"] = divergence(np.ones(len(chosen)), first)
            collected[name].append(row)
        score_lists.append(methods[BY_SCORES])
        relevant_texts.append(own.any(axis=1))
        order = ordered(methods[ROADSHOW], seed)
        collected[ROADSHOW][-1] |= _reasons(served, profile, order, own)
    return Result(
        data.name,
        PRIORITIES_PROTOCOL,
        {"texts": len(data.projects), "labels": len(data.labels), "cities": len(drawn), "priorities": PRIORITIES,
         "base_rate": round(float(np.mean([has[:, chosen].any(axis=1).mean() for chosen in drawn])), 3),
         "seed": seed},
        {name: averaged(rows) for name, rows in collected.items()},
        ready.weights.flat(),
        left_out=data.left_out,
        differences=differences(collected, ROADSHOW),
        measures={"calibration error (score as a probability, ten bins)": mean_of(np.array([binned_error(
            np.concatenate(score_lists) / 100, np.concatenate(relevant_texts))]))},
    )  # fmt: skip


def _reasons(
    served: ServedModel, profile: Profile, order: npt.NDArray[np.intp], has: npt.NDArray[np.bool_]
) -> dict[str, float]:
    """Return the share of the first relevant texts whose reasons name a priority, and how many names are true.

    ``true priority`` is the share of texts whose strongest priority is true, named or not.

    NaN if there is nothing to judge. ``has`` says which text has which of the city's priorities.
    """
    lines = served.explained(profile.id, min(READ, len(order)))
    column = {priority.id: at for at, priority in enumerate(profile.priorities)}
    names = {name: priority.id for priority in profile.priorities for name in priority.name.values()}
    judged = [int(row) for row in order[:READ] if has[row].any() and int(row) in lines][:JUDGED_REASONS]
    named = {row: named_priority(lines[row], names) for row in judged}
    correct = [has[row, column[priority]] for row, priority in named.items() if priority is not None]
    strongest = [bool(lines[row].aspects) and has[row, column[lines[row].aspects[0].id]] for row in judged]
    return {
        "true reasons": float(np.mean(correct)) if correct else float("nan"),
        "true priority": float(np.mean(strongest)) if strongest else float("nan"),
        "named": len(correct) / len(judged) if judged else float("nan"),
    }
