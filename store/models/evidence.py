"""Sources of facts: documents, and published figures as claims."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import ValueQualifier
from store.models.base import ID, Base, Editable, day, partial_date
from store.values.column_types import ExactDecimal, Json, enum_of
from store.values.partial_dates import PartialDate


class SourceDocument(Editable, Base):
    """A published document that states facts."""

    __tablename__ = "source_document"
    prefix = "src"

    title: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    publisher: Mapped[str | None] = mapped_column(String(300))
    attributed_to: Mapped[str | None] = mapped_column(String(300))
    """The source that the publisher names."""
    url: Mapped[str | None] = mapped_column(String(1000))
    reference: Mapped[str | None] = mapped_column(String(200))
    """The publisher's own number, such as a release id."""
    language: Mapped[str | None] = mapped_column(String(35))
    published: Mapped[PartialDate | None] = partial_date()
    published_earliest: Mapped[date | None] = day()
    published_latest: Mapped[date | None] = day()
    correction_contact: Mapped[str | None] = mapped_column(Text)
    """How the publisher handles corrections, and how fast."""


class StatisticalClaim(Editable, Base):
    """One published figure. Claims of one measure may disagree and coexist; none overwrites another."""

    __tablename__ = "statistical_claim"
    prefix = "clm"

    subject_id: Mapped[str] = mapped_column(ID, index=True)
    """The entity that the figure is about, of any type."""
    measure: Mapped[str] = mapped_column(String(120), index=True)
    """A stable code, such as `projects_signed`."""
    label: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    value: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    """None if the source states something without a figure."""
    unit: Mapped[str] = mapped_column(String(40))
    """What is counted, such as `projects`, `people`, `share`; for money the currency's code."""
    qualifier: Mapped[ValueQualifier] = mapped_column(enum_of(ValueQualifier), default=ValueQualifier.EXACT)
    whole_id: Mapped[str | None] = mapped_column(ForeignKey("statistical_claim.id"), index=True)
    """The claim of the total that includes this one."""
    dimension: Mapped[str | None] = mapped_column(String(80))
    """The dimension of a breakdown, such as `field` or `origin`."""
    category: Mapped[str | None] = mapped_column(String(200))
    """The part's category; the API adds UNSTATED for the remainder."""
    concept_id: Mapped[str | None] = mapped_column(ForeignKey("concept.id"), index=True)
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    as_of: Mapped[PartialDate | None] = partial_date()
    as_of_earliest: Mapped[date | None] = day()
    as_of_latest: Mapped[date | None] = day()
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"), index=True)
    quote: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


class ExchangeRate(Editable, Base):
    """A stated conversion: one unit of `base` is `rate` units of `quoted`."""

    __tablename__ = "exchange_rate"
    prefix = "fxr"

    base: Mapped[str] = mapped_column(String(3))
    quoted: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal] = mapped_column(ExactDecimal)
    as_of: Mapped[PartialDate | None] = partial_date()
    as_of_earliest: Mapped[date | None] = day()
    as_of_latest: Mapped[date | None] = day()
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    quote: Mapped[str | None] = mapped_column(Text)
