"""Mutations with a name of their own: interest, priorities, team, landing preferences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF
from schema.domain.shared.claims import state_member
from schema.domain.shared.inputs import fill
from schema.domain.shared.problems import Payload, bad, forbidden, missing
from schema.domain.shared.writing import guarded, require_version, target
from schema.request.context import Context
from store import models
from store.enums import InterestKind, Role
from store.models.base import now

MOST_PARTS = 200


async def express_interest(_: object, context: Context, arguments: Mapping[str, Any]) -> Payload:
    """Like, pass on, or bookmark a project; a second answer replaces the first."""

    async def work(session: Session) -> Any:
        subject = await subject_of(context, arguments.get("subject"))
        project = await visible(context, "Project", arguments["project"], "project")
        kind: InterestKind = arguments["kind"]
        if arguments.get("reason") is not None and kind is not InterestKind.PASS:
            raise bad("A reason goes with a pass.", "reason")
        row = session.scalar(_interest(subject, project)) or models.Interest(subject_id=subject, project_id=project)
        row.kind, row.archived_at, row.answered_at = kind, None, now()
        row.reason = arguments.get("reason")
        for name in ("note", "feedback"):
            if name in arguments:
                setattr(row, name, arguments[name])
        session.add(row)
        return row

    return await guarded(context, "expressInterest", arguments, work)


async def withdraw_interest(_: object, context: Context, arguments: Mapping[str, Any]) -> Payload:
    """Take an answer back."""

    async def work(session: Session) -> Any:
        subject = await subject_of(context, arguments.get("subject"))
        row = session.scalar(_interest(subject, arguments["project"]))
        if row is None or row.archived_at is not None:
            raise missing("answer to project", arguments["project"], "project")
        row.archived_at = now()
        return row

    return await guarded(context, "withdrawInterest", arguments, work)


async def set_industry_priorities(_: object, context: Context, arguments: Mapping[str, Any]) -> Payload:
    """Make a place's priorities exactly those given; those with an id are changed, the others are new."""

    async def work(session: Session) -> Any:
        place = await _own_place(context, arguments["place"])
        given: Sequence[Mapping[str, Any]] = arguments["priorities"]
        require_few(given, "priorities")
        present = {
            row.id: row
            for row in session.scalars(
                select(models.IndustryPriority).where(
                    models.IndustryPriority.place_id == place, models.IndustryPriority.archived_at.is_(None)
                )
            )
        }
        kept = []
        for position, each in enumerate(given):
            where = ("priorities", str(position))
            row = _priority(present, each, place, where)
            row.ordinal = position
            await _fill_priority(context, session, row, each, where)
            kept.append(row)
        for row in present.values():
            if row not in kept:
                row.archived_at = now()
        return kept

    return await guarded(context, "setIndustryPriorities", arguments, work)


def _priority(present: Mapping[str, Any], each: Mapping[str, Any], place: str, where: tuple[str, ...]) -> Any:
    if (identifier := each.get("id")) is None:
        if not each.get("name"):
            raise bad("A new priority needs a name.", *where, "name")
        return models.IndustryPriority(place_id=place)
    if identifier not in present:
        raise missing("priority of this place", identifier, *where, "id")
    return present[identifier]


async def _fill_priority(
    context: Context, session: Session, row: Any, each: Mapping[str, Any], where: tuple[str, ...]
) -> None:
    entity = context.registry.entities["IndustryPriority"]
    await fill(context, session, entity, row, {name: value for name, value in each.items() if name != "id"}, where)
    session.add(row)


async def set_team(_: object, context: Context, arguments: Mapping[str, Any]) -> Payload:
    """Make a project's team exactly the members given."""

    async def work(session: Session) -> Any:
        row, given = await _project_parts(context, session, arguments, "members")
        present = _by(session, models.TeamMember, row.id, "talent_id")
        wanted: set[str] = set()
        for position, each in enumerate(given):
            where = ("members", str(position))
            talent = await visible(context, "Talent", each["talent"], *where, "talent")
            member = present.get(talent)
            if member is None:
                member = models.TeamMember(project_id=row.id, talent_id=talent)
                state_member(context.actor, member)
            share = each.get("equity_percent")
            if share is not None and not 0 <= share <= 100:
                raise bad(f"{share} is out of range: 0 to 100.", *where, "equityPercent")
            member.title = {text["language"]: text["text"] for text in each.get("title") or ()} or None
            member.founder, member.full_time = bool(each.get("founder", False)), each.get("full_time")
            member.equity_percent = share
            session.add(member)
            wanted.add(talent)
        for talent, member in present.items():
            if talent not in wanted:
                session.delete(member)
        row.updated_at = now()
        return row

    return await guarded(context, "setTeam", arguments, work)


