"""Reviewers who are each assigned single projects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase

from roadshow import (
    Argument,
    Context,
    Grant,
    Manifest,
    Mutation,
    Permission,
    Service,
    StaticFolder,
    Tables,
    hookimpl,
    models,
)

manifest = Manifest(
    name="judging",
    version="1.0.0",
    api=">=1.3,<2",
    description="Assigns projects to reviewers.",
    permissions=frozenset({Permission.TABLES, Permission.MUTATIONS, Permission.GRANTS, Permission.ROUTES}),
)


class Base(DeclarativeBase):
    """The plugin's own tables."""


class Assignment(models.Grant, Base):
    """A project that a reviewer reads."""

    __tablename__ = "judging_assignment"
    prefix = "jdg"


@hookimpl
def register_tables() -> Iterable[Tables]:
    yield Tables(versions=Path(__file__).parent / "migrations", models=[Assignment])


@hookimpl
def register_grants() -> Iterable[Grant]:
    yield Grant(on="Project", model=Assignment, roles=["REVIEWER"], description="Assigned reviewers read their drafts.")


def assign(context: Context, project: str, account: str, until: datetime | None = None) -> Any:
    with context.write() as session:
        session.add(Assignment(record_id=project, account_id=account, ends_at=until))
    return project


def assigned(context: Context, account: str) -> list[str]:
    wanted = select(Assignment.record_id).where(Assignment.account_id == account).order_by(Assignment.id)
    return list(context.session.scalars(wanted))


@hookimpl
def register_services() -> Iterable[Service]:
    yield Service(name="judging.assigned", version="1.1", description="Ids of an account's projects.", run=assigned)


@hookimpl
def register_static() -> Iterable[StaticFolder]:
    yield StaticFolder(path=Path(__file__).parent / "static")


@hookimpl
def register_mutations() -> Iterable[Mutation]:
    yield Mutation(
        name="assignReviewer", type="Project", description="Assign a project to a reviewer.", visible_to=["ORGANISER"],
        arguments=[
            Argument(name="project", type="ID!", description="The project."),
            Argument(name="account", type="ID!", description="The reviewer."),
            Argument(name="until", type="DateTime", description="The last moment."),
        ],
        resolve=assign,
    )  # fmt: skip
