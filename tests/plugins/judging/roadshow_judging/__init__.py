"""Reviewers who are each assigned single projects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape
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
    PageContext,
    Permission,
    Section,
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


def reviewers(context: PageContext) -> str:
    """List the project's reviewers, and who reads."""
    wanted = select(models.Account.name).join(Assignment, Assignment.account_id == models.Account.id)
    names = context.session.scalars(wanted.where(Assignment.record_id == context.parameters["id"])).all()
    reader = escape(context.actor.name or context.actor.role)
    return f"<p>{reader}</p><ul>{''.join(f'<li>{escape(name)}</li>' for name in names)}</ul>" if names else ""


def broken(context: PageContext) -> str:
    raise RuntimeError("lost")


@hookimpl
def register_sections() -> Iterable[Section]:
    title = {"en": "Reviewers", "zh": "评审"}
    yield Section(on="Project", title=title, render=reviewers, visible_to=["ORGANISER", "REVIEWER"])
    yield Section(on="Project", title={"en": "Broken", "zh": "故障"}, render=broken)


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
