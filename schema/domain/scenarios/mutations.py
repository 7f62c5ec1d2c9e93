"""Mutations of scenarios: create, change, apply."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.shared.faults import Faults
from schema.domain.shared.inputs.values import CHARACTERS
from schema.domain.shared.problems import Payload, bad, forbidden, missing
from schema.domain.shared.writers import may_try
from schema.domain.shared.writing import guarded, require_own, require_version, target
from schema.request.context import Context
from schema.sql.pages import rows_statement
from schema.sql.scope import camel
from store import models

MOST_WEIGHTS = 300
MOST_SCENARIOS = 200
"""Maximum number of active scenarios of one place."""


async def create_scenario(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Save weights under a name."""

    async def work(session: Session) -> object:
        _require_role(context, create=True)
        place = await context.row("Place", arguments["place"])
        if place is None or place.archived_at is not None:
            raise missing("place", arguments["place"], "place")
        scenario = models.Scenario
        used = select(scenario.id).where(scenario.place_id == place.id, scenario.archived_at.is_(None))
        if len(session.scalars(used).all()) >= MOST_SCENARIOS:
            raise bad(f"This place has {MOST_SCENARIOS} scenarios; archive some first.", "place")
        row = models.Scenario(place_id=place.id)
        given = arguments["input"]
        faults = Faults()
        with faults.noting():
            if "name" not in given:  # an empty one is told below
                raise bad("It must be given.", "input", "name")
        await _fill(context, session, row, given, faults)
        faults.settle()
        session.add(row)
        require_own(
            context,
            session,
            context.registry.entities["Scenario"],
            row,
            "You may create scenarios of your own place only.",
        )
        return row

    return await guarded(context, "createScenario", arguments, work)


async def update_scenario(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Change what is given; each list replaces the one that was there."""

    async def work(session: Session) -> object:
        row = await _open(context, session, arguments)
        faults = Faults()
        await _fill(context, session, row, arguments["input"], faults)
        faults.settle()
        return row

    return await guarded(context, "updateScenario", arguments, work)


async def apply_scenario(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Make a scenario's weights of priorities the place's own; its other weights stay in the scenario."""

    async def work(session: Session) -> object:
        scenario = await _open(context, session, arguments)
        priority = models.IndustryPriority
        mine = select(priority).where(priority.place_id == scenario.place_id, priority.archived_at.is_(None))
        rows = session.scalars(mine.order_by(priority.ordinal, priority.id)).all()
        present = {row.id for row in rows}
        missing_ids = [each for each in sorted(scenario.priority_weights) if each not in present]
        if missing_ids:
            raise missing("priority in use of this place", missing_ids[0], "id")
        if not scenario.priority_weights:
            raise bad("It changes no priority's weight, so there is nothing to apply.", "id")
        for row in rows:
            row.weight = scenario.priority_weights.get(row.id, row.weight)
        return list(rows)

    return await guarded(context, "applyScenario", arguments, work)


async def _open(context: Context, session: Session, arguments: GivenArguments) -> models.Scenario:
    _require_role(context, create=False)
    row: models.Scenario = await target(context, session, context.registry.entities["Scenario"], arguments["id"])
    require_version(context, session, row, arguments.get("if_version"))
    return row


def _require_role(context: Context, create: bool) -> None:
    if not may_try(context.actor, context.registry.entities["Scenario"], create):
        raise forbidden(f"{context.actor.role} may not save scenarios of a place.")


async def _fill(
    context: Context, session: Session, row: models.Scenario, given: GivenArguments, faults: Faults
) -> None:
    for name in ("name", "description"):
        with faults.noting():
            if name in given:
                setattr(row, name, _texts(name, given[name]))
    if given.get("shared") is not None:
        row.shared = given["shared"]
    if "pool" in given:
        row.pool = plain_json(given["pool"]) or None
    with faults.noting():
        if given.get("priority_weights") is not None:
            weights = _weights(given["priority_weights"], "priority_weights", "priority")
            mine = select(models.IndustryPriority.id).where(
                models.IndustryPriority.place_id == row.place_id, models.IndustryPriority.archived_at.is_(None)
            )
            _require_known(
                weights, set(session.scalars(mine)), "priority of this place", "priority_weights", "priority"
            )
            row.priority_weights = weights
    with faults.noting():
        if given.get("industry_weights") is not None:
            weights = _weights(given["industry_weights"], "industry_weights", "industry")
            wanted = rows_statement(context.scope, context.registry.entities["Concept"], list(weights))
            seen = {each.id for each in context.session.execute(wanted)} if weights else set()
            _require_known(weights, seen, "industry", "industry_weights", "industry")
            row.industry_weights = weights
    with faults.noting():
        if given.get("block_weights") is not None:
            weights = _weights(given["block_weights"], "block_weights", "block")
            if context.services.recommender is not None:
                known = {each.name for each in context.services.recommender.blocks()}
                _require_known(weights, known, "block", "block_weights", "block")
            row.block_weights = weights


def _texts(name: str, given: Sequence[Mapping[str, str]] | None) -> object:
    texts: dict[str, str] = {}
    for position, each in enumerate(given or ()):
        if len(each["text"]) > CHARACTERS:
            raise bad(f"The text has more than {CHARACTERS} characters.", "input", name, str(position), "text")
        if each["text"].strip():
            texts[each["language"]] = each["text"].strip()
    if name == "name" and not texts:
        raise bad("Give a name in at least one language.", "input", "name")
    return texts or None


def _weights(given: Sequence[GivenArguments], name: str, of: str) -> dict[str, float]:
    if len(given) > MOST_WEIGHTS:
        raise bad(f"The list has more than {MOST_WEIGHTS} items.", "input", camel(name))
    weights: dict[str, float] = {}
    faults = Faults()
    for position, each in enumerate(given):
        where = ("input", camel(name), str(position))
        with faults.noting():
            if each[of] in weights:
                raise bad(f"{each[of]} is given twice.", *where, of)
            if not (math.isfinite(each["weight"]) and 0 <= each["weight"] <= 1000):
                raise bad(f"{each['weight']} is out of range: 0 to 1000.", *where, "weight")
            weights[each[of]] = float(each["weight"])
    faults.settle()
    return weights


def _require_known(weights: Mapping[str, float], known: set[str], what: str, name: str, of: str) -> None:
    faults = Faults()
    for position, each in enumerate(weights):
        with faults.noting():
            if each not in known:
                raise missing(what, each, "input", camel(name), str(position), of)
    faults.settle()


def plain_json(value: object) -> Any:
    """An input as JSON with the names of the schema, so that it can be given again as it was read."""
    if isinstance(value, Mapping):
        return {camel(name): plain_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(item) for item in value]
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Decimal | date | datetime):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)
