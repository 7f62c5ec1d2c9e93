"""Organisations: companies, universities, institutions, bodies, stations."""

from datetime import date

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import OrganisationType
from store.models.base import Base, Editable, Identified, Named, day, partial_date
from store.values.column_types import enum_of
from store.values.partial_dates import PartialDate


class Organisation(Named, Editable, Base):
    """An organisation under all its names. A municipal body is an organisation, its city a place."""

    __tablename__ = "organisation"
    prefix = "org"

    type: Mapped[OrganisationType] = mapped_column(enum_of(OrganisationType), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    founded: Mapped[PartialDate | None] = partial_date()
    founded_earliest: Mapped[date | None] = day()
    founded_latest: Mapped[date | None] = day()
    registration_number: Mapped[str | None] = mapped_column(String(80))
    website: Mapped[str | None] = mapped_column(String(500))
    verified: Mapped[bool] = mapped_column(Boolean, default=False)
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class OrganisationConcept(Identified, Base):
    """An industry that an organisation works in."""

    __tablename__ = "organisation_concept"
    prefix = "ogc"
    __table_args__ = (UniqueConstraint("organisation_id", "concept_id"),)

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)


class Partnership(Identified, Base):
    """Stable cooperation between two organisations."""

    __tablename__ = "partnership"
    prefix = "psh"
    __table_args__ = (UniqueConstraint("organisation_id", "partner_id"),)

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)
