"""Event series, their editions, and events, which nest."""

from __future__ import annotations

from sqlalchemy import select

from schema.declarations import (
    Filter,
    Writers,
    column,
    connection,
    entity,
    listing,
    localized,
    localized_list,
    partial_date,
    relation,
    translations,
)
from schema.domain.curation.fields import Mergeable
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Claimed, Documented, Edited, Sourced
from schema.domain.shared.filters import by_concepts, by_text
from schema.domain.shared.scopes import of_own_edition, own_edition, own_series
from schema.sql.closures import places_within
from store import models
from store.enums import Role


@entity(
    models.EventSeries,
    "A series of events under all its names.",
    filters=[by_text("event_series")],
    root=("event_series", "all_event_series"),
    writers=[Writers(Role.SCOPED_ORGANISER, own_series)],
)
class EventSeries(Claimed, Documented, Edited, NamedElsewhere):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is.", edit=True)
    programme = relation("Programme", "The programme that it belongs to.", "programme_id", filter=True, edit=True)
    place = relation("Place", "Where it is held.", "place_id", filter=True, edit=True)
    level = column("Its level.", filter=True, edit=True)
    level_since = partial_date("Since when it has this level.", filter=True, edit=True)
    started = partial_date("When it began.", filter=True, order=True, edit=True)
    website = column("Its web address.", filter=True, edit=True)
    editions = listing("EventEdition", "Its editions.", "series_id", order=("year", "ordinal"))
    organisers = listing("EventOrganisation", "Organisations and their roles.", "series_id", order=("created_at",),
                         edit=True)  # fmt: skip


@entity(
    models.EventEdition,
    'One edition of a series. Ordinal ("20th") and year are separate facts.',
    filters=[by_text("event_edition")],
    root=("edition", "editions"),
    writers=[Writers(Role.SCOPED_ORGANISER, own_edition)],
)
class EventEdition(Claimed, Documented, Edited, NamedElsewhere):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is.", edit=True)
    series = relation("EventSeries", "The series.", "series_id", filter=True, edit=True)
    ordinal = column("Which edition, counted.", filter=True, order=True, edit=True)
    year = column("The year that it is named by.", filter=True, order=True, edit=True)
    place = relation("Place", "Where it is held.", "place_id", filter=True, edit=True)
    theme = localized("Its theme.", edit=True)
    mission = localized("Its mission.", edit=True)
    principles = localized_list("Its principles.", edit=True)
    aims = localized("Its aims.", edit=True)
    starts = partial_date("When it begins.", filter=True, order=True, edit=True)
    ends = partial_date("When it ends.", filter=True, order=True, edit=True)
    deadline = column("Until when to apply or register, by the organisers' clock.", type="ZonedDateTime", edit=True)
    deadline_at = column("The moment of the deadline.", filter=True, order=True)
    events = listing("Event", "Its events.", "edition_id", order=("starts_earliest", "ordinal"))
    places = listing("EventPlace", "Places of its activities.", "edition_id", order=("created_at",), edit=True)
    focus = listing("Concept", "Fields that it focuses on.", through=models.EventConcept, near="edition_id",
                    far="concept_id", order=("created_at",), edit=True)  # fmt: skip
    organisers = listing("EventOrganisation", "Organisations and their roles.", "edition_id", order=("created_at",),
                         edit=True)  # fmt: skip
    projects = connection("Project", "Projects entered in it.", "edition_id")


@entity(
    models.Event,
    "An event of an edition, or a third-party event that hosts it.",
    filters=[
        Filter("place", "[ID!]", "Held in one of these places, or anywhere in them.",
               lambda scope, event, ids: event.id.in_(select(models.EventPlace.event_id).where(
                   models.EventPlace.event_id.is_not(None),
                   models.EventPlace.place_id.in_(places_within(ids))).correlate(None)), ("places",)),
        by_concepts(models.EventConcept.event_id, models.EventConcept.concept_id,
                    "Focuses on one of these fields, or on what they cover.",
                    fields=("focus",)),
        by_text("event"),
    ],
    root=("event", "events"),
    writers=[Writers(Role.SCOPED_ORGANISER, of_own_edition)],
)  # fmt: skip
class Event(Claimed, Documented, Edited, Mergeable, Sourced, NamedElsewhere):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is.", edit=True)
    descriptions = translations("The description in every language.", "description")
    edition = relation("EventEdition", "The edition.", "edition_id", filter=True, edit=True)
    parent = relation("Event", "The event that hosts it.", "parent_id", filter=True, edit=True)
    children = listing("Event", "Events that it hosts.", "parent_id", order=("ordinal", "starts_earliest"))
    type = column("What kind of event it is.", filter=True, order=True, edit=True)
    mode = column("How it is held.", filter=True, edit=True)
    status = column("Whether it has been held.", filter=True, edit=True)
    ordinal = column("Its order among its siblings.", filter=True, order=True, edit=True)
    theme = localized("Its theme.", edit=True)
    topics = localized_list("Its topics.", edit=True)
    venue = localized("Where exactly.", edit=True)
    starts = partial_date("When it begins.", filter=True, order=True, edit=True)
    ends = partial_date("When it ends.", filter=True, order=True, edit=True)
    deadline = column("Until when to apply or register, by the organisers' clock.", type="ZonedDateTime", edit=True)
    deadline_at = column("The moment of the deadline.", filter=True, order=True)
    advancement = column("For a stage of a competition: its scope and rule of advancement.", type="Advancement",
                         edit=True)  # fmt: skip
    places = listing("EventPlace", "Its places.", "event_id", order=("created_at",), edit=True)
    focus = listing("Concept", "Fields that it focuses on.", through=models.EventConcept, near="event_id",
                    far="concept_id", order=("created_at",), edit=True)  # fmt: skip
    organisers = listing("EventOrganisation", "Organisations and their roles.", "event_id", order=("created_at",),
                         edit=True)  # fmt: skip
    people = listing("EventPerson", "Persons and their roles.", "event_id", order=("created_at",), edit=True)
    projects = listing("EventProject", "Projects and their roles.", "event_id", order=("created_at",), edit=True)
    awards = listing("Award", "Awards given.", "event_id", order=("rank",), edit=True)
