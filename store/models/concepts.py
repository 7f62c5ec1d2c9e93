"""Concept schemes in the manner of SKOS: vocabularies, their concepts, and crosswalks between them."""

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import MappingRelation, TermState
from store.models.base import ID, Base, Editable, Identified, Named
from store.values.column_types import enum_of


class ConceptScheme(Named, Editable, Base):
    """A vocabulary of one source or body, such as the fields of one competition."""

    __tablename__ = "concept_scheme"
    prefix = "sch"

    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"), index=True)
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)
    open_ended: Mapped[bool] = mapped_column(Boolean, default=False)
    """The source's list ends in "and other fields": unknown fields are accepted."""


class Concept(Named, Editable, Base):
    """One field, industry or skill. `aliases` are alternative labels."""

    __tablename__ = "concept"
    prefix = "cpt"
    __table_args__ = (UniqueConstraint("scheme_id", "notation"),)

    scheme_id: Mapped[str] = mapped_column(ForeignKey("concept_scheme.id"), index=True)
    notation: Mapped[str] = mapped_column(String(120))
    broader_id: Mapped[str | None] = mapped_column(ForeignKey("concept.id"), index=True)


class ConceptMapping(Identified, Base):
    """A crosswalk from one scheme's concept to another's."""

    __tablename__ = "concept_mapping"
    prefix = "map"
    __table_args__ = (UniqueConstraint("source_id", "target_id"),)

    source_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)
    target_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)
    relation: Mapped[MappingRelation] = mapped_column(enum_of(MappingRelation))
    note: Mapped[str | None] = mapped_column(Text)


class UnmappedTerm(Identified, Base):
    """A field that no scheme knows, queued for mapping."""

    __tablename__ = "unmapped_term"
    prefix = "umt"
    __table_args__ = (UniqueConstraint("entity_id", "term"),)

    entity_id: Mapped[str] = mapped_column(ID, index=True)
    term: Mapped[str] = mapped_column(String(300))
    state: Mapped[TermState] = mapped_column(enum_of(TermState), default=TermState.OPEN, index=True)
    concept_id: Mapped[str | None] = mapped_column(ForeignKey("concept.id"))
    """The concept that an organiser mapped it to."""
