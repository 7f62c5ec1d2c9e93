"""Parts of a project: memberships, team, preferences, results."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from schema.declarations import column, entity, localized, partial_date, readers, relation
from schema.declarations.base import Model
from schema.domain.projects.visibility import JUDGES
from schema.domain.shared.fields import Dated
from schema.domain.shared.scopes import on_own_project
from store import models
from store.access.actors import Actor
from store.enums import Role

OF_PROJECT = [("Project", "project_id")]


def of_own_project(actor: Actor, part: Model) -> ColumnElement[bool]:
    """Parts of the projects that the talent owns, or that are entered in programmes that the actor organises."""
    return on_own_project(actor, part.project_id)


SHARES = readers(*JUDGES, own_only=[Role.TALENT, Role.SCOPED_ORGANISER], own=of_own_project)
"""Those who judge, the project's owner and its organisers."""


@entity(models.ProjectTrack, "A track of a project, and its origin.", part_of=OF_PROJECT)
class TrackAssignment(Dated):
    project = relation("Project", "The project.", "project_id")
    track = relation("Track", "The track.", "track_id")
    origin = column("Who assigned it.")
    confidence = column("How sure a suggestion is, from 0 to 1.")


@entity(models.ProjectConcept, "An industry or field of a project, and its origin.", part_of=OF_PROJECT)
class IndustryAssignment(Dated):
    project = relation("Project", "The project.", "project_id")
    industry = relation("Concept", "The industry or field.", "concept_id")
    origin = column("Who assigned it.")
    confidence = column("How sure a suggestion is, from 0 to 1.")


@entity(
    models.TeamMember,
    "A person in a project's team.",
    part_of=[*OF_PROJECT, ("Talent", "talent_id")],
    whole=SHARES,
)
class TeamMember(Dated):
    project = relation("Project", "The project.", "project_id")
    talent = relation("Talent", "The person.", "talent_id")
    title = localized("What the person does in it.")
    founder = column("Whether the person founded it.")
    full_time = column("Whether the person works in it full time.")
    confirmed = column(
        "False while only the project's owner states it, without confirmation by the person or an organiser."
    )
    equity_percent = column(
        "The person's share of the equity, in percent; for those with a key who judge, and the project's owner.",
        readers=SHARES,
    )


@entity(models.LandingPreference, "A place where a project would settle.", part_of=OF_PROJECT)
class LandingPreference(Dated):
    project = relation("Project", "The project.", "project_id")
    place = relation("Place", "The place.", "place_id")
    weight = column("How strongly it prefers the place, from 0 to 1.")
    conditions = localized("On which conditions.")


@entity(models.Award, "A project's result in an event, such as a competition's final.", part_of=OF_PROJECT)
class Award(Dated):
    project = relation("Project", "The project.", "project_id", edit=True)
    event = relation("Event", "The event.", "event_id", edit=True)
    title = localized("What the award is called.", edit=True)
    rank = column("Its rank, 1 being the first.", edit=True)
    field_size = column("How many were ranked.", edit=True)
    date = partial_date("When it was given.", "awarded", edit=True)


@entity(models.Recommendation, "Who recommended a project: an organisation, or the project itself.", part_of=OF_PROJECT)
class Recommendation(Dated):
    project = relation("Project", "The project.", "project_id")
    organisation = relation("Organisation", "The station or channel; null if the project applied by itself.",
                            "organisation_id", edit=True)  # fmt: skip
    edition = relation("EventEdition", "The edition that it was recommended to.", "edition_id", edit=True)
