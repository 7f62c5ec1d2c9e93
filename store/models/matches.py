"""Talks between a project and an investor or a place: their stage, and each step."""

from datetime import date

from sqlalchemy import Boolean, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import MatchParty, MatchStage
from store.models.base import ID, PRIVATE, Base, Identified, PartlyPrivateEntity, day, partial_date
from store.values.column_types import enum_of
from store.values.partial_dates import PartialDate


class Match(PartlyPrivateEntity, Base):
    """The talks of one investor or place with one project. `stage` and `since` are those of the last step."""

    __tablename__ = "match"
    prefix = "mtc"
    __table_args__ = (UniqueConstraint("subject_id", "project_id"),)

    subject_id: Mapped[str] = mapped_column(ID, index=True)
    """The investor or place."""
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    stage: Mapped[MatchStage] = mapped_column(enum_of(MatchStage), index=True)
    since: Mapped[PartialDate | None] = partial_date()
    since_earliest: Mapped[date | None] = day()
    since_latest: Mapped[date | None] = day()
    stated_by: Mapped[MatchParty] = mapped_column(enum_of(MatchParty), default=MatchParty.ORGANISER)
    """Who stated the last step."""
    confirmed: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether the last step is confirmed or needs no confirmation."""
    reason: Mapped[str | None] = mapped_column(Text)
    """Why the talks last went back, for both sides."""
    note: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    """Private to the investor or place."""


class MatchStep(Identified, Base):
    """One step of talks: the stage reached, and when."""

    __tablename__ = "match_step"
    prefix = "mts"
    __table_args__ = (Index("ix_match_step_stage", "stage"),)

    match_id: Mapped[str] = mapped_column(ForeignKey("match.id"), index=True)
    stage: Mapped[MatchStage] = mapped_column(enum_of(MatchStage))
    stated_by: Mapped[MatchParty] = mapped_column(enum_of(MatchParty), default=MatchParty.ORGANISER)
    confirmed: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether the other side or an organiser confirmed it, or it needs no confirmation."""
    happened: Mapped[PartialDate | None] = partial_date()
    happened_earliest: Mapped[date | None] = day()
    happened_latest: Mapped[date | None] = day()
