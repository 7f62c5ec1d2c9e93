"""Talks between a project and an investor or a place, and their steps."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, select, true

from schema.declarations import column, entity, listing, partial_date, relation
from schema.declarations.aliases import shared_alias
from schema.declarations.base import Model, Row
from schema.domain.rankings.feedback import OWN_NOTES, SUBJECTS, of_own_subject
from schema.domain.shared.fields import Dated, Edited
from schema.domain.shared.scopes import is_scoped, on_own_project
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.enums import MatchStage, Role

OWN_BUSINESS = (MatchStage.SUGGESTED, MatchStage.SHORTLISTED)
"""Stages that the project's owner doesn't see: it is on a list, and nobody has approached it."""
ENDS = (MatchStage.PASSED, MatchStage.ON_HOLD, MatchStage.EXPIRED, MatchStage.TERMINATED)


def visible_matches(actor: Actor, match: Model) -> ColumnElement[bool]:
    """Return one's own; to a project's owner those that came to an approach, whatever became of them then, to its
    organisers all."""
    if is_scoped(actor):
        return on_own_project(actor, match.project_id)
    if actor.role is Role.TALENT and actor.subject_id:
        owned = on_own_project(actor, match.project_id)
        step = shared_alias(models.MatchStep, "visible_matches")
        approached = exists().where(step.match_id == match.id, step.stage.not_in((*OWN_BUSINESS, *ENDS)))
        return and_(owned, approached)
    return of_own_subject(actor, match)


def visible_steps(actor: Actor, step: Model) -> ColumnElement[bool]:
    """Show all steps of visible talks; to a project's owner all but the hidden stages."""
    shown: ColumnElement[bool] = step.stage.not_in(OWN_BUSINESS)
    return shown if actor.role is Role.TALENT else true()


@entity(
    models.Match,
    "The talks between a project and an investor or a place, and their stage.",
    rows=visible_matches,
    part_of=[("Project", "project_id")],
    whole=OWN_NOTES,
    root=("match", "matches"),
)
class Match(Edited):
    subject = relation("Counterpart", "The investor or place.", "subject_id", filter=True)
    project = relation("Project", "The project.", "project_id", filter=True)
    stage = column("The stage of the last step.", filter=True, order=True)
    since = partial_date("Since when they are at this stage.", filter=True, order=True)
    stated_by = column("Who stated the last step.", filter=True)
    confirmed = column(
        "Whether the last step is confirmed by the other side or an organiser, or needs no confirmation. "
        "Only what is confirmed is evidence for rankings.",
        filter=True,
    )
    reason = column("Why the talks last went back; null if they never did.")
    steps = listing("MatchStep", "Its steps, in the order recorded.", "match_id",
                    order=("created_at",))  # fmt: skip
    note = column("Private to the investor or place.", readers=OWN_NOTES)


@entity(
    models.MatchStep,
    "A step of talks: the stage reached, and when.",
    rows=visible_steps,
    part_of=[("Match", "match_id")],
)
class MatchStep(Dated):
    match = relation("Match", "The talks.", "match_id")
    stage = column("The stage reached.")
    stated_by = column("Who stated it.")
    confirmed = column(
        "Whether the other side or an organiser confirmed it, or it needs no confirmation. Until then "
        "SIGNED and LANDED don't count as the stage of the talks."
    )
    happened = partial_date("When.")


def match_with(parents: Sequence[Row], context: Context, counterpart: str | None = None) -> list[object]:
    """For each project its talks with one investor or place (the asking one, if none is named); None without any."""
    actor = context.actor
    subject = counterpart or (actor.subject_id if actor.role in SUBJECTS else None)
    if subject is None:
        return [None for _ in parents]
    match = models.Match
    wanted = select(*match.__table__.c).where(
        match.subject_id == subject,
        match.project_id.in_({each.id for each in parents}),
        match.archived_at.is_(None),
        context.scope.visible("Match", match),
    )
    matches = {row.project_id: row for row in context.session.execute(wanted)}
    return [matches.get(each.id) for each in parents]
