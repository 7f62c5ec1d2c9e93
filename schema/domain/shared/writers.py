"""Who may write which entity. Staff may write all; others the rows that meet a rule, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false

from schema.declarations.base import STAFF, Model, RowRule
from schema.domain.shared.scopes import (
    is_own_project,
    of_own_edition,
    of_own_programme,
    own_edition,
    own_programme,
    own_series,
)
from store.access.actors import Actor
from store.enums import Role


@dataclass(frozen=True, slots=True)
class Writers:
    """A role's own rows of an entity, and whether it may create rows."""

    role: Role
    own: RowRule
    create: bool = True


_OF_PLACE = Writers(Role.PLANNER, lambda actor, row: row.place_id == actor.subject_id)
_SCOPED = Role.SCOPED_ORGANISER

WRITABLE: Mapping[str, tuple[Writers, ...]] = {
    "Project": (Writers(Role.TALENT, is_own_project), Writers(_SCOPED, is_own_project)),
    "Talent": (Writers(Role.TALENT, lambda actor, row: row.id == actor.subject_id, create=False),),
    "Organisation": (),
    "Investor": (Writers(Role.INVESTOR, lambda actor, row: row.id == actor.subject_id, create=False),),
    "Investment": (Writers(Role.INVESTOR, lambda actor, row: row.investor_id == actor.subject_id),),
    "Place": (),
    "Park": (_OF_PLACE,),
    "IndustryPriority": (_OF_PLACE,),
    "MatchingNeed": (_OF_PLACE,),
    "Programme": (Writers(_SCOPED, own_programme, create=False),),
    "Track": (Writers(_SCOPED, of_own_programme),),
    "EventSeries": (Writers(_SCOPED, own_series),),
    "EventEdition": (Writers(_SCOPED, own_edition),),
    "Event": (Writers(_SCOPED, of_own_edition),),
    "ConceptScheme": (),
    "Concept": (),
    "StatisticalClaim": (),
    "SourceDocument": (),
    "ExchangeRate": (),
}
"""Entities with mutations of their own, and who may write them beside staff."""
BY_NAME: Mapping[str, tuple[Writers, ...]] = {"Scenario": (_OF_PLACE,)}
"""Entities written by mutations with their own names and inputs."""

NAMED: Mapping[str, tuple[Role, ...]] = {
    "expressInterest": (Role.INVESTOR, Role.PLANNER),
    "withdrawInterest": (Role.INVESTOR, Role.PLANNER),
    "advanceMatch": (Role.INVESTOR, Role.PLANNER, Role.TALENT, _SCOPED),
    "confirmMatchStep": (Role.INVESTOR, Role.PLANNER, Role.TALENT, _SCOPED),
    "retractMatchStep": (Role.INVESTOR, Role.PLANNER, Role.TALENT, _SCOPED),
    "keepRanking": (Role.INVESTOR, Role.PLANNER, Role.TALENT),
    "setIndustryPriorities": (Role.PLANNER,),
    "setMandate": (Role.INVESTOR,),
    "publishProject": (Role.TALENT, _SCOPED),
    "withdrawProject": (Role.TALENT, _SCOPED),
    "setTeam": (Role.TALENT, _SCOPED),
    "setLandingPreferences": (Role.TALENT, _SCOPED),
    "confirmTeamMember": (Role.TALENT,),
    "confirmInvestment": (Role.TALENT,),
    **{f"{verb}Scenario": (Role.PLANNER,) for verb in ("create", "update", "archive", "restore", "apply")},
}
"""Mutations with their own names, and who may run them on their own records, beside staff; shown by `capabilities`."""


def may_try(actor: Actor, entity_name: str, create: bool) -> bool:
    """Return whether the role may write this entity at all; the rule decides which rows."""
    if actor.role in STAFF:
        return True
    writers = _writers(actor, entity_name)
    return writers is not None and actor.subject_id is not None and (writers.create or not create)


def own_rule(actor: Actor, entity_name: str) -> RowRule | None:
    """Return the rule that a written row must meet; None for staff."""
    if actor.role in STAFF:
        return None
    writers = _writers(actor, entity_name)
    return _none if writers is None else writers.own


def _writers(actor: Actor, entity_name: str) -> Writers | None:
    every = BY_NAME[entity_name] if entity_name in BY_NAME else WRITABLE[entity_name]
    return next((each for each in every if each.role is actor.role), None)


def _none(actor: Actor, row: Model) -> ColumnElement[bool]:
    return false()
