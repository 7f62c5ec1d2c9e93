"""Trained weights and calibrations in the store, written by ``roadshow learn`` and used by every ranking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recommender.fit.model import MODEL_VERSION
from recommender.fit.scoring import Scale
from recommender.fit.weights import Weights
from recommender.interface.answers import ScoreScale
from recommender.interface.errors import RecommenderError
from store.models import LearnedModel


@dataclass(frozen=True)
class Learned:
    """Trained weights, a calibration if there were enough outcomes, and their provenance."""

    weights: Weights
    encoder: str
    scale: Scale | None = None
    number: int = 0
    """0 before it is stored."""
    base_version: str = MODEL_VERSION
    made_of: Mapping[str, Any] = field(default_factory=dict)
    measures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The model's version with these weights."""
        return f"{self.base_version}.{self.number}"

    def fits(self, version: str) -> bool:
        """Return whether it was trained for this version of the model."""
        return self.base_version == version

    def scale_for(self, encoder: str) -> Scale:
        """Return its calibration if it was trained with ``encoder``, else the fixed scale."""
        return self.scale if self.scale is not None and encoder == self.encoder else Scale()

    def weights_for(self, blocks: Collection[str]) -> Weights:
        """Return its weights of ``blocks``; an unknown block keeps its prior weight."""
        own = {name: weight for name, weight in self.weights.blocks.items() if name in blocks}
        return Weights(own, self.weights.declared, self.weights.history, self.weights.learned, self.weights.activity)


def weights_from(flat: Mapping[str, float]) -> Weights:
    """Return the inverse of ``Weights.flat``."""
    voices = {name[1:]: float(value) for name, value in flat.items() if name.startswith("~")}
    return Weights({name: float(value) for name, value in flat.items() if not name.startswith("~")}, **voices)


def _from_row(row: LearnedModel) -> Learned:
    scale = None
    if row.slope is not None and row.intercept is not None:
        scale = Scale(row.slope, row.intercept, ScoreScale.CALIBRATED)
    return Learned(
        weights_from(row.weights), row.encoder, scale, row.number, row.base_version, row.made_of, row.measures
    )


def active_model(session: Session) -> Learned | None:
    """Return the trained model in use, unless it is for another model version."""
    row = session.scalar(select(LearnedModel).where(LearnedModel.active.is_(True)).order_by(LearnedModel.number.desc()))
    model = _from_row(row) if row is not None else None
    return model if model is not None and model.fits(MODEL_VERSION) else None


def learned_models(session: Session) -> list[tuple[LearnedModel, Learned]]:
    """Return all trained models with their rows, latest first."""
    rows = session.scalars(select(LearnedModel).order_by(LearnedModel.number.desc()))
    return [(row, _from_row(row)) for row in rows]


def keep(session: Session, learned: Learned) -> int:
    """Store a trained model without activating it; return its number."""
    number = (session.scalar(select(func.max(LearnedModel.number))) or 0) + 1
    session.add(
        LearnedModel(
            number=number,
            base_version=learned.base_version,
            encoder=learned.encoder,
            weights=learned.weights.flat(),
            slope=learned.scale.slope if learned.scale else None,
            intercept=learned.scale.intercept if learned.scale else None,
            made_of=dict(learned.made_of),
            measures=dict(learned.measures),
            active=False,
        )
    )
    session.flush()
    return number


def use(session: Session, number: int | None) -> None:
    """Activate one trained model, or none, which restores the prior weights and the fixed scale.

    Raises ``RecommenderError`` for an unknown number, or one trained for another model version.
    """
    rows = list(session.scalars(select(LearnedModel)))
    chosen = next((row for row in rows if row.number == number), None)
    if number is not None and chosen is None:
        numbers = ", ".join(str(row.number) for row in sorted(rows, key=lambda row: row.number)) or "none"
        raise RecommenderError(f"There is no learned model {number}; there are: {numbers}", field="use")
    if chosen is not None and chosen.base_version != MODEL_VERSION:
        raise RecommenderError(
            f"Learned model {number} was learned for version {chosen.base_version} of the model and this is "
            f"{MODEL_VERSION}; learn anew with: roadshow learn",
            field="use",
        )
    for row in rows:
        row.active = row is chosen
