"""A place's plans: priorities, needs, parks."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import ChainAction, NeedKind, NeedState, PriorityTier, TechnologyLevel
from store.models.base import Base, Editable, Identified, Named, day, instant, partial_date, zoned_time
from store.values.column_types import ExactDecimal, Json, enum_of
from store.values.partial_dates import PartialDate


class IndustryPriority(Named, Editable, Base):
    """An industry that a place wants, with its weight, validity, issuing body and source."""

    __tablename__ = "industry_priority"
    prefix = "pri"

    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), index=True)
    tier: Mapped[PriorityTier | None] = mapped_column(enum_of(PriorityTier))
    action: Mapped[ChainAction | None] = mapped_column(enum_of(ChainAction))
    ordinal: Mapped[int] = mapped_column(Integer, default=0)
    weight: Mapped[float] = mapped_column(Float, default=1.0)
    """At least 0; compared with the place's other priorities."""
    valid_from: Mapped[PartialDate | None] = partial_date()
    valid_from_earliest: Mapped[date | None] = day()
    valid_from_latest: Mapped[date | None] = day()
    valid_to: Mapped[PartialDate | None] = partial_date()
    valid_to_earliest: Mapped[date | None] = day()
    valid_to_latest: Mapped[date | None] = day()
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    """The issuing body."""
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class PriorityConcept(Identified, Base):
    """An industry or field that a priority means."""

    __tablename__ = "priority_concept"
    prefix = "prc"
    __table_args__ = (UniqueConstraint("priority_id", "concept_id"),)

    priority_id: Mapped[str] = mapped_column(ForeignKey("industry_priority.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)


class PriorityTrack(Identified, Base):
    """A track that a priority means."""

    __tablename__ = "priority_track"
    prefix = "prt"
    __table_args__ = (UniqueConstraint("priority_id", "track_id"),)

    priority_id: Mapped[str] = mapped_column(ForeignKey("industry_priority.id"), index=True)
    track_id: Mapped[str] = mapped_column(ForeignKey("track.id"), index=True)


class Scenario(Named, Editable, Base):
    """A place's alternative: named weights, and the pool they apply to."""

    __tablename__ = "scenario"
    prefix = "scn"

    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), index=True)
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether everybody may see it; otherwise only the place's planners and organisers."""
    priority_weights: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    """Weights of priorities by id, replacing their own."""
    industry_weights: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    """Factors of industries by id; 1 is neutral."""
    block_weights: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    """Weights of the score's blocks by name."""
    pool: Mapped[dict[str, object] | None] = mapped_column(Json)
    """The filter of projects, as the API's `ProjectFilter` takes it."""


class MatchingNeed(Named, Editable, Base):
    """What a place or an organisation there looks for."""

    __tablename__ = "matching_need"
    prefix = "ned"

    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[NeedKind] = mapped_column(enum_of(NeedKind), index=True)
    state: Mapped[NeedState] = mapped_column(enum_of(NeedState), default=NeedState.PUBLISHED, index=True)
    quantity: Mapped[int | None] = mapped_column(Integer)
    budget_min: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    budget_max: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    budget_currency: Mapped[str | None] = mapped_column(String(3))
    technology_level: Mapped[TechnologyLevel | None] = mapped_column(enum_of(TechnologyLevel))
    technology_readiness: Mapped[int | None] = mapped_column(Integer)
    deadline: Mapped[PartialDate | None] = partial_date()
    deadline_earliest: Mapped[date | None] = day()
    deadline_latest: Mapped[date | None] = day()
    deadline_time: Mapped[str | None] = zoned_time()
    """The deadline to the minute, by the place's clock, where that is stated."""
    deadline_time_at: Mapped[datetime | None] = instant()
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class NeedConcept(Identified, Base):
    """A field that a need is about."""

    __tablename__ = "need_concept"
    prefix = "ndc"
    __table_args__ = (UniqueConstraint("need_id", "concept_id"),)

    need_id: Mapped[str] = mapped_column(ForeignKey("matching_need.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)


class Park(Named, Editable, Base):
    """An industrial park, innovation centre, incubator or practice base in a place."""

    __tablename__ = "park"
    prefix = "prk"

    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str | None] = mapped_column(String(80))
    resident_count: Mapped[int | None] = mapped_column(Integer)
    complete_chain: Mapped[bool | None] = mapped_column(Boolean)
    area_square_metres: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    opened: Mapped[PartialDate | None] = partial_date()
    opened_earliest: Mapped[date | None] = day()
    opened_latest: Mapped[date | None] = day()
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class ParkConcept(Identified, Base):
    """An industry of a park."""

    __tablename__ = "park_concept"
    prefix = "pkc"
    __table_args__ = (UniqueConstraint("park_id", "concept_id"),)

    park_id: Mapped[str] = mapped_column(ForeignKey("park.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)
