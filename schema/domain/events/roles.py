"""Participants of events and their roles."""

from __future__ import annotations

from schema.declarations import column, entity, relation
from schema.domain.shared.fields import Dated, Sourced
from store import models


@entity(models.EventPlace, "A place of an event or of an edition's activities.")
class EventPlace(Dated):
    event = relation("Event", "The event.", "event_id")
    edition = relation("EventEdition", "The edition.", "edition_id")
    place = relation("Place", "The place.", "place_id", edit=True)
    mode = column("How it is held there.", edit=True)
    planned = column("Whether it is only planned.", edit=True)
    quote = column("The source's own words.", edit=True)


@entity(models.EventOrganisation, "An organisation's role in a series, an edition or an event.")
class EventOrganisation(Dated, Sourced):
    series = relation("EventSeries", "The series.", "series_id")
    edition = relation("EventEdition", "The edition.", "edition_id")
    event = relation("Event", "The event.", "event_id")
    organisation = relation("Organisation", "The organisation.", "organisation_id", edit=True)
    role = column("What it does.", edit=True)


@entity(models.EventPerson, "A person's role in an event.", part_of=[("Event", "event_id"), ("Talent", "talent_id")])
class EventPerson(Dated):
    event = relation("Event", "The event.", "event_id")
    talent = relation("Talent", "The person.", "talent_id", edit=True)
    role = column("What the person does.", edit=True)
    quote = column("The source's own words.", edit=True)


@entity(
    models.EventProject,
    "A project's role in an event.",
    part_of=[("Event", "event_id"), ("Project", "project_id")],
)
class EventProject(Dated):
    event = relation("Event", "The event.", "event_id")
    project = relation("Project", "The project.", "project_id", edit=True)
    role = column("PRESENTED, EXHIBITED or SIGNED.", edit=True)
