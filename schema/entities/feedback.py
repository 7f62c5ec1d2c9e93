"""What counterparts say of each other, what they were shown, and rankings kept for replay."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_

from schema.declarations import column, entity, readers, relation
from schema.declarations.base import Model
from schema.entities.common import Dated, Edited
from store import models
from store.actors import Actor
from store.enums import InterestKind, Role

SUBJECTS = (Role.INVESTOR, Role.PLANNER)


def of_own_subject(actor: Actor, row: Model) -> ColumnElement[bool]:
    """Rows of the investor or place that the actor acts for."""
    if actor.role not in SUBJECTS or not actor.subject_id:
        return false()
    own: ColumnElement[bool] = row.subject_id == actor.subject_id
    return own


def visible_interests(actor: Actor, interest: Model) -> ColumnElement[bool]:
    """One's own; to a project's owner those that like it or that leave it a feedback."""
    if actor.role is Role.TALENT and actor.subject_id:
        owned = exists().where(models.Project.id == interest.project_id, models.Project.owner_id == actor.subject_id)
        return and_(owned, or_(interest.kind == InterestKind.LIKE, interest.feedback.is_not(None)))
    return of_own_subject(actor, interest)


@entity(
    models.Interest,
    "An investor's or a place's answer to a project: like, pass with a reason, bookmark.",
    rows=visible_interests,
    part_of=[("Project", "project_id")],
)
class Interest(Edited):
    subject = relation("Counterpart", "The investor or place that answers.", "subject_id", filter=True)
    project = relation("Project", "The project.", "project_id", filter=True)
    kind = column("What it says.", filter=True, order=True)
    reason = column(
        "Why it passes; not for the project's owner.",
        readers=readers(Role.INVESTOR, Role.PLANNER, Role.ORGANISER),
        filter=True,
    )
    note = column(
        "Private to the one who answers.",
        readers=readers(own_only=SUBJECTS, own=of_own_subject),
    )
    feedback = column("A text that the project's owner may read.")
    answered_at = column("When it was said.", order=True)


@entity(
    models.Exposure,
    "A project that was shown to an investor or a place in a delivered list.",
    rows=of_own_subject,
    part_of=[("Project", "project_id")],
)
class Exposure(Dated):
    subject = relation("Counterpart", "Whom it was shown to.", "subject_id", filter=True)
    project = relation("Project", "The project.", "project_id", filter=True)
    channel = column("Through what: mail, feed, page.", filter=True)
    shown_at = column("When.", order=True)


@entity(models.RankingSnapshot, "A ranking as it was answered; it can be replayed.", rows=of_own_subject)
class RankingSnapshot(Dated):
    subject = relation("Node", "Whom the ranking was for.", "subject_id", filter=True)
    target = column("What it lists.", filter=True)
    model_version = column("The version of the model.", filter=True)
    weights = column("Weights of the blocks.", type="JSON!")
    data_position = column("The position of the change log that it was computed at.", type="String!")
    items = column("Its items, as they were answered.", type="JSON!")
