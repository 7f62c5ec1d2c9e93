"""Stored fields on projects and talents, in tables of the plugin's own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from roadshow import (
    EnumType,
    Extension,
    Json,
    Manifest,
    Permission,
    Role,
    Tables,
    column,
    hookimpl,
    localized,
    models,
    readers,
    relation,
)

manifest = Manifest(
    name="profiles",
    version="1.0.0",
    api=">=1.3,<2",
    description="Further facts on projects and talents.",
    permissions=frozenset({Permission.TABLES}),
)


class Base(DeclarativeBase):
    """The plugin's own tables."""


class ProjectFacts(models.Extension, Base):
    """Further facts on a project."""

    __tablename__ = "profiles_project"
    prefix = "pfp"

    team_size: Mapped[int | None]
    exporting: Mapped[bool | None]
    licence: Mapped[str | None] = mapped_column(String(20))
    slogan: Mapped[dict[str, str] | None] = mapped_column(Json)
    laboratory_id: Mapped[str | None] = mapped_column(String(40), index=True)
    assessment: Mapped[str | None] = mapped_column(String(200))


class TalentFacts(models.Extension, Base):
    """Further facts on a person."""

    __tablename__ = "profiles_talent"
    prefix = "pft"

    phone: Mapped[str | None] = mapped_column(String(40))


def is_own(actor: Any, project: Any) -> Any:
    """Select a talent's own projects."""
    return project.owner_id == actor.subject_id


class Facts:
    team_size = column("How many people work on it.", filter=True, order=True, edit=True)
    exporting = column("Whether it sells abroad.", filter=True, edit=True)
    licence = column("How its technology is licensed.", type="Licence", filter=True, order=True, edit=True)
    slogan = localized("Its slogan.", order=True, edit=True)
    laboratory = relation("Place", "Where its laboratory is.", "laboratory_id", filter=True, edit=True)
    assessment = column(
        "What its owner thinks of it.",
        readers=readers(Role.ORGANISER, Role.TALENT, own_only=(Role.TALENT,), own=is_own),
        filter=True,
        order=True,
        edit=True,
    )


class Contact:
    phone = column("A number to call.", readers=readers(Role.ORGANISER), edit=True)


@hookimpl
def register_tables() -> Iterable[Tables]:
    yield Tables(versions=Path(__file__).parent / "migrations", models=[ProjectFacts, TalentFacts])


@hookimpl
def register_types() -> Iterable[EnumType]:
    yield EnumType(name="Licence", description="How a technology is licensed.",
                   values={"OPEN": "To everybody.", "CLOSED": "To nobody."})  # fmt: skip


@hookimpl
def register_extensions() -> Iterable[Extension]:
    yield Extension.of(Facts, ProjectFacts, on="Project",
                       imports={"team_size": "headcount|团队规模", "exporting": "出口", "slogan": "口号"})  # fmt: skip
    yield Extension.of(Contact, TalentFacts, on="Talent")
