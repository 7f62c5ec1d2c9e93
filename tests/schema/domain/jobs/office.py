"""People and programs that ask for jobs."""

from __future__ import annotations

from store.access import keys
from store.access.accounts import actor_of, add_membership, create_account, held_by
from store.access.actors import Actor
from store.database import Database
from store.enums import Role, ScopeKind
from store.jobs.queue import enqueue
from tests.schema.samples import SampleRecords

LIST = "{ jobs { totalCount nodes { id kind state askedBy } } }"
ONE = (
    "query ($id: ID!) { job(id: $id) { id state result error progress file { name bytes url } } node(id: $id) { id } }"
)


class Office:
    """Two investors, an organiser of a programme with a reviewer, and a program."""

    def __init__(self, database: Database, samples: SampleRecords) -> None:
        with database.write(Actor.system("test")) as session:
            key, _ = keys.create(session, Role.REVIEWER, "Program")
            self.program = Actor(Role.REVIEWER, key.id, name="Program")
            self.people = {}
            for name, role, kind, scope in (
                ("ada", Role.INVESTOR, ScopeKind.INVESTOR, samples["investor"]),
                ("ben", Role.INVESTOR, ScopeKind.INVESTOR, samples["investor"]),
                ("chief", Role.ORGANISER, ScopeKind.PROGRAMME, samples["programme"]),
                ("helper", Role.REVIEWER, ScopeKind.PROGRAMME, samples["programme"]),
            ):
                account = create_account(session, f"{name}@example.org", name.capitalize())
                add_membership(session, account, role, kind, scope)
                self.people[name] = actor_of(account, held_by(session, account.id))
        self.database = database

    def actor(self, name: str) -> Actor:
        return self.program if name == "program" else self.people[name]

    def asks(self, name: str) -> str:
        with self.database.write(self.actor(name)) as session:
            return enqueue(session, "count", {"to": 3}, attempts=2).id
