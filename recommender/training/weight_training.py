"""Trains block weights and a calibration on the store's outcomes.

There are two cut-offs in time. Weights are chosen, and the curve is fitted, on outcomes between them; later outcomes
only judge: weights that do no better there than the prior ones are rejected, and the reliability curve uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import inspect

from recommender.evaluation.data_sets.data_set import LinkData
from recommender.evaluation.data_sets.outcomes import outcomes_of
from recommender.evaluation.data_sets.splits import Split, cold, forward_cases
from recommender.evaluation.metrics import averaged, metrics_of
from recommender.evaluation.protocols import at_time, pairs_of, with_activity
from recommender.evaluation.report import commit
from recommender.evaluation.tuning import LEAST_CASES, search, value_of
from recommender.fit.calibration import LEAST_OUTCOMES, Calibrator, Pairs, calibrated, calibration_error, reliability
from recommender.fit.model import FitModel
from recommender.fit.weights import Weights
from recommender.pool.profiles import Evidence
from recommender.serving.service import Recommender
from recommender.snapshot.loading.ranked_kinds import load_acts
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.snapshot.trained_weights import Learned
from recommender.training.plugin_parts import TrainingParts
from store.database import Database

LEAST_HISTORY = 3
"""Acts before a cut-off that a subject needs to be learned from."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Outcome:
    """The outcome of training: ``learned`` is ``None`` if there were too few outcomes."""

    learned: Learned | None
    explanation: str


def learn(
    snapshot: PoolSnapshot,
    prior: Weights,
    progress: Progress | None = None,
    calibrator: Calibrator | None = None,
    more: Iterable[Mapping[str, Sequence[Evidence]]] = (),
) -> Outcome:
    """Train weights and a calibration on the outcomes in ``snapshot``, starting from the ``prior`` weights.

    ``more`` are outcomes that plugins know of, as for ``outcomes_of``.
    """
    data = outcomes_of(snapshot, more)
    few = f"There are {len(data.days)} dated outcomes (investments, likes, bookmarks, meetings, signatures, landings)"
    needed = f"at least {LEAST_CASES} subjects with {LEAST_HISTORY} of them before a day and one after it are needed"
    if len(data.days) < LEAST_CASES:
        return Outcome(None, f"{few}; {needed}. The prior weights and the fixed scale stay.")
    later = cold(data)
    if len(later.history) < LEAST_CASES:
        return Outcome(None, f"{few}, nearly all of one time; {needed}. The prior weights and the fixed scale stay.")
    earlier = cold(data, later.history)
    cases = forward_cases(data, earlier, LEAST_HISTORY)
    judging = forward_cases(data, later, LEAST_HISTORY)
    if len(cases) < LEAST_CASES or len(judging) < LEAST_CASES:
        usable = min(len(cases), len(judging))
        return Outcome(None, f"{few}, {usable} subjects to learn from; {needed}. The prior stays.")
    model = snapshot.model
    own, taxonomies = model.weights, model.context_
    try:
        model.weights = prior
        chosen = search(data, earlier, model, cases, progress)
        chosen = with_activity(data, earlier, model, chosen, LEAST_HISTORY)
        before = _measured(data, later, model, prior)
        after = before if chosen == prior else _measured(data, later, model, chosen)
        adopted = chosen if after.value > before.value else prior
        model.weights = adopted
        scale = calibrated(pairs_of(data, earlier, model, LEAST_HISTORY), LEAST_OUTCOMES, calibrator)
        pairs = after.pairs if adopted is chosen else before.pairs
        curve = reliability(pairs, scale) if scale is not None else []
    finally:
        model.weights, model.context_ = own, taxonomies
    measures: dict[str, Any] = {
        "subjects": len(judging),
        "prior": before.means(),
        "learned": after.means(),
        "weights": "learned" if adopted != prior else "prior",
        "reliability": [list(each) for each in curve],
        "calibration_error": round(calibration_error(curve), 3) if curve else None,
    }
    learned = Learned(
        adopted, snapshot.encoder, scale, made_of=_made_of(snapshot, data, earlier, later), measures=measures
    )
    return Outcome(learned, _explained(learned, prior))


@dataclass(frozen=True)
class _Measured:
    rows: list[dict[str, float]]
    pairs: Pairs

    @property
    def value(self) -> float:
        """The mean quality of a ranking."""
        return float(np.mean([value_of(fits, chosen) for fits, chosen in self.pairs]))

    def means(self) -> Mapping[str, float]:
        return {name: round(value.mean, 4) for name, value in averaged(self.rows).items()}


def _measured(data: LinkData, split: Split, model: FitModel, weights: Weights) -> _Measured:
    own = model.weights
    model.weights = weights
    try:
        at_time(model, split.cut)
        pairs = pairs_of(data, split, model, LEAST_HISTORY)
        return _Measured([metrics_of(fits, chosen) for fits, chosen in pairs], pairs)
    finally:
        model.weights = own


def _made_of(snapshot: PoolSnapshot, data: LinkData, earlier: Split, later: Split) -> dict[str, Any]:
    return {
        "data_position": snapshot.position,
        "outcomes": len(data.days),
        "subjects": len(data.investors),
        "projects": len(data.projects),
        "first_day": str(data.days.min()),
        "last_day": str(data.days.max()),
        "learned_after": str(earlier.cut),
        "judged_after": str(later.cut),
        "commit": commit(),
    }


def _explained(learned: Learned, prior: Weights) -> str:
    before, after = learned.measures["prior"], learned.measures["learned"]
    moved = sorted(name for name, value in learned.weights.flat().items() if value != prior.flat().get(name))
    if moved:
        changes = ", ".join(f"{name} {prior.flat()[name]:g} to {learned.weights.flat()[name]:g}" for name in moved)
        first = f"Weights changed: {changes}."
    else:
        first = "No other weights did better on later outcomes than the prior ones, which stay."
    recall = f"recall@50 {before['recall@50']:.3f} before, {after['recall@50']:.3f} with what was tried"
    second = f"On later outcomes: {recall}."
    if learned.scale is None:
        return f"{first} {second} There are fewer than {LEAST_OUTCOMES} later choices: scores stay on the fixed scale."
    error = learned.measures["calibration_error"]
    return f"{first} {second} Scores are calibrated; on later outcomes they are {error:.1f} points off on average."


def learn_from_store(
    database: Database, recommender: Recommender, parts: TrainingParts, progress: Progress | None = None
) -> Outcome:
    """Train on everything that the store and plugins know. Changes the recommender's weights for a while."""
    snapshot = recommender.snapshot()
    with database.read() as session:
        present = set(inspect(session.connection()).get_table_names())
        more = [load_acts(session, acts) for acts in parts.outcomes if acts.name in present]
    return learn(snapshot, prior_weights(snapshot), progress, parts.calibrator, more)


def prior_weights(snapshot: PoolSnapshot) -> Weights:
    """Return the prior weights of the blocks of ``snapshot``."""
    return replace(Weights(), blocks=dict(snapshot.model.prior))
