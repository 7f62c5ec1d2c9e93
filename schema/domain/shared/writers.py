"""Who may write which entity. Staff may write all; others the rows for which a rule holds, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schema.declarations.base import STAFF, RowRule
from store.access.actors import Actor
from store.enums import Role


@dataclass(frozen=True, slots=True)
class Writers:
    """A role's own rows of an entity, and whether it may make new ones."""

    role: Role
    own: RowRule
    create: bool = True


_OF_PLACE = Writers(Role.PLANNER, lambda actor, row: row.place_id == actor.subject_id)

WRITABLE: Mapping[str, Writers | None] = {
    "Project": Writers(Role.TALENT, lambda actor, row: row.owner_id == actor.subject_id),
    "Talent": Writers(Role.TALENT, lambda actor, row: row.id == actor.subject_id, create=False),
    "Organisation": None,
    "Investor": Writers(Role.INVESTOR, lambda actor, row: row.id == actor.subject_id, create=False),
    "Investment": Writers(Role.INVESTOR, lambda actor, row: row.investor_id == actor.subject_id),
    "Place": None,
    "Park": _OF_PLACE,
    "IndustryPriority": _OF_PLACE,
    "MatchingNeed": _OF_PLACE,
    "Programme": None,
    "Track": None,
    "EventSeries": None,
    "EventEdition": None,
    "Event": None,
    "ConceptScheme": None,
    "Concept": None,
    "StatisticalClaim": None,
    "SourceDocument": None,
    "ExchangeRate": None,
}
"""Entities with mutations of their own, and who may write them beside staff."""
BY_NAME: Mapping[str, Writers | None] = {"Scenario": _OF_PLACE}
"""Entities written by mutations with a name and an input of their own."""

NAMED: Mapping[str, tuple[Role, ...]] = {
    "expressInterest": (Role.INVESTOR, Role.PLANNER),
    "withdrawInterest": (Role.INVESTOR, Role.PLANNER),
    "advanceMatch": (Role.INVESTOR, Role.PLANNER, Role.TALENT),
    "confirmMatchStep": (Role.INVESTOR, Role.PLANNER, Role.TALENT),
    "retractMatchStep": (Role.INVESTOR, Role.PLANNER, Role.TALENT),
    "keepRanking": (Role.INVESTOR, Role.PLANNER, Role.TALENT),
    "setIndustryPriorities": (Role.PLANNER,),
    "setMandate": (Role.INVESTOR,),
    "setTeam": (Role.TALENT,),
    "setLandingPreferences": (Role.TALENT,),
    "confirmTeamMember": (Role.TALENT,),
    "confirmInvestment": (Role.TALENT,),
    **{f"{verb}Scenario": (Role.PLANNER,) for verb in ("create", "update", "archive", "restore", "apply")},
}
"""Mutations with a name of their own, and who runs them for what is its own, beside staff; told by `capabilities`."""


def may_try(actor: Actor, entity_name: str, create: bool) -> bool:
    """Whether the role may write this entity at all; which rows, the rule says."""
    writers = _writers(entity_name)
    if actor.role in STAFF:
        return True
    return writers is not None and actor.role is writers.role and actor.subject_id is not None and (
        writers.create or not create
    )  # fmt: skip


def own_rule(actor: Actor, entity_name: str) -> RowRule | None:
    """The rule that a written row must meet; None for staff."""
    writers = _writers(entity_name)
    return None if actor.role in STAFF or writers is None else writers.own


def _writers(entity_name: str) -> Writers | None:
    return BY_NAME[entity_name] if entity_name in BY_NAME else WRITABLE[entity_name]
