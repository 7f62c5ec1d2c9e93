"""Requests for corrections that concern a person who is erased."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store.models import CorrectionRequest


def corrections_about(session: Session, person_id: str) -> Sequence[str]:
    """Return the ids of requests that quote the person's record, or propose the person for another record."""
    request = CorrectionRequest
    quoting = or_(request.subject_id == person_id, request.present == person_id, request.proposed == person_id)
    return session.scalars(select(request.id).where(quoting).order_by(request.id)).all()
