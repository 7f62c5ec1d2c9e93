"""Event series, their editions, and events (which nest)."""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import EventLevel, EventMode, EventStatus, EventType, OrganisationRole, PersonRole
from store.models.base import Base, Editable, Identified, Named, day, instant, partial_date, zoned_time
from store.values.column_types import Json, enum_of
from store.values.partial_dates import PartialDate


class EventSeries(Named, Editable, Base):
    """A series under all its names, with its level and the date since when it holds."""

    __tablename__ = "event_series"
    prefix = "ser"

    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"), index=True)
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    level: Mapped[EventLevel | None] = mapped_column(enum_of(EventLevel))
    level_since: Mapped[PartialDate | None] = partial_date()
    level_since_earliest: Mapped[date | None] = day()
    level_since_latest: Mapped[date | None] = day()
    started: Mapped[PartialDate | None] = partial_date()
    started_earliest: Mapped[date | None] = day()
    started_latest: Mapped[date | None] = day()
    website: Mapped[str | None] = mapped_column(String(500))


class EventEdition(Named, Editable, Base):
    """One edition of a series. Ordinal ("20th") and year are separate facts."""

    __tablename__ = "event_edition"
    prefix = "edn"

    series_id: Mapped[str] = mapped_column(ForeignKey("event_series.id"), index=True)
    ordinal: Mapped[int | None] = mapped_column(Integer)
    year: Mapped[int | None] = mapped_column(Integer)
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    theme: Mapped[dict[str, str] | None] = mapped_column(Json)
    mission: Mapped[dict[str, str] | None] = mapped_column(Json)
    principles: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """Multilingual texts."""
    aims: Mapped[dict[str, str] | None] = mapped_column(Json)
    starts: Mapped[PartialDate | None] = partial_date()
    starts_earliest: Mapped[date | None] = day()
    starts_latest: Mapped[date | None] = day()
    ends: Mapped[PartialDate | None] = partial_date()
    ends_earliest: Mapped[date | None] = day()
    ends_latest: Mapped[date | None] = day()
    deadline: Mapped[str | None] = zoned_time()
    """Until when to apply or register, by the organisers' clock."""
    deadline_at: Mapped[datetime | None] = instant()


class Event(Named, Editable, Base):
    """An event of an edition, or a third-party event that hosts ours; events nest by `parent_id`."""

    __tablename__ = "event"
    prefix = "evt"

    edition_id: Mapped[str | None] = mapped_column(ForeignKey("event_edition.id"), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("event.id"), index=True)
    type: Mapped[EventType] = mapped_column(enum_of(EventType), index=True)
    mode: Mapped[EventMode | None] = mapped_column(enum_of(EventMode))
    status: Mapped[EventStatus | None] = mapped_column(enum_of(EventStatus))
    ordinal: Mapped[int | None] = mapped_column(Integer)
    """Its order among siblings, such as stages of a competition."""
    theme: Mapped[dict[str, str] | None] = mapped_column(Json)
    topics: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """Multilingual texts."""
    venue: Mapped[dict[str, str] | None] = mapped_column(Json)
    starts: Mapped[PartialDate | None] = partial_date()
    starts_earliest: Mapped[date | None] = day()
    starts_latest: Mapped[date | None] = day()
    ends: Mapped[PartialDate | None] = partial_date()
    ends_earliest: Mapped[date | None] = day()
    ends_latest: Mapped[date | None] = day()
    deadline: Mapped[str | None] = zoned_time()
    """Until when to apply or register, by the organisers' clock."""
    deadline_at: Mapped[datetime | None] = instant()
    advancement: Mapped[dict[str, object] | None] = mapped_column(Json)
    """For a competition's stage: its scope (AREA, TRACK, GLOBAL) and the rule of advancement."""
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class EventPlace(Identified, Base):
    """A place of an event or of an edition's activities."""

    __tablename__ = "event_place"
    prefix = "evp"

    event_id: Mapped[str | None] = mapped_column(ForeignKey("event.id"), index=True)
    edition_id: Mapped[str | None] = mapped_column(ForeignKey("event_edition.id"), index=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), index=True)
    mode: Mapped[EventMode | None] = mapped_column(enum_of(EventMode))
    planned: Mapped[bool] = mapped_column(Boolean, default=False)
    quote: Mapped[str | None] = mapped_column(Text)


class EventConcept(Identified, Base):
    """A field that an event or an edition focuses on."""

    __tablename__ = "event_concept"
    prefix = "evc"

    event_id: Mapped[str | None] = mapped_column(ForeignKey("event.id"), index=True)
    edition_id: Mapped[str | None] = mapped_column(ForeignKey("event_edition.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)


class EventOrganisation(Identified, Base):
    """An organisation's role in a series, an edition or an event."""

    __tablename__ = "event_organisation"
    prefix = "evo"

    series_id: Mapped[str | None] = mapped_column(ForeignKey("event_series.id"), index=True)
    edition_id: Mapped[str | None] = mapped_column(ForeignKey("event_edition.id"), index=True)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("event.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[OrganisationRole] = mapped_column(enum_of(OrganisationRole))
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class EventPerson(Identified, Base):
    """A person's role in an event."""

    __tablename__ = "event_person"
    prefix = "evr"
    __table_args__ = (UniqueConstraint("event_id", "talent_id", "role"),)

    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), index=True)
    talent_id: Mapped[str] = mapped_column(ForeignKey("talent.id"), index=True)
    role: Mapped[PersonRole] = mapped_column(enum_of(PersonRole))
    quote: Mapped[str | None] = mapped_column(Text)


class EventProject(Identified, Base):
    """A project's part in an event: presented, exhibited, signed."""

    __tablename__ = "event_project"
    prefix = "evj"
    __table_args__ = (UniqueConstraint("event_id", "project_id", "role"),)

    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), index=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    role: Mapped[str] = mapped_column(String(20), default="PRESENTED")
    """PRESENTED, EXHIBITED or SIGNED."""
