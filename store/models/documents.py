"""Documents: files and links that belong to a record."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import DocumentKind, Visibility
from store.models.base import ID, Base, Editable
from store.values.column_types import Json, enum_of


class Document(Editable, Base):
    """A file, or a link to something elsewhere, that belongs to a record of any type.

    The bytes of a file are in the storage of documents, under a key made from the id, and never change.
    """

    __tablename__ = "document"
    prefix = "doc"

    subject_id: Mapped[str] = mapped_column(ID, index=True)
    """The record that it belongs to."""
    kind: Mapped[DocumentKind] = mapped_column(enum_of(DocumentKind), index=True)
    visibility: Mapped[Visibility] = mapped_column(enum_of(Visibility), default=Visibility.OWNER)
    caption: Mapped[dict[str, str] | None] = mapped_column(Json)
    credit: Mapped[str | None] = mapped_column(String(300))
    """Who made it, as the picture's or film's credit says."""
    source_document_id: Mapped[str | None] = mapped_column(ForeignKey("source_document.id"))
    link: Mapped[str | None] = mapped_column(String(1000))
    """Its address elsewhere; a document has either this or a file."""
    file_name: Mapped[str | None] = mapped_column(String(120))
    media_type: Mapped[str | None] = mapped_column(String(100), index=True)
    size: Mapped[int | None] = mapped_column(Integer)
    """Bytes."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    uploaded_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The account that added it; null for a service's key."""
