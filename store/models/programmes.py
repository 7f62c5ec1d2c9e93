"""Programmes and their tracks."""

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Editable, Identified, Named


class Programme(Named, Editable, Base):
    """What a city or body runs year after year: a summit, a week, a competition."""

    __tablename__ = "programme"
    prefix = "prg"

    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    website: Mapped[str | None] = mapped_column(String(500))


class Track(Named, Editable, Base):
    """A track of a programme; its fields are concepts, and several tracks may share a field."""

    __tablename__ = "track"
    prefix = "trk"
    __table_args__ = (UniqueConstraint("programme_id", "code"),)

    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), index=True)
    code: Mapped[str] = mapped_column(String(80))
    ordinal: Mapped[int] = mapped_column(Integer, default=0)
    open_ended: Mapped[bool] = mapped_column(Boolean, default=False)
    """The source's list of fields ends in "and other fields"."""
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class TrackConcept(Identified, Base):
    """A field that a track lists."""

    __tablename__ = "track_concept"
    prefix = "tkc"
    __table_args__ = (UniqueConstraint("track_id", "concept_id"),)

    track_id: Mapped[str] = mapped_column(ForeignKey("track.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)
    ordinal: Mapped[int] = mapped_column(Integer, default=0)
