"""Policies of places, and the support that they offer."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import SupportClass
from store.models.base import Base, Editable, Identified, Named, day, partial_date
from store.values.column_types import ExactDecimal, Json, enum_of
from store.values.partial_dates import PartialDate


class Policy(Named, Editable, Base):
    """What a place or a body in it promises, to whom, and between which days."""

    __tablename__ = "policy"
    prefix = "pol"

    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The issuing body."""
    eligibility: Mapped[dict[str, str] | None] = mapped_column(Json)
    """Who may apply, in the policy's words."""
    valid_from: Mapped[PartialDate | None] = partial_date()
    valid_from_earliest: Mapped[date | None] = day()
    valid_from_latest: Mapped[date | None] = day()
    valid_to: Mapped[PartialDate | None] = partial_date()
    valid_to_earliest: Mapped[date | None] = day()
    valid_to_latest: Mapped[date | None] = day()
    website: Mapped[str | None] = mapped_column(String(500))
    """Where it is published."""
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)


class PolicySupport(Editable, Base):
    """One class of support of a policy: a grant of a certain size, a rent-free office."""

    __tablename__ = "policy_support"
    prefix = "psp"

    policy_id: Mapped[str] = mapped_column(ForeignKey("policy.id"), index=True)
    support_class: Mapped[SupportClass] = mapped_column(enum_of(SupportClass), index=True)
    label: Mapped[dict[str, str] | None] = mapped_column(Json)
    """What the policy calls it ("class A", 一类)."""
    ordinal: Mapped[int] = mapped_column(Integer, default=0)
    """Its order within the policy."""
    value_min: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    value_max: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    value_currency: Mapped[str | None] = mapped_column(String(3))
    eligibility: Mapped[dict[str, str] | None] = mapped_column(Json)
    """Who gets this class, beyond what the policy asks of all."""
    conditions: Mapped[dict[str, str] | None] = mapped_column(Json)
    """How and for how long it is paid or granted."""
    quote: Mapped[str | None] = mapped_column(Text)


class PolicyConcept(Identified, Base):
    """An industry or field that a policy is for."""

    __tablename__ = "policy_concept"
    prefix = "pyc"
    __table_args__ = (UniqueConstraint("policy_id", "concept_id"),)

    policy_id: Mapped[str] = mapped_column(ForeignKey("policy.id"), index=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("concept.id"), index=True)


class PolicyTrack(Identified, Base):
    """A track that a policy is for."""

    __tablename__ = "policy_track"
    prefix = "pyt"
    __table_args__ = (UniqueConstraint("policy_id", "track_id"),)

    policy_id: Mapped[str] = mapped_column(ForeignKey("policy.id"), index=True)
    track_id: Mapped[str] = mapped_column(ForeignKey("track.id"), index=True)
