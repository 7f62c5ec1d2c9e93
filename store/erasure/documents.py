"""Documents of a person who is erased: those of the own record go, those of projects are counted."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Document, Project, TeamMember


def documents_of(session: Session, person_id: str) -> tuple[str, ...]:
    """Return the ids of the documents of a person's own record."""
    return tuple(session.scalars(select(Document.id).where(Document.subject_id == person_id).order_by(Document.id)))


def documents_left(session: Session, talent_id: str) -> tuple[str, ...]:
    """Say how many documents of the person's projects stay: nothing can tell whether they name the person."""
    owned = select(Project.id).where(Project.owner_id == talent_id)
    joined = select(TeamMember.project_id).where(TeamMember.talent_id == talent_id)
    document = Document.subject_id.in_(owned) | Document.subject_id.in_(joined)
    count = session.scalar(select(func.count()).select_from(Document).where(document))
    return (f"{count} documents of the person's projects, which may name the person",) if count else ()
