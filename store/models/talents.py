"""Talents (persons) and their positions."""

from datetime import date

from sqlalchemy import Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import PRIVATE, Base, Identified, Named, PartlyPrivateEntity, day, partial_date
from store.values.column_types import Json
from store.values.partial_dates import PartialDate


class Talent(Named, PartlyPrivateEntity, Base):
    """A person: founder, scholar, official, speaker. `description` is the public biography.

    No age, gender or descent is stored. The schema restricts `email` and `nationality`.
    """

    __tablename__ = "talent"
    prefix = "tal"

    categories: Mapped[list[str]] = mapped_column(Json, default=list)
    """Values of TalentCategory."""
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    """BCP 47 tags."""
    degrees: Mapped[list[dict[str, object]]] = mapped_column(Json, default=list)
    """Objects with `level`, `subject`, `institution`, `year`."""
    studied_abroad: Mapped[bool | None] = mapped_column(Boolean)
    willing_to_relocate: Mapped[bool | None] = mapped_column(Boolean)
    nationality: Mapped[str | None] = mapped_column(String(2), info=PRIVATE)
    email: Mapped[str | None] = mapped_column(String(320), info=PRIVATE)


class Position(Identified, Base):
    """An office that a person holds, often several at once. The organisation may be unknown."""

    __tablename__ = "position"
    prefix = "pos"

    talent_id: Mapped[str] = mapped_column(ForeignKey("talent.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    starts: Mapped[PartialDate | None] = partial_date()
    starts_earliest: Mapped[date | None] = day()
    starts_latest: Mapped[date | None] = day()
    ends: Mapped[PartialDate | None] = partial_date()
    ends_earliest: Mapped[date | None] = day()
    ends_latest: Mapped[date | None] = day()
    as_of: Mapped[PartialDate | None] = partial_date()
    as_of_earliest: Mapped[date | None] = day()
    as_of_latest: Mapped[date | None] = day()
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))


class TalentConcept(Identified, Base):
    """A field of skill of a person."""

    __tablename__ = "talent_concept"
    prefix = "tlc"
    __table_args__ = (UniqueConstraint("talent_id", "concept_id"),)

    talent_id: Mapped[str] = mapped_column(ForeignKey("talent.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)
