"""The mutation that replaces a place's priorities."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments, Row
from schema.domain.shared.faults import Faults
from schema.domain.shared.inputs.filling import fill
from schema.domain.shared.problems import Payload, bad, conflict, forbidden, missing
from schema.domain.shared.subjects import require_few, visible
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.enums import Role
from store.models.base import now


async def set_industry_priorities(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Replace a place's priorities by those given; those with an id are changed, the others are new."""

    async def work(session: Session) -> object:
        place = await _own_place(context, arguments["place"])
        given: Sequence[GivenArguments] = arguments["priorities"]
        require_few(given, "priorities")
        require_set_version(session, place, arguments.get("if_version"))
        present = {
            row.id: row
            for row in session.scalars(
                select(models.IndustryPriority).where(
                    models.IndustryPriority.place_id == place, models.IndustryPriority.archived_at.is_(None)
                )
            )
        }
        remaining = []
        faults = Faults()
        for position, each in enumerate(given):
            where = ("priorities", str(position))
            with faults.noting():
                row = _priority(present, each, place, where)
                row.ordinal = position
                await _fill_priority(context, session, row, each, where)
                remaining.append(row)
        faults.settle()
        for row in present.values():
            if row not in remaining:
                row.archived_at = now()
        return remaining

    return await guarded(context, "setIndustryPriorities", arguments, work)


def set_versions(session: Session, places: Sequence[str]) -> dict[str, int]:
    """Return a number per place that grows with each write of a priority; 0 without any.

    It is the sum of the rows' versions, archived ones included, which are never deleted.
    """
    priority = models.IndustryPriority
    summed = select(priority.place_id, func.sum(priority.version)).where(priority.place_id.in_(places))
    versions = {place: int(total) for place, total in session.execute(summed.group_by(priority.place_id))}
    return {place: versions.get(place, 0) for place in places}


def require_set_version(session: Session, place: str, if_version: int | None) -> None:
    """Raise RefusedError if a priority of the place was written since the version that the actor saw."""
    if if_version is None:
        return
    version = set_versions(session, [place])[place]
    if version != if_version:
        raise conflict(
            f"The priorities have changed: their version is {version}, not {if_version}. Read them again.",
            "ifVersion",
        )


def priorities_version(parents: Sequence[models.Place], context: Context) -> list[int]:
    """Return each place's version of its priorities, for `ifVersion` of `setIndustryPriorities`."""
    versions = set_versions(context.session, [each.id for each in parents])
    return [versions[each.id] for each in parents]


def _priority(present: GivenArguments, each: GivenArguments, place: str, where: tuple[str, ...]) -> Row:
    if (identifier := each.get("id")) is None:
        if not each.get("name"):
            raise bad("A new priority needs a name.", *where, "name")
        return models.IndustryPriority(place_id=place)
    if identifier not in present:
        raise missing("priority of this place", identifier, *where, "id")
    return present[identifier]


async def _fill_priority(
    context: Context, session: Session, row: Row, each: GivenArguments, where: tuple[str, ...]
) -> None:
    entity = context.registry.entities["IndustryPriority"]
    await fill(context, session, entity, row, {name: value for name, value in each.items() if name != "id"}, where)
    session.add(row)


async def _own_place(context: Context, identifier: str) -> str:
    actor = context.actor
    if actor.role not in STAFF and not (actor.role is Role.PLANNER and actor.subject_id == identifier):
        raise forbidden(f"{actor.role} may not set this place's priorities.", "place")
    return await visible(context, "Place", identifier, "place")
