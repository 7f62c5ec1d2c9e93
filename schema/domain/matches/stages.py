"""How a stage comes to hold: who may state it, what needs a confirmation, and where talks stand after their steps."""

from __future__ import annotations

from collections.abc import Sequence

from schema.declarations.base import STAFF
from schema.domain.shared.problems import bad, forbidden
from schema.domain.shared.scopes import is_scoped
from store import models
from store.access.actors import Actor
from store.enums import MatchParty, MatchStage, Role

ONE_SIDED = frozenset({
    MatchStage.SUGGESTED, MatchStage.SHORTLISTED, MatchStage.CONTACTED, MatchStage.PASSED, MatchStage.ON_HOLD,
    MatchStage.EXPIRED, MatchStage.TERMINATED,
})  # fmt: skip
"""Stages that one side decides alone; every other one says something of both."""
BINDING = frozenset({MatchStage.SIGNED, MatchStage.LANDED})
"""Stages that don't count as the stage of the talks before they are confirmed."""
_OWNERS = frozenset(MatchStage) - ONE_SIDED | {MatchStage.ON_HOLD, MatchStage.TERMINATED}
"""Stages that a project's owner may state."""
_PROGRESS: dict[MatchStage, int] = {stage: position for position, stage in enumerate(MatchStage)}
_HALTS = frozenset({MatchStage.PASSED, MatchStage.ON_HOLD, MatchStage.EXPIRED, MatchStage.TERMINATED})


def party_of(actor: Actor) -> MatchParty:
    """The side that the actor speaks for. Raises RefusedError for actors that speak for none."""
    if actor.role in STAFF or is_scoped(actor):
        return MatchParty.ORGANISER
    if actor.role is Role.TALENT:
        return MatchParty.PROJECT
    if actor.role in (Role.INVESTOR, Role.PLANNER):
        return MatchParty.COUNTERPART
    raise forbidden(f"{actor.role} may not record talks.")


def require_statable(party: MatchParty, stage: MatchStage) -> None:
    """Raises RefusedError for a stage that isn't this side's to state."""
    if party is MatchParty.PROJECT and stage not in _OWNERS:
        allowed = ", ".join(each for each in MatchStage if each in _OWNERS)
        raise bad(f"{stage} is for the investor or place to say. A project's owner may state: {allowed}.", "stage")


def needs_confirmation(party: MatchParty, stage: MatchStage) -> bool:
    """Whether a stage stated by this side waits for the other side or an organiser."""
    return party is not MatchParty.ORGANISER and stage not in ONE_SIDED


def require_reason(row: models.Match, stage: MatchStage, reason: str | None) -> None:
    """Raises RefusedError where talks go back to an earlier stage and nobody says why."""
    if row.stage is None or stage in _HALTS or row.stage in _HALTS:
        return
    if _PROGRESS[stage] < _PROGRESS[row.stage] and not (reason or "").strip():
        raise bad(f"The talks would go back from {row.stage} to {stage}. Say why.", "reason")


def stand(row: models.Match, steps: Sequence[models.MatchStep]) -> None:
    """Set where the talks are: at the step recorded last, but none that lies wholly before another.

    A binding stage that nobody confirmed is passed over; where nothing else is known, the other side was at least
    contacted.
    """
    last: models.MatchStep | None = None
    for step in steps:
        if step.stage in BINDING and not step.confirmed:
            continue
        if last is None or not (
            step.happened_latest and last.happened_earliest and step.happened_latest < last.happened_earliest
        ):
            last = step
    if last is None:
        first = steps[0]
        row.stage, row.since = MatchStage.CONTACTED, first.happened
        row.stated_by, row.confirmed = first.stated_by, True
        return
    row.stage, row.since = last.stage, last.happened
    row.stated_by, row.confirmed = last.stated_by, last.confirmed
