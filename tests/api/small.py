"""A small schema with everything that the door must handle: quick, slow, failing, writing, streaming."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import strawberry
from sqlalchemy import text
from starlette.applications import Starlette
from strawberry.dataloader import DataLoader

from api.assembly.app import application
from api.assembly.rooms import Assembly
from api.operations.follower import ChangeFollower
from api.operations.logs import configure
from api.operations.settings import ServerSettings, load_server_settings
from api.requests.answers import Caller
from plugins.host.host import Host
from schema.declarations.errors import NotFoundError
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.models import Project

KEYS = {
    "investor-key": Actor(Role.INVESTOR, "key_1", "inv_1", "An investor"),
    "admin-key": Actor(Role.ADMIN, "key_2", None, "An administrator"),
}

# A statement that never ends by itself, and costs nothing but time.
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}


@dataclass
class SmallContext:
    actor: Actor
    database: Database
    follower: ChangeFollower
    request_id: str
    batches: list[list[int]]

    def __post_init__(self) -> None:
        async def double(numbers: list[int]) -> list[int]:
            self.batches.append(numbers)
            return [2 * number for number in numbers]

        self.doubles = DataLoader(load_fn=double)


@strawberry.type
class Number:
    value: int

    @strawberry.field
    async def doubled(self, info: strawberry.Info[Any, Any]) -> int:
        return int(await info.context.doubles.load(self.value))

    @strawberry.field
    async def batches(self, info: strawberry.Info[Any, Any]) -> int:
        """How many batches there were by the time that this number was doubled."""
        await info.context.doubles.load(self.value)
        return len(info.context.batches)

    @strawberry.field
    def next(self) -> Number:
        return Number(value=self.value + 1)


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "samples") -> str:
        return f"Hello, {name}"

    @strawberry.field
    def who(self, info: strawberry.Info[Any, Any]) -> str:
        return str(info.context.actor.role.value)

    @strawberry.field
    def number(self, value: int = 1) -> Number:
        return Number(value=value)

    @strawberry.field
    def numbers(self, count: int) -> list[Number]:
        return [Number(value=value) for value in range(count)]

    @strawberry.field
    def missing(self) -> str | None:
        raise NotFoundError("There is no such project.")

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("a secret detail of the machinery")

    @strawberry.field
    def bad_sql(self, info: strawberry.Info[Any, Any]) -> str | None:
        with info.context.database.read() as session:
            return str(session.execute(text("SELECT secret_column FROM secret_table")).scalar())

    @strawberry.field
    def slow(self, seconds: float, begun: str) -> str:
        """Makes the file ``begun``, then takes its time."""
        Path(begun).touch()
        time.sleep(seconds)
        return "done"

    @strawberry.field
    def held(self, begun: str, until: str) -> str:
        """Makes the file ``begun``, then waits for the file ``until``."""
        Path(begun).touch()
        while not Path(until).exists():
            time.sleep(0.01)
        return "done"

    @strawberry.field
    def process(self) -> int:
        return os.getpid()

    @strawberry.field
    def endless(self, info: strawberry.Info[Any, Any]) -> int | None:
        with info.context.database.read() as session:
            found = session.execute(text(ENDLESS[session.get_bind().dialect.name])).scalar()
            return int(found or 0)


@strawberry.type
class Mutation:
    @strawberry.mutation
    def shout(self, word: str) -> str:
        return word.upper()

    @strawberry.mutation
    def store(self, info: strawberry.Info[Any, Any]) -> str:
        with info.context.database.write(info.context.actor) as session:
            session.add(Project(name={"en": "Stored"}))
        return "stored"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int, pause: float = 0.0) -> AsyncIterator[Number]:
        for value in range(1, to + 1):
            yield Number(value=value)
            await asyncio.sleep(pause)

    @strawberry.subscription
    async def changes(self, info: strawberry.Info[Any, Any]) -> AsyncIterator[str]:
        async for change in info.context.follower.follow():
            yield f"{change.entity_type} {change.operation.value}"

    @strawberry.subscription
    async def stumbles(self) -> AsyncIterator[int]:
        yield 1
        raise RuntimeError("a secret detail of the machinery")


def assembly(settings: ServerSettings) -> Assembly:
    """The small schema on the settings' database."""
    database = Database(settings.database_url, write_wait=settings.limits.seconds / 2)
    follower = ChangeFollower(database, settings.poll_seconds)
    schema = strawberry.Schema(Query, Mutation, Subscription)

    @contextmanager
    def open_context(actor: Actor, caller: Caller) -> Any:
        yield SmallContext(actor, database, follower, caller.request_id, [])

    return Assembly(
        settings=settings,
        database=database,
        host=Host.load(plugins=[]),
        schema=schema._schema,
        sdl=schema.as_str,
        authenticate=KEYS.get,
        open_context=open_context,
        follower=follower,
    )


def create() -> Starlette:
    """The application as a server process makes it, by the settings in its environment."""
    settings = load_server_settings()
    configure(settings)
    return application(assembly(settings))
