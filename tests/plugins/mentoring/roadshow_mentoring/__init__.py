"""Mentors for projects: a table that a plugin declares once, with all that core's entities have."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, String, Text, or_
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from roadshow import (
    DataDocuments,
    Edited,
    Entity,
    EnumType,
    Manifest,
    Page,
    PageContext,
    Permission,
    PersonNamedElsewhere,
    Ranked,
    Role,
    SearchFields,
    Tables,
    Writers,
    column,
    hookimpl,
    listing,
    localized,
    models,
    readers,
    relation,
    translations,
)

manifest = Manifest(
    name="mentoring",
    version="1.0.0",
    api=">=1.3,<2",
    description="Mentors for projects.",
    permissions=frozenset({Permission.TABLES, Permission.ROUTES}),
)


class Base(DeclarativeBase):
    """The plugin's own tables."""


class MentorRow(models.Named, models.Editable, Base):
    """A person who advises projects."""

    __tablename__ = "mentoring_mentor"
    prefix = "mnt"

    talent_id: Mapped[str | None] = mapped_column(String(40), index=True)
    place_id: Mapped[str | None] = mapped_column(String(40), index=True)
    email: Mapped[str | None] = mapped_column(String(200))
    hours: Mapped[int | None]
    level: Mapped[str | None] = mapped_column(String(20))
    listed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(Text, info={"secret": True})


class MentorField(models.Identified, Base):
    """A field in which a mentor advises."""

    __tablename__ = "mentoring_field"
    prefix = "mnf"
    owner_column = "mentor_id"

    mentor_id: Mapped[str] = mapped_column(String(40), index=True)
    concept_id: Mapped[str] = mapped_column(String(40), index=True)


def is_own(actor: Any, mentor: Any) -> Any:
    """Select the mentor that a talent is."""
    return mentor.talent_id == actor.subject_id


def shown(actor: Any, mentor: Any) -> ColumnElement[bool]:
    """Show listed mentors; to a talent also its own record."""
    return or_(mentor.listed.is_(True), is_own(actor, mentor)) if actor.role is Role.TALENT else mentor.listed.is_(True)


STAFF = readers(Role.ORGANISER, Role.TALENT, own_only=(Role.TALENT,), own=is_own)


class Mentor(Edited, PersonNamedElsewhere):
    name = localized("The mentor's name.", order=True, edit=True)
    names = translations("The name in every language.", "name")
    description = localized("What the mentor has done.", edit=True)
    talent = relation("Talent", "The talent that the mentor is.", "talent_id", filter=True, edit=True)
    place = relation("Place", "Where the mentor is.", "place_id", filter=True, edit=True)
    email = column("The mentor's address.", readers=STAFF, edit=True)
    hours = column("Hours a month.", filter=True, order=True, edit=True)
    level = column("How experienced the mentor is.", type="MentorLevel", filter=True, order=True, edit=True)
    listed = column("Whether everybody may see the mentor.", filter=True, edit=True)
    note = column("An organiser's note.", readers=readers(Role.ORGANISER), edit=True)
    fields = listing("Concept", "Fields in which the mentor advises.", through=MentorField, near="mentor_id",
                     far="concept_id", order=("created_at",), edit=True)  # fmt: skip


@hookimpl
def register_tables() -> Iterable[Tables]:
    yield Tables(versions=Path(__file__).parent / "migrations", models=[MentorRow, MentorField])


@hookimpl
def register_types() -> Iterable[EnumType]:
    yield EnumType(name="MentorLevel", description="How experienced a mentor is.",
                   values={"SENIOR": "Led a company.", "JUNIOR": "Worked in one."})  # fmt: skip


@hookimpl
def register_entities() -> Iterable[Entity]:
    yield Entity.of(
        Mentor,
        MentorRow,
        "A person who advises projects.",
        root=("mentor", "mentors"),
        rows=shown,
        writers=[Writers(Role.TALENT, is_own)],
        search=SearchFields(("name", "aliases"), ("description",)),
        default_order=("created_at",),
        imports={"name": "mentor|导师|导师姓名", "description": "bio|简介", "talent": "人才", "place": "",
                 "email": "邮箱", "hours": "hours a month|每月小时", "listed": "公开", "fields": "expertise|擅长领域"},
        person="talent_id",
        ranked=Ranked(field="mentor_fit", description="Mentors who fit the project, best first.",
                      texts=("description",), concepts="fields", place="place"),
    )  # fmt: skip


@hookimpl
def register_data() -> Iterable[DataDocuments]:
    yield DataDocuments(paths=[Path(__file__).parent / "demo.yaml"], kind="demo", namespace="mentoring")


def page(context: PageContext) -> str:
    """List the mentors that the reader sees, with a greeting of who reads."""
    found = context.ask("{ mentors(first: 50) { nodes { name } } }")["data"]["mentors"]["nodes"]
    lines = "".join(f"<li>{escape(each['name'])}</li>" for each in found)
    return f"<p>{escape(context.actor.name or context.actor.role)}</p><ul>{lines}</ul>"


@hookimpl
def register_pages() -> Iterable[Page]:
    yield Page(path="/mentors", title={"en": "Mentors", "zh": "导师"}, render=page)
