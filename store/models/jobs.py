"""Jobs: work that takes longer than a request."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import JobState
from store.models.base import ID, Base, Identified, now
from store.values.column_types import Json, UtcDateTime, enum_of


class Job(Identified, Base):
    """A piece of work that a worker does outside of requests, with its progress and its one result."""

    __tablename__ = "job"
    prefix = "job"
    owner_column = "id"
    __table_args__ = (Index("ix_job_state_due_at", "state", "due_at"),)

    kind: Mapped[str] = mapped_column(String(80), index=True)
    """Name of the kind of job, which core or a plugin declares."""
    arguments: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    state: Mapped[JobState] = mapped_column(enum_of(JobState), default=JobState.QUEUED)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The account that asked for it; null for a service's key and for the system."""
    membership_id: Mapped[str | None] = mapped_column(ID, index=True)
    """The membership by which the account asked; its talent's id where it acted as that talent."""
    key_id: Mapped[str | None] = mapped_column(ForeignKey("api_key.id"), index=True)
    """The API key that asked for it."""
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    """BCP 47 tags of the request, best first."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """When it may begin, or be tried again."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """How often a worker began it."""
    most_attempts: Mapped[int] = mapped_column(Integer, default=1)
    worker: Mapped[str | None] = mapped_column(String(200))
    """Machine and process of the worker that last began it."""
    lease: Mapped[str | None] = mapped_column(String(64), info={"secret": True})
    """Random name of the lease under which it runs; whoever can't name it may write nothing more."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When another worker may take it over, unless the lease is renewed."""
    progress: Mapped[float | None] = mapped_column(Float)
    """From 0 to 1; null if it can't tell."""
    message: Mapped[str | None] = mapped_column(Text)
    """What it is doing, in a few words."""
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[dict[str, object] | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(Text)
    """Why the last attempt failed, for people."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last attempt began."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
