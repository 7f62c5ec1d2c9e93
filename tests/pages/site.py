"""The server behind the browser tests: the demo data in a fresh database, and a key for each role."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import select

from api.assembly.core_contributions import CORE_PARTS
from api.assembly.data import load_data
from api.assembly.preparation import load_host, migrate_all
from api.assembly.rooms import Assembly, assemble
from api.operations.settings import ServerSettings
from store import models
from store.access import keys
from store.access.accounts import add_membership, create_account
from store.access.actors import Actor
from store.accounts.signing_in import open_session
from store.enums import Role, ScopeKind
from tests.plugins.digest.receivers import Mailbox

PUBLIC_URL = "http://roadshow.example"


@dataclass
class Site:
    """Where it is, what to open, and how to be somebody."""

    place: str
    investor: str
    project: str
    """A project that doesn't state all; the talent's key is its owner's."""
    keys: dict[Role, str]
    sessions: dict[Role, str]
    """The secrets of browsers' sessions: of a planner of `place`, an administrator, and an account without a role
    (PUBLIC)."""
    address: str = ""
    mailbox: Mailbox = field(default_factory=Mailbox)
    """What was sent by mail; links in it lead to PUBLIC_URL."""
    work: Callable[[], bool] = lambda: False
    """Runs the next job."""

    def ask(self, query: str, role: Role | None = None, **variables: Any) -> dict[str, Any]:
        """The data of a query, as any client gets it."""
        headers = {"Authorization": f"Bearer {self.keys[role]}"} if role else {}
        body = {"query": query, "variables": variables}
        for _ in range(120):
            answer = httpx.post(f"{self.address}/graphql", json=body, headers=headers, timeout=90).json()
            codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
            if codes != {"UNAVAILABLE"}:  # rankings load after the start
                break
            time.sleep(1)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data


def build(settings: ServerSettings) -> tuple[Assembly, Site]:
    """Load the demo data into the settings' empty database and assemble a server on it."""
    from store.database import Database

    database = Database(settings.database_url)
    migrate_all(database, load_host(settings, CORE_PARTS))
    for _ in load_data(database, load_host(settings, CORE_PARTS), ("reference", "demo")):
        pass
    found: dict[Role, str] = {}
    with database.write(Actor.system("test")) as session:
        place = session.scalars(select(models.Place.id).where(models.Place.code == "320583")).one()
        investor = session.scalars(
            select(models.Investor.id).where(models.Investor.fictional).order_by(models.Investor.id)
        ).first()
        project = session.execute(
            select(models.Project.id, models.Project.owner_id)
            .where(
                models.Project.fictional,
                models.Project.owner_id.is_not(None),
                models.Project.funding_stage.is_(None),
                models.Project.ask_min.is_(None),
            )
            .order_by(models.Project.id)
        ).first()
        assert investor is not None
        assert project is not None
        subjects = {
            Role.PLANNER: place, Role.INVESTOR: investor, Role.TALENT: project.owner_id,
            Role.ORGANISER: None, Role.ADMIN: None,
        }  # fmt: skip
        for role, subject in subjects.items():
            found[role] = keys.create(session, role, f"test {role}", subject, None)[1]
        ada = create_account(session, "ada@example.org", "Ada Example")
        add_membership(session, ada, Role.PLANNER, ScopeKind.PLACE, place)
        bob = create_account(session, "bob@example.org", "Bob Example")
        eve = create_account(session, "eve@example.org", "Eve Example")
        add_membership(session, eve, Role.ADMIN, ScopeKind.INSTALLATION)
        people = ((Role.PLANNER, ada), (Role.PUBLIC, bob), (Role.ADMIN, eve))
        sessions = {role: open_session(session, each) for role, each in people}
    database.dispose()
    return assemble(settings), Site(place, investor, project.id, found, sessions)