async def set_landing_preferences(_: object, context: Context, arguments: Mapping[str, Any]) -> Payload:
    """Make the places where a project would settle exactly those given."""

    async def work(session: Session) -> Any:
        row, given = await _project_parts(context, session, arguments, "preferences")
        present = _by(session, models.LandingPreference, row.id, "place_id")
        wanted: set[str] = set()
        for position, each in enumerate(given):
            where = ("preferences", str(position))
            place = await visible(context, "Place", each["place"], *where, "place")
            weight = each.get("weight", 1.0)
            if not 0 <= weight <= 1:
                raise bad(f"{weight} is out of range: 0 to 1.", *where, "weight")
            preference = present.get(place) or models.LandingPreference(project_id=row.id, place_id=place)
            preference.weight = weight
            preference.conditions = {text["language"]: text["text"] for text in each.get("conditions") or ()} or None
            session.add(preference)
            wanted.add(place)
        for place, preference in present.items():
            if place not in wanted:
                session.delete(preference)
        row.updated_at = now()
        return row

    return await guarded(context, "setLandingPreferences", arguments, work)


async def _project_parts(
    context: Context, session: Session, arguments: Mapping[str, Any], name: str
) -> tuple[Any, Sequence[Mapping[str, Any]]]:
    if context.actor.role not in (*STAFF, Role.TALENT):
        raise forbidden(f"{context.actor.role} may not change a project.")
    entity = context.registry.entities["Project"]
    row = await target(context, session, entity, arguments["project"], "project")
    require_version(row, arguments.get("if_version"))
    require_few(arguments[name], name)
    return row, arguments[name]


def _by(session: Session, model: Any, project: str, column: str) -> dict[str, Any]:
    return {getattr(row, column): row for row in session.scalars(select(model).where(model.project_id == project))}


def _interest(subject: str, project: str) -> Any:
    return select(models.Interest).where(models.Interest.subject_id == subject, models.Interest.project_id == project)


async def subject_of(context: Context, given: str | None) -> str:
    """The investor or place that answers: the actor's own; staff names it."""
    actor = context.actor
    if actor.role in STAFF:
        entity = context.registry.of_id(given or "")
        if entity is None or entity.name not in ("Investor", "Place"):
            raise bad("Name the investor or place that answers.", "subject")
        return await visible(context, entity.name, given or "", "subject")
    if actor.role not in (Role.INVESTOR, Role.PLANNER) or actor.subject_id is None:
        raise forbidden(f"{actor.role} may not answer to projects.")
    if given is not None and given != actor.subject_id:
        raise forbidden("You may not answer for another.", "subject")
    return actor.subject_id


async def _own_place(context: Context, identifier: str) -> str:
    actor = context.actor
    if actor.role not in STAFF and not (actor.role is Role.PLANNER and actor.subject_id == identifier):
        raise forbidden(f"{actor.role} may not set this place's priorities.", "place")
    return await visible(context, "Place", identifier, "place")


async def visible(context: Context, kind: str, identifier: str, *field: str) -> str:
    """The id, if there is such a thing that the actor sees and that isn't archived; raises RefusedError."""
    entity = context.registry.of_id(identifier)
    row = await context.row(kind, identifier) if entity is not None and entity.name == kind else None
    if row is None or getattr(row, "archived_at", None) is not None:
        raise missing(kind.lower(), identifier, *field)
    return identifier


def require_few(given: Sequence[Any], *field: str) -> None:
    """Raises RefusedError for a list that is too long for one mutation."""
    if len(given) > MOST_PARTS:
        raise bad(f"The list is longer than {MOST_PARTS}.", *field)
