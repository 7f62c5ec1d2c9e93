"""Who asks a mock server: a role's name is its key."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.demo import demo_accounts
from store.access import keys
from store.access.accounts import held_by
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.models import ApiKey

PREFIX = "mock: "
ADMIN = "admin"


def add_keys(session: Session) -> None:
    """Create a key for each role of the demo, and for an administrator."""
    keys.create(session, Role.ADMIN, PREFIX + ADMIN)
    for label, account in demo_accounts(session).items():
        held = held_by(session, account.id, account.talent_id)[0]
        keys.create_for_account(session, account, held, PREFIX + label.replace(" ", "-"))


def names(database: Database) -> list[str]:
    """Return the names that work as keys, in alphabetical order."""
    with database.read() as session:
        found = session.scalars(select(ApiKey.name).where(ApiKey.name.startswith(PREFIX)))
        return sorted(name.removeprefix(PREFIX) for name in found)


def by_name(database: Database, authenticate: Callable[[str], Actor | None]) -> Callable[[str], Actor | None]:
    """Return what gives the actor of a role's name, and else of a key as `authenticate` does."""

    def actor(key: str) -> Actor | None:
        with database.read() as session:
            row = session.scalar(select(ApiKey).where(ApiKey.name == PREFIX + key))
            if row is not None:
                return keys.actor_of_key(session, row)
        return authenticate(key)

    return actor
