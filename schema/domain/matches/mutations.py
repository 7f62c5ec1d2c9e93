"""Mutations of talks: a step forward, or a step taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.domain.shared.inputs import CHARACTERS
from schema.domain.shared.named_mutations import subject_of, visible
from schema.domain.shared.problems import Payload, bad, missing
from schema.domain.shared.writing import guarded, require_version
from schema.request.context import Context
from store import models
from store.models.base import now
from store.values.partial_dates import PartialDate


async def advance_match(_: object, context: Context, arguments: Mapping[str, Any]) -> Payload:
    """Record how far the talks with a project are; the first step begins them."""

    async def work(session: Session) -> Any:
        subject = await subject_of(context, arguments.get("subject"))
        project = await visible(context, "Project", arguments["project"], "project")
        happened = _day(arguments.get("happened"))
        row = session.scalar(
            select(models.Match).where(models.Match.subject_id == subject, models.Match.project_id == project)
        )
        if row is None:
            if arguments.get("if_version") is not None:
                raise missing("match with project", project, "project")
            row = models.Match(subject_id=subject, project_id=project)
        else:
            require_version(row, arguments.get("if_version"))
        steps = _steps(session, row.id)
        if not any(step.stage is arguments["stage"] and step.happened == happened for step in steps):
            steps.append(models.MatchStep(match_id=row.id, stage=arguments["stage"], happened=happened))
        _stand(row, steps)
        row.archived_at = None
        if "note" in arguments:
            if len(arguments["note"] or "") > CHARACTERS:
                raise bad(f"The text is longer than {CHARACTERS} characters.", "note")
            row.note = arguments["note"]
        session.add(row)
        session.flush()
        session.add_all(steps)
        return row

    return await guarded(context, "advanceMatch", arguments, work)


async def retract_match_step(_: object, context: Context, arguments: Mapping[str, Any]) -> Payload:
    """Take a step back that was recorded by mistake; talks without any step are archived."""

    async def work(session: Session) -> Any:
        subject = await subject_of(context, arguments.get("subject"))
        step = session.get(models.MatchStep, arguments["step"])
        row = session.get(models.Match, step.match_id) if step is not None else None
        if step is None or row is None or row.subject_id != subject:
            raise missing("match step", arguments["step"], "step")
        await visible(context, "Project", row.project_id, "step")
        require_version(row, arguments.get("if_version"))
        left = [each for each in _steps(session, row.id) if each.id != step.id]
        session.delete(step)
        if left:
            _stand(row, left)
        else:
            row.archived_at = now()
        row.updated_at = now()
        return row

    return await guarded(context, "retractMatchStep", arguments, work)


def _day(given: str | None) -> PartialDate:
    """When a step happened: today, if nothing is said. Raises RefusedError for the future, or without a year."""
    today = datetime.now(UTC).date()
    if given is None:
        return PartialDate(today.isoformat())
    happened = PartialDate(given)
    if happened.earliest is None:
        raise bad(f"{given!r} has no year; give the year too.", "happened")
    if happened.earliest > today:
        raise bad(f"{given} lies in the future; record a step when it has happened.", "happened")
    return happened


def _steps(session: Session, match_id: str) -> list[Any]:
    steps = select(models.MatchStep).where(models.MatchStep.match_id == match_id).order_by(models.MatchStep.id)
    return list(session.scalars(steps))


def _stand(row: models.Match, steps: Iterable[models.MatchStep]) -> None:
    """Where the talks are after these steps: the one recorded last, but none that lies wholly before another."""
    last: models.MatchStep | None = None
    for step in steps:
        if last is None or not (
            step.happened_latest and last.happened_earliest and step.happened_latest < last.happened_earliest
        ):
            last = step
    assert last is not None
    row.stage, row.since = last.stage, last.happened
