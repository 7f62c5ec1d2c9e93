"""Invitations: links that give a role once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from store.access.actors import Actor
from store.accounts.invitations import accept, invite, open_invitation
from store.enums import Role, ScopeKind
from store.models import Account, Membership, Programme
from store.models.base import now

if TYPE_CHECKING:
    from store.database import Database

ACTOR = Actor.system("test")


def test_an_invitation_closes_once_its_scope_is_archived(database: Database) -> None:
    with database.write(ACTOR) as session:
        week = Programme(name={"en": "Week"})
        session.add(week)
        session.flush()
        _, token = invite(session, "ada@example.org", Role.REVIEWER, ScopeKind.PROGRAMME, week.id)
        assert open_invitation(session, token) is not None
        week.archived_at = now()
        session.flush()
        assert open_invitation(session, token) is None
        assert accept(session, token) is None
        assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_of_two_that_accept_at_once_one_gets_the_role(database: Database) -> None:
    with database.write(ACTOR) as session:
        until = now() + timedelta(days=1)
        _, token = invite(session, "ada@example.org", Role.ADMIN, ScopeKind.INSTALLATION, membership_ends_at=until)
    accepted: list[bool] = []
    both = threading.Barrier(2)

    def run() -> None:
        both.wait()
        with database.write(ACTOR) as session:
            accepted.append(accept(session, token) is not None)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(accepted) == [False, True]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == 1
