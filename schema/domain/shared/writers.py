"""Who may write which entity. Staff may write all; others the rows that meet a rule, before and after."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, Model, Row, RowRule
from schema.declarations.entities import Entity
from schema.declarations.writers import Writers
from schema.domain.shared.problems import forbidden
from schema.domain.shared.scopes import is_scoped
from schema.request.context import Context
from store.access.actors import Actor
from store.enums import Role

OF_PLACE = Writers(Role.PLANNER, lambda actor, row: row.place_id == actor.subject_id)
"""A place's planner writes what belongs to the place."""
_SCOPED = Role.SCOPED_ORGANISER
PARENTS = {"programme_id": "Programme", "series_id": "EventSeries", "edition_id": "EventEdition", "parent_id": "Event"}
"""Columns that say what a row belongs to, where programmes are concerned."""

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
    "mergeRecords": (_SCOPED,),
    "undoMerge": (_SCOPED,),
    "requestCorrection": (Role.TALENT, Role.INVESTOR, Role.PLANNER, Role.REVIEWER, _SCOPED),
    "withdrawCorrection": (Role.TALENT, Role.INVESTOR, Role.PLANNER, Role.REVIEWER, _SCOPED),
    "acceptCorrection": (Role.TALENT, Role.INVESTOR, Role.PLANNER, _SCOPED),
    "declineCorrection": (Role.TALENT, Role.INVESTOR, Role.PLANNER, _SCOPED),
    "markDistinct": (_SCOPED,),
    "unmarkDistinct": (_SCOPED,),
    **{f"{verb}UnmappedTerm": () for verb in ("map", "reject", "reopen")},
    **{f"{verb}Scenario": (Role.PLANNER,) for verb in ("create", "update", "archive", "restore", "apply")},
}
"""Mutations with their own names, and who may run them on their own records, beside staff; shown by `capabilities`."""


def may_try(actor: Actor, entity: Entity, create: bool) -> bool:
    """Return whether the role may write this entity at all; the rule decides which rows."""
    if actor.role in STAFF:
        return True
    writers = _writers(actor, entity)
    return writers is not None and actor.subject_id is not None and (writers.create or not create)


def own_rule(actor: Actor, entity: Entity) -> RowRule | None:
    """Return the rule that a written row must meet; None for staff."""
    if actor.role in STAFF:
        return None
    writers = _writers(actor, entity)
    return _none if writers is None else writers.own


def require_own_parents(
    context: Context, session: Session, row: Row, before: Mapping[str, object], where: tuple[str, ...]
) -> None:
    """Raise RefusedError if an organiser of some programmes moves something into what others organise."""
    if not is_scoped(context.actor):
        return
    for column, parent in PARENTS.items():
        identifier = getattr(row, column, None)
        if identifier is None or identifier == before.get(column):
            continue
        belongs = context.registry.of_id(identifier)
        if belongs is None or belongs.name != parent:  # a column of a plugin's table with the same name
            continue
        model: Model = belongs.model
        rule = own_rule(context.actor, belongs)
        assert rule is not None
        if session.scalar(select(model.id).where(model.id == identifier, rule(context.actor, model))) is None:
            raise forbidden("This belongs to what others organise.", *where, column.removesuffix("_id"))


def _writers(actor: Actor, entity: Entity) -> Writers | None:
    return next((each for each in entity.writers or () if each.role is actor.role), None)


def _none(actor: Actor, row: Model) -> ColumnElement[bool]:
    return false()
