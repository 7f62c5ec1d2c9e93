"""Mutations of talks: advancing, confirming and retracting steps."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.matches.entity import OWN_BUSINESS
from schema.domain.matches.stages import needs_confirmation, party_of, require_reason, require_statable, stand
from schema.domain.shared.inputs.values import CHARACTERS
from schema.domain.shared.problems import Payload, bad, conflict, forbidden, missing
from schema.domain.shared.scopes import is_own_project, is_scoped
from schema.domain.shared.subjects import counterpart_of, owners_of, subject_of, visible
from schema.domain.shared.writing import guarded, require_version
from schema.request.context import Context
from store import models
from store.enums import MatchParty, MatchStage, Role
from store.models.base import now, touch
from store.notifications.core_kinds import PROJECT_TALKS
from store.values.partial_dates import PartialDate


async def advance_match(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Record a step of talks with a project; the first step of an investor, a place or staff begins them."""

    async def work(session: Session) -> object:
        party = party_of(context.actor)
        stage: MatchStage = arguments["stage"]
        require_statable(party, stage)
        project = await visible(context, "Project", arguments["project"], "project")
        _require_own(context, session, project)
        subject = await _counterpart(context, session, party, project, arguments.get("subject"))
        happened = _day(arguments.get("happened"))
        row = session.scalar(
            select(models.Match).where(models.Match.subject_id == subject, models.Match.project_id == project)
        )
        if row is None:
            if arguments.get("if_version") is not None or party is MatchParty.PROJECT:
                raise missing("match with project", project, "project")
            row = models.Match(subject_id=subject, project_id=project)
        else:
            require_version(context, session, row, arguments.get("if_version"))
        steps = _steps(session, row.id)
        notifies = _add(steps, row, party, stage, happened) and stage not in OWN_BUSINESS
        before = row.stage
        stand(row, steps)
        if row.stage is not before and before is not None:
            _explain(row, before, arguments)
        row.archived_at = None
        touch(row, public=notifies)
        _note(context, row, party, arguments)
        session.add(row)
        session.flush()
        session.add_all(steps)
        _settle(session, row, steps)
        if notifies and party is not MatchParty.PROJECT:
            session.flush()
            arguments_of = {"match": row.id, "stage": row.stage.value}
            PROJECT_TALKS.tell(session, owners_of(session, project), arguments_of, f"{row.id} {now().isoformat()}")
        return row

    return await guarded(context, "advanceMatch", arguments, work)


