"""Trained models: weights of the ranking's blocks, and the calibration from fits to scores."""

from sqlalchemy import Boolean, Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Identified
from store.values.column_types import Json


class LearnedModel(Identified, Base):
    """Weights and calibration from `roadshow learn`. Immutable except for `active`; at most one is active."""

    __tablename__ = "learned_model"
    prefix = "lmd"

    number: Mapped[int] = mapped_column(Integer, unique=True)
    """Counts from 1; part of the model's version."""
    base_version: Mapped[str] = mapped_column(String(120))
    """The version of the model; for another version these weights have no meaning."""
    encoder: Mapped[str] = mapped_column(String(400))
    weights: Mapped[dict[str, float]] = mapped_column(Json)
    slope: Mapped[float | None] = mapped_column(Float)
    """Coefficients of the logistic curve from fits to scores; null with too few outcomes."""
    intercept: Mapped[float | None] = mapped_column(Float)
    made_of: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    """Data position, numbers of outcomes, cut-off days, version and commit of the code."""
    measures: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    """Metrics on later outcomes with and without it, and the reliability curve."""
    active: Mapped[bool] = mapped_column(Boolean, default=False)
