"""The follower of the change log misses nothing, tells only what is asked for, and rests when nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.operations.follower import ChangeFollower, TooSlowError
from store.access.actors import Actor
from store.database import Database
from store.enums import OrganisationType
from store.models import Change, Organisation

SYSTEM = Actor.system("test")


def write(database: Database, *names: str) -> list[str]:
    with database.write(SYSTEM) as session:
        made = [Organisation(name={"en": name}, type=OrganisationType.ENTERPRISE) for name in names]
        session.add_all(made)
        session.flush()
        return [organisation.id for organisation in made]


def rename(database: Database, identifier: str, name: str) -> None:
    with database.write(SYSTEM) as session:
        organisation = session.get(Organisation, identifier)
        assert organisation is not None
        organisation.name = {"en": name}


async def collect(follower: ChangeFollower, count: int, **filters: Any) -> list[Change]:
    found: list[Change] = []
    async for change in follower.follow(**filters):
        found.append(change)
        if len(found) == count:
            break
    return found


def following(database: Database, test: Callable[[ChangeFollower], Awaitable[None]], **options: Any) -> None:
    async def run() -> None:
        follower = ChangeFollower(database, poll_seconds=0.01, **options)
        try:
            await asyncio.wait_for(test(follower), 30)
        finally:
            await follower.close()

    asyncio.run(run())


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


def test_every_change_is_told_once_and_in_order_to_every_follower(database: Database) -> None:
    write(database, "before")

    async def test(follower: ChangeFollower) -> None:
        async with follower.following():
            watching = [asyncio.create_task(collect(follower, 30)) for _ in range(3)]
            await until(lambda: follower.watchers == 4)
            expected = []
            for number in range(10):
                names = [f"{number}-{part}" for part in range(3)]
                expected += await asyncio.to_thread(write, database, *names)
            for found in await asyncio.gather(*watching):
                assert sorted(change.entity_id for change in found) == sorted(expected)
                sequences = [change.sequence for change in found]
                assert sequences == sorted(set(sequences))

    following(database, test)


def test_only_what_is_asked_for_is_told(sqlite_database: Database) -> None:
    (one, other) = write(sqlite_database, "one", "other")

    async def test(follower: ChangeFollower) -> None:
        async with follower.following():
            by_id = asyncio.create_task(collect(follower, 1, entity_ids=[other]))
            by_type = asyncio.create_task(collect(follower, 2, entity_types=["organisation"]))
            nothing = asyncio.create_task(collect(follower, 1, entity_types=["project"]))
            await until(lambda: follower.watchers == 4)
            await asyncio.to_thread(rename, sqlite_database, one, "new")
            await asyncio.to_thread(rename, sqlite_database, other, "newer")
            assert [change.entity_id for change in await by_id] == [other]
            assert [change.entity_id for change in await by_type] == [one, other]
            assert not nothing.done()
            nothing.cancel()

    following(sqlite_database, test)


def test_a_follower_that_is_too_slow_is_told_so(sqlite_database: Database) -> None:
    async def test(follower: ChangeFollower) -> None:
        async with follower.following():
            changes = follower.follow()
            first = asyncio.ensure_future(anext(changes))
            await until(lambda: follower.watchers == 2)
            await asyncio.to_thread(write, sqlite_database, "first")
            await first
            position = follower._position
            await asyncio.to_thread(write, sqlite_database, *(str(number) for number in range(10)))
            await until(lambda: follower._position == (position or 0) + 10)
            with pytest.raises(TooSlowError):
                await anext(changes)

    following(sqlite_database, test, keep=3)


def test_nothing_is_polled_while_nobody_follows(sqlite_database: Database) -> None:
    async def test(follower: ChangeFollower) -> None:
        async with follower.following():
            assert follower._task is not None
        assert follower._task is None
        write(sqlite_database, "meanwhile")
        async with follower.following():
            found = asyncio.create_task(collect(follower, 1))
            await until(lambda: follower.watchers == 2)
            (identifier,) = await asyncio.to_thread(write, sqlite_database, "afterwards")
            assert [change.entity_id for change in await found] == [identifier]

    following(sqlite_database, test)
