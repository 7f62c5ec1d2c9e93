"""The mutation of an investor's thesis, mandate and exclusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments, Model
from schema.domain.shared.faults import Faults
from schema.domain.shared.inputs.filling import fill
from schema.domain.shared.inputs.values import CHARACTERS
from schema.domain.shared.problems import Payload, bad, forbidden
from schema.domain.shared.subjects import require_few, visible
from schema.domain.shared.writing import guarded, require_version, target
from schema.request.context import Context
from schema.sql.scope import camel
from store import models
from store.enums import Role
from store.models.base import touch

EXCLUDED = ("Project", "Organisation")
"""Types that may be excluded by name."""
EITHER = "Give either a project or an organisation."


async def set_mandate(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Change an investor's mandate and thesis; given fields replace stored ones."""

    async def work(session: Session) -> object:
        entity = context.registry.entities["Investor"]
        if context.actor.role not in (*STAFF, Role.INVESTOR):
            raise forbidden(f"{context.actor.role} may not change a mandate.")
        row = await target(context, session, entity, arguments["investor"], "investor")
        require_version(context, session, row, arguments.get("if_version"))
        given = arguments["mandate"]
        links = (
            ("tracks", models.InvestorTrack, "track_id", "Track", False),
            ("industries", models.InvestorConcept, "concept_id", "Concept", False),
            ("excluded_industries", models.InvestorConcept, "concept_id", "Concept", True),
            ("places", models.InvestorPlace, "place_id", "Place", False),
            ("excluded_places", models.InvestorPlace, "place_id", "Place", True),
        )
        changed = False
        faults = Faults()
        for name, link, column, kind, excluded in links:
            with faults.noting():
                if given.get(name) is not None:
                    wanted = await _weighted(context, given[name], kind, name)
                    changed |= _replace(session, link, row.id, column, wanted, excluded)
        with faults.noting():
            if given.get("exclusions") is not None:
                await _exclude(context, session, row.id, given["exclusions"])
        stated = {name: given[name] for name in ("thesis", "stages", "project_kinds", "cheque") if name in given}
        await fill(context, session, entity, row, stated, ("mandate",), faults)
        faults.settle()
        touch(row, public=changed)
        return row

    return await guarded(context, "setMandate", arguments, work)


async def _weighted(context: Context, given: Sequence[str | GivenArguments], kind: str, name: str) -> dict[str, float]:
    require_few(given, "mandate", camel(name))
    wanted: dict[str, float] = {}
    faults = Faults()
    for position, each in enumerate(given):
        identifier, weight = (each["id"], each.get("weight", 1.0)) if isinstance(each, Mapping) else (each, 1.0)
        where = ("mandate", camel(name), str(position))
        with faults.noting():
            if not weight > 0:
                raise bad("A weight is above 0.", *where, "weight")
        with faults.noting():
            wanted[await visible(context, kind, identifier, *where)] = float(weight)
    faults.settle()
    return wanted


def _replace(
    session: Session, link: Model, investor: str, column: str, wanted: Mapping[str, float], excluded: bool
) -> bool:
    """Make an investor's links exactly those wanted; whether anything was different."""
    rows = session.scalars(select(link).where(link.investor_id == investor)).all()
    present = {getattr(row, column): row for row in rows}
    for identifier, row in present.items():
        if identifier not in wanted and getattr(row, "excluded", False) == excluded:
            session.delete(row)
    for identifier, weight in wanted.items():
        row = present.get(identifier) or link(investor_id=investor, **{column: identifier})
        if hasattr(row, "excluded"):
            row.excluded = excluded
        if hasattr(row, "weight"):
            row.weight = weight
        session.add(row)
    changed = any(inspect(row).deleted or session.is_modified(row) for row in rows)
    return changed or not wanted.keys() <= present.keys()


async def _exclude(context: Context, session: Session, investor: str, given: Sequence[GivenArguments]) -> None:
    """Replace the visible exclusions by those given; a project that is hidden now stays excluded."""
    require_few(given, "mandate", "exclusions")
    exclusion = models.InvestorExclusion
    mine = select(exclusion).where(exclusion.investor_id == investor)
    rows = session.scalars(mine).all()
    present = {row.project_id or row.organisation_id: row for row in rows}
    seen = set(session.scalars(mine.with_only_columns(exclusion.id).where(
        context.scope.visible("InvestorExclusion", exclusion))))  # fmt: skip
    remaining = set()
    faults = Faults()
    for position, each in enumerate(given):
        where = ("mandate", "exclusions", str(position))
        kind, identifier = excluded_of(each)
        with faults.noting():
            if kind is None:
                raise bad(EITHER, *where)
            row = present.get(identifier)
            if row is None:
                await visible(context, kind, identifier, *where, kind.lower())
                row = present[identifier] = exclusion(investor_id=investor, **{f"{kind.lower()}_id": identifier})
            if "note" in each:
                if len(each["note"] or "") > CHARACTERS:
                    raise bad(f"The text is longer than {CHARACTERS} characters.", *where, "note")
                row.note = each["note"] or None
            session.add(row)
            remaining.add(identifier)
    faults.settle()
    for row in rows:
        if row.id in seen and (row.project_id or row.organisation_id) not in remaining:
            session.delete(row)


def excluded_of(given: GivenArguments) -> tuple[str | None, str]:
    """Return type and id of an `ExclusionInput`; no type if it names none or both."""
    named = [(kind, given[kind.lower()]) for kind in EXCLUDED if given.get(kind.lower()) is not None]
    return named[0] if len(named) == 1 else (None, "")
