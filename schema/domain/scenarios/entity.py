"""Scenarios: other weights of a place's priorities, industries and blocks, over a chosen pool, under a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, true

from schema.declarations import batch, column, entity, localized, relation, translations
from schema.declarations.base import Model, Row
from schema.domain.shared.fields import Edited
from schema.domain.shared.writers import OF_PLACE
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.enums import Role


def visible_scenarios(actor: Actor, scenario: Model) -> ColumnElement[bool]:
    """Show shared ones; to a place's planner all of the place."""
    shared: ColumnElement[bool] = scenario.shared == true()
    if actor.role is Role.PLANNER and actor.subject_id:
        return or_(shared, scenario.place_id == actor.subject_id)
    return shared


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight, and the id or name of what it weighs."""

    bearer: str
    weight: float


def _weights(parents: Sequence[Row], name: str) -> list[list[Weight]]:
    return [[Weight(bearer, weight) for bearer, weight in sorted(getattr(each, name).items())] for each in parents]


def priority_weights(parents: Sequence[Row], context: Context) -> list[list[Weight]]:
    return _weights(parents, "priority_weights")


def industry_weights(parents: Sequence[Row], context: Context) -> list[list[Weight]]:
    return _weights(parents, "industry_weights")


def block_weights(parents: Sequence[Row], context: Context) -> list[list[Weight]]:
    return _weights(parents, "block_weights")


@entity(
    models.Scenario,
    "A place's alternative weights under a name (priorities, industries, blocks), over a pool.",
    rows=visible_scenarios,
    part_of=[("Place", "place_id")],
    root=("scenario", "scenarios"),
    writers=[OF_PLACE],
    named_mutations=True,
)
class Scenario(Edited):
    name = localized("What it is called.", order=True)
    names = translations("What it is called in every language.", "name")
    description = localized("What it is for.")
    place = relation("Place", "The place.", "place_id", filter=True)
    shared = column("Whether everybody may see it; otherwise only the place's planners and organisers.", filter=True)
    priority_weights = batch(
        "[ScenarioPriorityWeight!]!", "Weights of priorities; the others keep theirs.", priority_weights,
        needs=("priority_weights",),
    )  # fmt: skip
    industry_weights = batch(
        "[ScenarioIndustryWeight!]!", "Factors of industries; the others are neutral.",
        industry_weights, needs=("industry_weights",),
    )  # fmt: skip
    block_weights = batch(
        "[ScenarioBlockWeight!]!", "Weights of blocks; the others keep theirs.", block_weights,
        needs=("block_weights",),
    )  # fmt: skip
    pool = column("The projects considered, as a `ProjectFilter`; null for all.", type="JSON")
