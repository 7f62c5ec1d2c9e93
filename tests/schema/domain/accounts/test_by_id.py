"""Accounts and what belongs to them by id: `nodes` gives what `viewer` and the lists show, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from schema.compiled import Planner
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access import keys
from store.access.accounts import held_by
from store.access.actors import Actor
from store.accounts import invitations
from store.database import Database
from store.enums import Role, ScopeKind
from tests.schema.compiled.changes import execute_by_both
from tests.schema.domain.accounts.test_accounts import SYSTEM, signed_in
from tests.schema.samples import SampleRecords

TABLES = (models.Account, models.Membership, models.Invitation, models.ApiKey, models.AccountSession)
OWN = """{ viewer { account { id } memberships { id account { id } } sessions { id } keys { id } }
    memberships(ended: true) { id account { id } } invitations(ended: true) { id } }"""
KEYS = "{ apiKeys { id account { id } } }"
NODES = """query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
    ... on Account { name email } ... on Membership { role account { id } } ... on ApiKey { name role } } }"""


def ids_in(value: Any) -> set[str]:
    """Every id in an answer."""
    if isinstance(value, list):
        return set().union(*map(ids_in, value)) if value else set()
    if isinstance(value, dict):
        return set().union(*({each} if key == "id" else ids_in(each) for key, each in value.items()))
    return set()


@pytest.fixture
def people(database: Database, samples: SampleRecords) -> dict[str, Actor]:
    """Actors of sessions, and of keys of services, with invitations that each of them governs or not."""
    investor, rival = samples["investor"], samples["rival"]
    found = {
        "admin": signed_in(database, "first@example.org", (Role.ADMIN, ScopeKind.INSTALLATION, None)),
        "organiser": signed_in(database, "second@example.org", (Role.ORGANISER, ScopeKind.INSTALLATION, None)),
        "investor": signed_in(database, "third@example.org", (Role.INVESTOR, ScopeKind.INVESTOR, investor)),
        "colleague": signed_in(database, "fourth@example.org", (Role.INVESTOR, ScopeKind.INVESTOR, investor)),
        "rival": signed_in(database, "fifth@example.org", (Role.INVESTOR, ScopeKind.INVESTOR, rival)),
        "public": Actor.public(),
    }
    with database.write(SYSTEM) as session:
        for name, scope in (("colleague", investor), ("rival", rival)):
            account = session.get(models.Account, found[name].account_id)
            assert account is not None
            keys.create_for_account(session, account, held_by(session, account.id)[0], name)
            invitations.invite(session, f"new.{name}@example.org", Role.INVESTOR, ScopeKind.INVESTOR, scope)
        keys.create(session, Role.REVIEWER, "a service")
        invitations.invite(session, "boss@example.org", Role.ADMIN, ScopeKind.INSTALLATION)
    return found


def test_nodes_are_what_the_lists_show(
    services: Services, schema: RoadshowSchema, database: Database, people: dict[str, Actor]
) -> None:
    planner = Planner(schema, services)
    with database.read() as session:
        every = [each for table in TABLES for each in session.scalars(select(table.id))]
    seen: dict[str, set[str]] = {}
    for name, actor in people.items():
        listed = execute_by_both(planner, actor, OWN)
        assert listed.errors is None, listed.errors
        shown = ids_in(listed.data)
        if name == "admin":
            shown |= ids_in(execute_by_both(planner, actor, KEYS).data)
            shown |= {each for each in every if each.startswith(models.Account.prefix)}
        answer = execute_by_both(planner, actor, NODES, variables={"ids": every})
        assert answer.errors is None, answer.errors
        assert answer.data is not None
        seen[name] = ids_in(answer.data)
        assert seen[name] == shown, name
        kinds = {each["id"][:3]: each["__typename"] for each in answer.data["nodes"] if each}
        assert set(kinds.items()) <= {(table.prefix, table.__name__) for table in TABLES}
    assert seen["public"] == set()
    assert seen["investor"] & seen["rival"] == set()
    assert seen["investor"] < seen["organiser"] | seen["investor"]
    assert len(seen["admin"]) > len(seen["organiser"]) > len(seen["investor"]) > 4