async def confirm_match_step(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Confirm what the other side stated. Idempotent."""

    async def work(session: Session) -> object:
        party = party_of(context.actor)
        step, row = await _own_step(context, session, party, arguments)
        require_version(context, session, row, arguments.get("if_version"))
        if not step.confirmed:
            if party is step.stated_by:
                raise forbidden("You stated this yourself; the other side or an organiser must confirm it.", "step")
            step.confirmed = True
            steps = _steps(session, row.id)
            stand(row, steps)
            touch(row)
            _settle(session, row, steps)
        return row

    return await guarded(context, "confirmMatchStep", arguments, work)


async def retract_match_step(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Retract a step that was recorded by mistake; talks without steps are archived.

    A side retracts what it stated itself, until it is confirmed; an organiser retracts anything.
    """

    async def work(session: Session) -> object:
        party = party_of(context.actor)
        step, row = await _own_step(context, session, party, arguments)
        require_version(context, session, row, arguments.get("if_version"))
        if party is not MatchParty.ORGANISER:
            if step.stated_by is not party:
                raise forbidden("Only the side that stated a step, or an organiser, may retract it.", "step")
            if step.confirmed and needs_confirmation(party, step.stage):
                raise conflict("The other side confirmed it; only an organiser can retract it.", "step")
        steps = _steps(session, row.id)
        left = [each for each in steps if each.id != step.id]
        before = row.stage
        session.delete(step)
        if left:
            stand(row, left)
            if step.confirmed and needs_confirmation(MatchParty.COUNTERPART, step.stage):
                _explain(row, before, arguments)
        else:
            row.archived_at = now()
        touch(row, public=step.stage not in OWN_BUSINESS)
        _settle(session, row, left, taken_back=step.stage)
        return row

    return await guarded(context, "retractMatchStep", arguments, work)


async def _counterpart(context: Context, session: Session, party: MatchParty, project: str, given: str | None) -> str:
    """Return the investor or place that talks with the project. Raises RefusedError."""
    if party is MatchParty.ORGANISER:
        return await counterpart_of(context, given)
    if party is MatchParty.COUNTERPART:
        return await subject_of(context, given)
    if not _is_own(context, session, project):
        raise forbidden("You may record talks of your own projects only.", "project")
    if given is None:
        raise bad("Name the investor or place that the project talks with.", "subject")
    seen = select(models.Match.id).where(
        models.Match.subject_id == given,
        models.Match.project_id == project,
        context.scope.visible("Match", models.Match),
    )
    if session.scalar(seen) is None:
        raise missing("match with counterpart", given, "subject")
    return given


async def _own_step(
    context: Context, session: Session, party: MatchParty, arguments: GivenArguments
) -> tuple[models.MatchStep, models.Match]:
    """The step and its talks, if the actor is one of the two sides, or staff. Raises RefusedError."""
    step = session.scalar(
        select(models.MatchStep).where(
            models.MatchStep.id == arguments["step"], context.scope.visible("MatchStep", models.MatchStep)
        )
    )
    row = session.get(models.Match, step.match_id) if step is not None else None
    error = missing("match step", arguments["step"], "step")
    if step is None or row is None:
        raise error
    if party is MatchParty.PROJECT:
        if context.actor.role is not Role.TALENT or not _is_own(context, session, row.project_id):
            raise error
    elif party is MatchParty.COUNTERPART:
        if row.subject_id != await subject_of(context, arguments.get("subject")):
            raise error
    elif arguments.get("subject") not in (None, row.subject_id):
        raise error
    _require_own(context, session, row.project_id)
    await visible(context, "Project", row.project_id, "step")
    return step, row


def _require_own(context: Context, session: Session, project: str) -> None:
    """Raise RefusedError where an organiser of some programmes speaks of a project that isn't entered in them."""
    if not is_scoped(context.actor):
        return
    if not _is_own(context, session, project):
        raise forbidden("The project isn't entered in what you organise.", "project")


def _is_own(context: Context, session: Session, project: str) -> bool:
    own = select(models.Project.id).where(models.Project.id == project, is_own_project(context.actor, models.Project))
    return context.actor.subject_id is not None and session.scalar(own) is not None


def _add(
    steps: list[models.MatchStep], row: models.Match, party: MatchParty, stage: MatchStage, happened: PartialDate
) -> bool:
    """Add the step, or confirm the other side's that says the same; whether that changed anything."""
    waits = needs_confirmation(party, stage)
    for step in steps:
        if step.stage is stage and step.happened == happened:
            confirmed, step.confirmed = step.confirmed, step.confirmed or step.stated_by is not party
            return step.confirmed != confirmed
    steps.append(
        models.MatchStep(match_id=row.id, stage=stage, happened=happened, stated_by=party, confirmed=not waits)
    )
    return True


def _explain(row: models.Match, before: MatchStage, arguments: GivenArguments) -> None:
    after, row.stage = row.stage, before
    require_reason(row, after, arguments.get("reason"))
    row.stage = after
    if arguments.get("reason") is not None:
        row.reason = _short(arguments["reason"], "reason")


def _note(context: Context, row: models.Match, party: MatchParty, arguments: GivenArguments) -> None:
    if "note" not in arguments:
        return
    if party is MatchParty.PROJECT or is_scoped(context.actor):
        raise forbidden("Only the investor or place may write the note.", "note")
    row.note = _short(arguments["note"], "note")


def _short(text: str | None, field: str) -> str | None:
    if len(text or "") > CHARACTERS:
        raise bad(f"The text is longer than {CHARACTERS} characters.", field)
    return text


def _settle(
    session: Session, row: models.Match, steps: list[models.MatchStep], taken_back: MatchStage | None = None
) -> None:
    """A confirmed landing in a place sets the project's landed place; one that is taken back clears it again."""
    if not row.subject_id.startswith(models.Place.prefix):
        return
    landed = any(step.stage is MatchStage.LANDED and step.confirmed for step in steps)
    project = session.get_one(models.Project, row.project_id)
    if landed:
        project.landed_place_id = row.subject_id
    elif taken_back is MatchStage.LANDED and project.landed_place_id == row.subject_id:
        project.landed_place_id = None


def _day(given: str | None) -> PartialDate:
    """Return when a step happened, by default today. Raises RefusedError for the future, or without a year."""
    today = datetime.now(UTC).date()
    if given is None:
        return PartialDate(today.isoformat())
    happened = PartialDate(given)
    if happened.earliest is None:
        raise bad(f"{given!r} has no year; add the year.", "happened")
    if happened.earliest > today:
        raise bad(f"{given} is in the future; record a step when it has happened.", "happened")
    return happened


def _steps(session: Session, match_id: str) -> list[models.MatchStep]:
    steps = select(models.MatchStep).where(models.MatchStep.match_id == match_id).order_by(models.MatchStep.id)
    return list(session.scalars(steps))
