"""Counterparts' responses, exposures, and kept rankings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_

from schema.declarations import batch, column, entity, readers, relation
from schema.declarations.base import STAFF, Model
from schema.domain.rankings.kept_rankings import items
from schema.domain.rankings.snapshots import day_of
from schema.domain.shared.fields import Dated, Edited
from schema.domain.shared.scopes import is_scoped, on_own_project
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.enums import InterestKind, Role

SUBJECTS = (Role.INVESTOR, Role.PLANNER)


def of_own_subject(actor: Actor, row: Model) -> ColumnElement[bool]:
    """Return the condition for rows of the actor's own investor or place."""
    if actor.role not in SUBJECTS or not actor.subject_id:
        return false()
    own: ColumnElement[bool] = row.subject_id == actor.subject_id
    return own


OWN_NOTES = readers(own_only=SUBJECTS, own=of_own_subject)
"""What is private to the investor or place."""


def visible_interests(actor: Actor, interest: Model) -> ColumnElement[bool]:
    """Return one's own; to a project's owner those that like it or leave it a feedback, to its organisers all."""
    if is_scoped(actor):
        return on_own_project(actor, interest.project_id)
    if actor.role is Role.TALENT and actor.subject_id:
        owned = on_own_project(actor, interest.project_id)
        return and_(owned, or_(interest.kind == InterestKind.LIKE, interest.feedback.is_not(None)))
    return of_own_subject(actor, interest)


@entity(
    models.Interest,
    "An investor's or a place's response to a project: like, pass with a reason, bookmark.",
    rows=visible_interests,
    part_of=[("Project", "project_id")],
    whole=OWN_NOTES,
    root=("interest", "interests"),
)
class Interest(Edited):
    subject = relation("Counterpart", "The investor or place.", "subject_id", filter=True)
    project = relation("Project", "The project.", "project_id", filter=True)
    kind = column("The response.", filter=True, order=True)
    reason = column(
        "The reason for a pass; hidden from the project's owner.",
        readers=readers(Role.INVESTOR, Role.PLANNER, Role.SCOPED_ORGANISER, Role.ORGANISER),
        filter=True,
    )
    note = column(
        "Private to the investor or place.",
        readers=OWN_NOTES,
    )
    feedback = column("A text that the project's owner may read.")
    answered_at = column("When it was given.", filter=True, order=True)


def visible_exposures(actor: Actor, exposure: Model) -> ColumnElement[bool]:
    """Return those of one's own investor or place; to a project's organisers all of it."""
    return on_own_project(actor, exposure.project_id) if is_scoped(actor) else of_own_subject(actor, exposure)


@entity(
    models.Exposure,
    "A project that was shown to an investor or a place in a delivered list.",
    rows=visible_exposures,
    part_of=[("Project", "project_id")],
    root=("exposure", "exposures"),
)
class Exposure(Dated):
    subject = relation("Counterpart", "Whom it was shown to.", "subject_id", filter=True)
    project = relation("Project", "The project.", "project_id", filter=True)
    channel = column("The channel: mail, feed, page.", filter=True)
    shown_at = column("When.", filter=True, order=True)


def data_positions(parents: Sequence[models.RankingSnapshot], context: Context) -> list[str]:
    """Return the positions, for those who may know how much is written."""
    return [str(each.data_position) if context.actor.role in STAFF else "0" for each in parents]


def computed_at(parents: Sequence[models.RankingSnapshot], context: Context) -> list[datetime | None]:
    """When the data was read; for others than organisers the day, as a time that moves would tell of hidden writes."""
    moments = [each.computed_at for each in parents]
    return moments if context.actor.role in STAFF else [each and day_of(each) for each in moments]


def visible_snapshots(actor: Actor, snapshot: Model) -> ColumnElement[bool]:
    """Return those of one's own investor or place; to a project's owner and its organisers those of the project."""
    if is_scoped(actor) or (actor.role is Role.TALENT and actor.subject_id):
        return on_own_project(actor, snapshot.subject_id)
    return of_own_subject(actor, snapshot)


@entity(
    models.RankingSnapshot,
    "A ranking as its subject saw it; never changed.",
    rows=visible_snapshots,
    root=("ranking_snapshot", "ranking_snapshots"),
)
class RankingSnapshot(Dated):
    subject = relation("Node", "Whom the ranking was for.", "subject_id", filter=True)
    target = column("What it lists: PROJECT, INVESTOR or PLACE.", filter=True)
    label = column("A label given when it was kept.", filter=True)
    channel = column("The delivery channel; null if it was not delivered.", filter=True)
    items = batch("[KeptRankedItem!]!", "Its lines, as shown then.", items, needs=("id", "items"))
    total_count = column("How many passed the gates.", filter=True)
    gated_count = column("How many did not.", filter=True)
    asked = column("Filter, options and size of the request, as variables.", type="JSON")
    answer_id = column("The ranking's `snapshot { id }`, which names everything the answer depended on.", filter=True)
    model_version = column("The version of the model.", filter=True)
    encoder = column("The text encoder.", filter=True)
    scale = column("The scale of scores, as in `ScoreScale`.", filter=True)
    weights = column("Weights of the blocks.", type="JSON!")
    rerankers = column("Plugins' rerankers that changed the order.", type="JSON")
    data_position = batch("String!", "The position in the change log at which it was computed, for organisers; 0 for "
                          "others.", data_positions, needs=("id", "data_position"))  # fmt: skip
    computed_at = batch("DateTime", "When the data was read; the day alone, for others than organisers.", computed_at,
                        needs=("id", "computed_at"))  # fmt: skip
