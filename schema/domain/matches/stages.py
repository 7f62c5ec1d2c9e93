"""Rules of stages: who may state them, which need confirmation, and where talks are after their steps."""

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
"""Stages that one side decides alone; every other one concerns both."""
BINDING = frozenset({MatchStage.SIGNED, MatchStage.LANDED})
"""Stages that count as the stage of the talks only once confirmed."""
_OWNERS = frozenset(MatchStage) - ONE_SIDED | {MatchStage.ON_HOLD, MatchStage.TERMINATED}
"""Stages that a project's owner may state."""
_PROGRESS: dict[MatchStage, int] = {stage: position for position, stage in enumerate(MatchStage)}
_HALTS = frozenset({MatchStage.PASSED, MatchStage.ON_HOLD, MatchStage.EXPIRED, MatchStage.TERMINATED})


def party_of(actor: Actor) -> MatchParty:
    """Return the side that the actor represents. Raises RefusedError for actors that represent none."""
    if actor.role in STAFF or is_scoped(actor):
        return MatchParty.ORGANISER
    if actor.role is Role.TALENT:
        return MatchParty.PROJECT
    if actor.role in (Role.INVESTOR, Role.PLANNER):
        return MatchParty.COUNTERPART
    raise forbidden(f"{actor.role} may not record talks.")


def require_statable(party: MatchParty, stage: MatchStage) -> None:
    """Raise RefusedError for a stage that this side may not state."""
    if party is MatchParty.PROJECT and stage not in _OWNERS:
        allowed = ", ".join(each for each in MatchStage if each in _OWNERS)
        raise bad(f"Only the investor or place may state {stage}. A project's owner may state: {allowed}.", "stage")


def needs_confirmation(party: MatchParty, stage: MatchStage) -> bool:
    """Return whether a stage stated by this side waits for the other side or an organiser."""
    return party is not MatchParty.ORGANISER and stage not in ONE_SIDED


def require_reason(row: models.Match, stage: MatchStage, reason: str | None) -> None:
    """Raise RefusedError if talks go back to an earlier stage without a reason."""
    if row.stage is None or stage in _HALTS or row.stage in _HALTS:
        return
    if _PROGRESS[stage] < _PROGRESS[row.stage] and not (reason or "").strip():
        raise bad(f"The talks would go back from {row.stage} to {stage}; give a reason.", "reason")


def stand(row: models.Match, steps: Sequence[models.MatchStep]) -> None:
    """Set where the talks are: at the step recorded last, but none that lies wholly before another.

    An unconfirmed binding stage is skipped; if nothing else is known, the other side was at least contacted.
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
