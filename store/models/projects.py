"""Projects: what is presented, ranked, signed and landed."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import (
    AssignmentOrigin,
    FundingStage,
    ProjectKind,
    ProjectStatus,
    TechnologyLevel,
    Visibility,
)
from store.models.base import PRIVATE, Base, Identified, Named, PartlyPrivate, PartlyPrivateEntity, day, partial_date
from store.values.column_types import ExactDecimal, Json, enum_of
from store.values.partial_dates import PartialDate


class Project(Named, PartlyPrivateEntity, Base):
    """A project of any kind: a start-up, but also a fund, a platform or a cooperation agreement."""

    __tablename__ = "project"
    prefix = "prj"

    kind: Mapped[ProjectKind] = mapped_column(enum_of(ProjectKind), default=ProjectKind.STARTUP, index=True)
    status: Mapped[ProjectStatus] = mapped_column(enum_of(ProjectStatus), default=ProjectStatus.PUBLISHED, index=True)
    visibility: Mapped[Visibility] = mapped_column(enum_of(Visibility), default=Visibility.PUBLIC, index=True)
    summary: Mapped[dict[str, str] | None] = mapped_column(Json)
    keywords: Mapped[list[str]] = mapped_column(Json, default=list)
    core_technology: Mapped[dict[str, str] | None] = mapped_column(Json)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("talent.id"), index=True)
    """The talent who owns the record."""
    origin_place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    edition_id: Mapped[str | None] = mapped_column(ForeignKey("event_edition.id"), index=True)
    """The edition that it entered."""
    technology_level: Mapped[TechnologyLevel | None] = mapped_column(enum_of(TechnologyLevel), index=True)
    technology_readiness: Mapped[int | None] = mapped_column(Integer)
    """Technology readiness level, 1 to 9."""
    funding_stage: Mapped[FundingStage | None] = mapped_column(enum_of(FundingStage), index=True)
    ask_min: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    ask_max: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    ask_currency: Mapped[str | None] = mapped_column(String(3))
    raised_amount: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    raised_currency: Mapped[str | None] = mapped_column(String(3))
    founded: Mapped[PartialDate | None] = partial_date()
    founded_earliest: Mapped[date | None] = day()
    founded_latest: Mapped[date | None] = day()
    website: Mapped[str | None] = mapped_column(String(500))
    landed_place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    landed: Mapped[PartialDate | None] = partial_date()
    landed_earliest: Mapped[date | None] = day()
    landed_latest: Mapped[date | None] = day()
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class ProjectTrack(Identified, Base):
    """A track of a project, and its origin. A project may have several."""

    __tablename__ = "project_track"
    prefix = "pjt"
    __table_args__ = (UniqueConstraint("project_id", "track_id"),)

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    track_id: Mapped[str] = mapped_column(ForeignKey("track.id"), index=True)
    origin: Mapped[AssignmentOrigin] = mapped_column(enum_of(AssignmentOrigin), default=AssignmentOrigin.DECLARED)
    confidence: Mapped[float | None] = mapped_column(Float)


class ProjectConcept(Identified, Base):
    """An industry or field of a project, and its origin."""

    __tablename__ = "project_concept"
    prefix = "pjc"
    __table_args__ = (UniqueConstraint("project_id", "concept_id"),)

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)
    origin: Mapped[AssignmentOrigin] = mapped_column(enum_of(AssignmentOrigin), default=AssignmentOrigin.DECLARED)
    confidence: Mapped[float | None] = mapped_column(Float)


class TeamMember(PartlyPrivate, Identified, Base):
    """A person in a project's team."""

    __tablename__ = "team_member"
    prefix = "tmm"
    __table_args__ = (UniqueConstraint("project_id", "talent_id"),)

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    talent_id: Mapped[str] = mapped_column(ForeignKey("talent.id"), index=True)
    title: Mapped[dict[str, str] | None] = mapped_column(Json)
    founder: Mapped[bool] = mapped_column(Boolean, default=False)
    full_time: Mapped[bool | None] = mapped_column(Boolean)
    equity_percent: Mapped[Decimal | None] = mapped_column(ExactDecimal, info=PRIVATE)
    confirmed: Mapped[bool] = mapped_column(Boolean, default=True)
    """False while only the project's owner states it."""


class LandingPreference(Identified, Base):
    """A place where a project would settle; weight from 0 to 1."""

    __tablename__ = "landing_preference"
    prefix = "lnd"
    __table_args__ = (UniqueConstraint("project_id", "place_id"),)

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), index=True)
    weight: Mapped[float] = mapped_column(Float, default=1.0)
    conditions: Mapped[dict[str, str] | None] = mapped_column(Json)


class Award(Identified, Base):
    """A project's result in an event, such as a competition's final."""

    __tablename__ = "award"
    prefix = "awd"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("event.id"), index=True)
    title: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    rank: Mapped[int | None] = mapped_column(Integer)
    field_size: Mapped[int | None] = mapped_column(Integer)
    """The number of ranked entries."""
    awarded: Mapped[PartialDate | None] = partial_date()
    awarded_earliest: Mapped[date | None] = day()
    awarded_latest: Mapped[date | None] = day()


class Recommendation(Identified, Base):
    """Who recommended a project: a station, an organisation, or itself (no organisation)."""

    __tablename__ = "recommendation"
    prefix = "rec"
    __table_args__ = (UniqueConstraint("project_id", "organisation_id", "edition_id"),)

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    edition_id: Mapped[str | None] = mapped_column(ForeignKey("event_edition.id"), index=True)
