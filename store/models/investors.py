"""Investors, their mandates, and their investments."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import FundingStage, InvestorType
from store.models.base import Base, Editable, Identified, Named, PartlyPrivateEntity, day, partial_date
from store.values.column_types import ExactDecimal, Json, enum_of
from store.values.partial_dates import PartialDate


class Investor(Named, PartlyPrivateEntity, Base):
    """An investor with its thesis (text) and mandate (tracks, industries, stages, cheque, places)."""

    __tablename__ = "investor"
    prefix = "inv"

    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    type: Mapped[InvestorType] = mapped_column(enum_of(InvestorType), default=InvestorType.OTHER, index=True)
    thesis: Mapped[dict[str, str] | None] = mapped_column(Json)
    stages: Mapped[list[str]] = mapped_column(Json, default=list)
    """Values of FundingStage; empty means not stated."""
    project_kinds: Mapped[list[str]] = mapped_column(Json, default=list)
    """Values of ProjectKind that it considers; empty means start-ups, research, products and platforms."""
    cheque_min: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    cheque_max: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    cheque_currency: Mapped[str | None] = mapped_column(String(3))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    active_as_of: Mapped[PartialDate | None] = partial_date()
    active_as_of_earliest: Mapped[date | None] = day()
    active_as_of_latest: Mapped[date | None] = day()
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    """Its seat; the places of its mandate are InvestorPlace."""
    capacity: Mapped[int | None] = mapped_column(Integer)
    """How many projects it wants in one list."""
    website: Mapped[str | None] = mapped_column(String(500))
    verified: Mapped[bool] = mapped_column(Boolean, default=False)
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class InvestorTrack(Identified, Base):
    """A track in an investor's mandate; weight above 0."""

    __tablename__ = "investor_track"
    prefix = "ivk"
    __table_args__ = (UniqueConstraint("investor_id", "track_id"),)

    investor_id: Mapped[str] = mapped_column(ForeignKey("investor.id"), index=True)
    track_id: Mapped[str] = mapped_column(ForeignKey("track.id"), index=True)
    weight: Mapped[float] = mapped_column(Float, default=1.0)


class InvestorConcept(Identified, Base):
    """An industry in an investor's mandate; weight above 0, or excluded."""

    __tablename__ = "investor_concept"
    prefix = "ivc"
    __table_args__ = (UniqueConstraint("investor_id", "concept_id"),)

    investor_id: Mapped[str] = mapped_column(ForeignKey("investor.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)
    weight: Mapped[float] = mapped_column(Float, default=1.0)
    excluded: Mapped[bool] = mapped_column(Boolean, default=False)


class InvestorPlace(Identified, Base):
    """A place in an investor's mandate (with everything in it), or excluded from it."""

    __tablename__ = "investor_place"
    prefix = "ivp"
    __table_args__ = (UniqueConstraint("investor_id", "place_id"),)

    investor_id: Mapped[str] = mapped_column(ForeignKey("investor.id"), index=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), index=True)
    excluded: Mapped[bool] = mapped_column(Boolean, default=False)


class InvestorExclusion(Identified, Base):
    """A project or organisation that an investor excludes."""

    __tablename__ = "investor_exclusion"
    prefix = "ivx"

    investor_id: Mapped[str] = mapped_column(ForeignKey("investor.id"), index=True)
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    note: Mapped[str | None] = mapped_column(Text)


class Investment(Editable, Base):
    """A past investment: an investor's portfolio history, and how a project was financed."""

    __tablename__ = "investment"
    prefix = "ivt"

    investor_id: Mapped[str | None] = mapped_column(ForeignKey("investor.id"), index=True)
    """Null where the source names nobody ("secured 10 million yuan in angel funds")."""
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    stage: Mapped[FundingStage | None] = mapped_column(enum_of(FundingStage))
    amount: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    currency: Mapped[str | None] = mapped_column(String(3))
    stated_amount: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    """The same amount in another currency, as stated by the source."""
    stated_currency: Mapped[str | None] = mapped_column(String(3))
    invested: Mapped[PartialDate | None] = partial_date()
    invested_earliest: Mapped[date | None] = day()
    invested_latest: Mapped[date | None] = day()
    lead: Mapped[bool | None] = mapped_column(Boolean)
    confirmed: Mapped[bool] = mapped_column(Boolean, default=True)
    """False while only the investor states it."""
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)
