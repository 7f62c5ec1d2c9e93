"""Feedback of counterparts, exposures, and kept rankings."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import InterestKind, PassReason
from store.models.base import ID, PRIVATE, Base, Identified, PartlyPrivateEntity, now
from store.values.column_types import Json, UtcDateTime, enum_of


class Interest(PartlyPrivateEntity, Base):
    """An investor's or a place's answer to a project: like, pass with a reason, bookmark."""

    __tablename__ = "interest"
    prefix = "int"
    __table_args__ = (UniqueConstraint("subject_id", "project_id"),)

    subject_id: Mapped[str] = mapped_column(ID, index=True)
    """The investor or place that responds."""
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[InterestKind] = mapped_column(enum_of(InterestKind))
    reason: Mapped[PassReason | None] = mapped_column(enum_of(PassReason), info=PRIVATE)
    note: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    """Private to the investor or place."""
    feedback: Mapped[str | None] = mapped_column(Text)
    """A text that the project's owner may read."""
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Exposure(Identified, Base):
    """A project that was shown to an investor or a place in a delivered list."""

    __tablename__ = "exposure"
    prefix = "exp"
    owner_column = "subject_id"  # an exposure is no news about the project
    __table_args__ = (UniqueConstraint("subject_id", "project_id"),)

    subject_id: Mapped[str] = mapped_column(ID, index=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class RankingSnapshot(Identified, Base):
    """A ranking as its subject saw it; never changed."""

    __tablename__ = "ranking_snapshot"
    prefix = "rks"
    owner_column = "subject_id"

    subject_id: Mapped[str] = mapped_column(ID, index=True)
    target: Mapped[str] = mapped_column(String(20))
    model_version: Mapped[str] = mapped_column(String(120))
    weights: Mapped[dict[str, float]] = mapped_column(Json)
    data_position: Mapped[int] = mapped_column(BigInteger)
    """The position in the change log at which the ranking was computed."""
    items: Mapped[list[dict[str, object]]] = mapped_column(Json, default=list)
    """Its lines in order: `id`, `rank`, `score`, `contributions`, `reasons`, `gates`; sentences in every language."""
    answer_id: Mapped[str | None] = mapped_column(String(80))
    """The id of everything that the answer depended on."""
    encoder: Mapped[str | None] = mapped_column(String(200))
    scale: Mapped[str | None] = mapped_column(String(20))
    asked: Mapped[dict[str, object] | None] = mapped_column(Json)
    """Filter, options and size of the request."""
    rerankers: Mapped[list[str] | None] = mapped_column(Json)
    total_count: Mapped[int | None] = mapped_column(Integer)
    gated_count: Mapped[int | None] = mapped_column(Integer)
    computed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the data was read."""
    label: Mapped[str | None] = mapped_column(String(200))
    channel: Mapped[str | None] = mapped_column(String(40))
    """The delivery channel; null if it was not delivered."""
