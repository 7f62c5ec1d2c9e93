"""The table of notes."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from roadshow import Tables, hookimpl, models


class Base(DeclarativeBase):
    pass


class Note(models.Identified, Base):
    __tablename__ = "stranger_note"
    prefix = "nte"

    project_id: Mapped[str] = mapped_column(String(40), index=True)
    text: Mapped[str] = mapped_column(String(2000))


@hookimpl
def register_tables() -> Iterable[Tables]:
    yield Tables(versions=Path(__file__).parent / "migrations", models=[Note])
