"""Requests to correct what a record says."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import CorrectionState
from store.models.base import ID, Base, Identified
from store.values.column_types import UtcDateTime, enum_of


class CorrectionRequest(Identified, Base):
    """Somebody's request that a field of a record says something else. Values are texts, as people write them."""

    __tablename__ = "correction_request"
    prefix = "cor"

    subject_id: Mapped[str] = mapped_column(ID, index=True)
    """The record."""
    field: Mapped[str] = mapped_column(String(80))
    """The field's name in the API."""
    language: Mapped[str | None] = mapped_column(String(35))
    """Of a multilingual text, the language that is meant."""
    present: Mapped[str | None] = mapped_column(Text)
    """What the field said when the request was made; null for nothing."""
    proposed: Mapped[str | None] = mapped_column(Text)
    """What the field should say; null to remove what it says."""
    reason: Mapped[str] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(String(1000))
    state: Mapped[CorrectionState] = mapped_column(
        enum_of(CorrectionState), default=CorrectionState.RECEIVED, index=True
    )
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Who asked; null for a service's key."""
    key_id: Mapped[str | None] = mapped_column(ForeignKey("api_key.id"), index=True)
    """The service's key that asked; null for an account."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When it should be decided."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """The account that accepted or declined it; null for a service's key."""
    answer: Mapped[str | None] = mapped_column(Text)
    """Why it was declined, or a remark on what was done."""
