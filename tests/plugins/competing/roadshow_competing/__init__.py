"""A competition's entries, with judges and chairs who hold their roles entry by entry."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import String, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from roadshow import (
    Edited,
    Entity,
    Manifest,
    MemberRole,
    MemberScope,
    Permission,
    Query,
    Role,
    Tables,
    Writers,
    column,
    holds,
    hookimpl,
    localized,
    models,
    readers,
)

manifest = Manifest(
    name="competing",
    version="1.0.0",
    api=">=1.3,<2",
    description="Entries of a competition.",
    permissions=frozenset({Permission.TABLES}),
)
JUDGE, CHAIR = Role.named("JUDGE"), Role.named("CHAIR")


class Base(DeclarativeBase):
    """The plugin's own tables."""


class EntryRow(models.Named, models.Editable, Base):
    """An entry."""

    __tablename__ = "competing_entry"
    prefix = "cpe"

    remark: Mapped[str | None] = mapped_column(String(200))


def shown(actor: Any, entry: Any) -> Any:
    return holds(actor, entry.id) if actor.role in (JUDGE, CHAIR) else false()


def chaired(actor: Any, entry: Any) -> Any:
    return holds(actor, entry.id) if actor.role is CHAIR else false()


class ContestEntry(Edited):
    name = localized("What it is called.", edit=True)
    remark = column("What the jury remarked.", readers=readers(JUDGE, CHAIR, Role.ORGANISER), edit=True)


@hookimpl
def register_tables() -> Iterable[Tables]:
    yield Tables(versions=Path(__file__).parent / "migrations", models=[EntryRow])


@hookimpl
def register_entities() -> Iterable[Entity]:
    yield Entity.of(
        ContestEntry,
        EntryRow,
        "An entry in a competition.",
        root=("contest_entry", "contest_entries"),
        rows=shown,
        writers=[Writers(JUDGE, shown, create=False)],
    )


@hookimpl
def register_roles() -> Iterable[MemberRole | MemberScope]:
    yield MemberScope(
        name="ENTRY", on="ContestEntry", title={"en": "Entries", "zh": "参赛作品"},
        description="An entry in a competition.", given_by=chaired,
    )  # fmt: skip
    yield MemberRole(
        name="JUDGE", title={"en": "Judge", "zh": "评委"}, description="Judges entries.",
        scopes=["ENTRY", "EDITION", "INSTALLATION"],
    )  # fmt: skip
    yield MemberRole(
        name="CHAIR", title={"en": "Chair", "zh": "评审组长"}, description="Chairs a jury.", scopes=["ENTRY"]
    )


@hookimpl
def register_queries() -> Iterable[Query]:
    yield Query(
        name="juryRoom", type="String", description="Where the jury meets.", visible_to=["JUDGE"],
        resolve=lambda context: "Room 2",
    )  # fmt: skip
