"""Mutations of a project's team and landing preferences."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments, Model, Row
from schema.domain.shared.claims import state_member
from schema.domain.shared.faults import Faults
from schema.domain.shared.problems import Payload, bad, forbidden
from schema.domain.shared.subjects import require_few, visible
from schema.domain.shared.writing import guarded, require_version, target
from schema.request.context import Context
from store import models
from store.enums import Role
from store.models.base import changed_columns, is_public, touch


async def set_team(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Replace a project's team by the members given."""

    async def work(session: Session) -> object:
        row, given = await _project_parts(context, session, arguments, "members")
        present = _by(session, models.TeamMember, row.id, "talent_id")
        wanted: set[str] = set()
        faults = Faults()
        changed = False
        for position, each in enumerate(given):
            where = ("members", str(position))
            talent, share = each["talent"], each.get("equity_percent")
            with faults.noting():
                if share is not None and not 0 <= share <= 100:
                    raise bad(f"{share} is out of range: 0 to 100.", *where, "equityPercent")
            with faults.noting():
                await visible(context, "Talent", talent, *where, "talent")
                member = present.get(talent)
                if member is None:
                    member = models.TeamMember(project_id=row.id, talent_id=talent)
                    state_member(context.actor, member)
                member.title = {text["language"]: text["text"] for text in each.get("title") or ()} or None
                member.founder, member.full_time = bool(each.get("founder", False)), each.get("full_time")
                member.equity_percent = share
                changed |= talent not in present or is_public(models.TeamMember, changed_columns(member))
                session.add(member)
                wanted.add(talent)
        faults.settle()
        for talent, member in present.items():
            if talent not in wanted:
                session.delete(member)
        touch(row, public=changed or not wanted >= present.keys())
        return row

    return await guarded(context, "setTeam", arguments, work)


async def set_landing_preferences(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Replace a project's landing preferences by those given."""

    async def work(session: Session) -> object:
        row, given = await _project_parts(context, session, arguments, "preferences")
        present = _by(session, models.LandingPreference, row.id, "place_id")
        wanted: set[str] = set()
        faults = Faults()
        for position, each in enumerate(given):
            where = ("preferences", str(position))
            place, weight = each["place"], each.get("weight", 1.0)
            with faults.noting():
                if not 0 <= weight <= 1:
                    raise bad(f"{weight} is out of range: 0 to 1.", *where, "weight")
            with faults.noting():
                await visible(context, "Place", place, *where, "place")
                preference = present.get(place) or models.LandingPreference(project_id=row.id, place_id=place)
                preference.weight = weight
                preference.conditions = {
                    text["language"]: text["text"] for text in each.get("conditions") or ()
                } or None
                session.add(preference)
                wanted.add(place)
        faults.settle()
        for place, preference in present.items():
            if place not in wanted:
                session.delete(preference)
        touch(row)
        return row

    return await guarded(context, "setLandingPreferences", arguments, work)


async def _project_parts(
    context: Context, session: Session, arguments: GivenArguments, name: str
) -> tuple[Row, Sequence[GivenArguments]]:
    if context.actor.role not in (*STAFF, Role.TALENT, Role.SCOPED_ORGANISER):
        raise forbidden(f"{context.actor.role} may not change a project.")
    entity = context.registry.entities["Project"]
    row = await target(context, session, entity, arguments["project"], "project")
    require_version(context, session, row, arguments.get("if_version"))
    require_few(arguments[name], name)
    return row, arguments[name]


def _by(session: Session, model: Model, project: str, column: str) -> dict[str, Row]:
    return {getattr(row, column): row for row in session.scalars(select(model).where(model.project_id == project))}
