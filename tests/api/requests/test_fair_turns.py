"""One caller's heavy operations never keep another caller waiting, nor do writers keep readers."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unittest.mock import ANY

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from api.operations.settings import Limits, ServerSettings
from api.requests.dispatch import Dispatcher
from api.requests.documents import Operation
from api.requests.errors import RequestError
from api.requests.fair_turns import RECENT_SECONDS, FairTurns, RecentCallers
from api.requests.interruption import Interruptible
from store.access.actors import Actor
from store.changes import keep_commit_order
from store.database import Database
from tests.api import small
from tests.api.running import running

KEY = {"Authorization": "Bearer investor-key"}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 3), st.integers(1, 4), st.data())
def test_turns_are_bounded_and_all_come(callers: list[str], each: int, total: int, data: st.DataObject) -> None:
    async def check() -> None:
        turns = FairTurns(each, total, len(callers) + 1, RecentCallers())
        running: list[str] = []
        ends: list[asyncio.Event] = []

        async def one(caller: str) -> None:
            await turns.begin(caller, 60)
            running.append(caller)
            ends.append(asyncio.Event())
            await ends[-1].wait()
            running.remove(caller)
            turns.end(caller)

        tasks = [asyncio.create_task(one(caller)) for caller in callers]
        ended = 0
        while ended < len(callers):
            for _ in range(10):  # until everybody has gone as far as it can
                await asyncio.sleep(0)
            assert len(running) <= total
            assert all(running.count(caller) <= each for caller in running)
            open_ends = [end for end in ends if not end.is_set()]
            assert open_ends, "somebody waits although nobody runs"
            open_ends[data.draw(st.integers(0, len(open_ends) - 1))].set()
            ended += 1
        await asyncio.gather(*tasks)

    asyncio.run(check())


def test_another_caller_is_next_however_many_wait() -> None:
    async def check() -> None:
        turns, order = FairTurns(1, 1, 30, RecentCallers()), []

        async def one(caller: str) -> None:
            await turns.begin(caller, 60)
            order.append(caller)
            await asyncio.sleep(0)
            turns.end(caller)

        many = [asyncio.create_task(one("many")) for _ in range(24)]
        await asyncio.sleep(0)
        before = len(order)
        few = asyncio.create_task(one("few"))
        await asyncio.gather(few, *many)
        assert order.index("few") <= before + 3, "it waits for what runs, and for one turn of the other"

    asyncio.run(check())


def test_who_waits_too_long_or_with_too_many_is_told() -> None:
    async def check() -> None:
        turns = FairTurns(1, 1, 1, RecentCallers())
        await turns.begin("a", 1)
        waiting = asyncio.create_task(turns.begin("a", 0.2))
        await asyncio.sleep(0)
        with pytest.raises(RequestError, match="are already waiting") as refused:
            await turns.begin("a", 1)
        assert refused.value.code == "OVERLOADED"
        with pytest.raises(RequestError, match="run at once"):
            await waiting
        given_up = asyncio.create_task(turns.begin("a", 10))
        await asyncio.sleep(0)
        given_up.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await given_up
        turns.end("a")
        await turns.begin("b", 1)

    asyncio.run(check())


class Clock:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_caller_is_recent_for_a_second_to_all_but_itself() -> None:
    clock = Clock()
    recent = RecentCallers(clock)
    assert not recent.any_but("a")
    recent.add("a")
    recent.add("a")
    assert not recent.any_but("a")
    assert recent.any_but("b")
    recent.add("b")
    assert recent.any_but("a")
    assert recent.any_but("b")
    clock.seconds += RECENT_SECONDS / 2
    recent.add("b")
    clock.seconds += RECENT_SECONDS / 2
    assert recent.any_but("a")
    assert not recent.any_but("b"), "a asked a second ago"


def test_heavy_operations_rest_while_others_ask() -> None:
    async def check() -> None:
        clock = Clock()
        recent = RecentCallers(clock)
        turns = FairTurns(1, 4, 30, recent, clock)

        async def run(caller: str, seconds: float) -> None:
            recent.add(caller)
            await turns.begin(caller, 0.05)
            clock.seconds += seconds
            turns.end(caller, seconds)

        for _ in range(100):
            await run("much", 0.02)  # nobody else asks
        recent.add("little")
        await run("other", 0.02)
        with pytest.raises(RequestError, match="run at once"):
            await run("much", 0.02)
        await run("other", 0.02)
        clock.seconds += 0.03  # three times as long as it ran, now
        recent.add("little")
        await run("much", 0.02)
        with pytest.raises(RequestError, match="run at once"):
            await run("much", 0.02)
        clock.seconds += RECENT_SECONDS
        await run("much", 0.02)  # nobody else asks any more

    asyncio.run(check())


def test_a_what_if_is_heavy() -> None:
    """It takes two milliseconds, and 24 of one address must not run in all threads at once."""
    document = SimpleNamespace(text="{whatIf}", asks_plugins=False)
    operation = cast(Operation, SimpleNamespace(document=document, kind="query", name=None))
    begun, until = threading.Semaphore(0), threading.Event()

    def compute() -> None:
        started = time.thread_time()
        while time.thread_time() - started < 0.002:
            pass

    def hold() -> None:
        begun.release()
        until.wait(60)

    async def check() -> None:
        dispatcher = Dispatcher(ServerSettings(threads=6), RecentCallers())
        try:
            await dispatcher.run(operation, "a", compute, Interruptible())
            held = [asyncio.create_task(dispatcher.run(operation, "a", hold, Interruptible())) for _ in range(4)]
            await asyncio.to_thread(begun.acquire)
            await dispatcher.run(operation, "b", compute, Interruptible())
            assert not begun.acquire(blocking=False)
            until.set()
            await asyncio.gather(*held)
        finally:
            until.set()
            dispatcher.close()

    asyncio.run(check())


def test_a_key_is_answered_while_one_address_asks_for_much(sqlite_url: str, tmp_path: Path) -> None:
    own = ServerSettings(database_url=sqlite_url, limits=Limits(seconds=60), threads=6)
    held = "query($begun: String!, $until: String!) {held(begun: $begun, until: $until)}"
    begun, until = tmp_path / "begun", tmp_path / "until"
    begun.mkdir()
    with running(small.assembly(own)) as address, ThreadPoolExecutor(24) as pool:

        def ask(number: int) -> httpx.Response:
            variables = {"begun": str(begun / str(number)), "until": str(until)}
            return httpx.post(f"{address}/graphql", json={"query": held, "variables": variables}, timeout=60)

        asked = [pool.submit(ask, number) for number in range(24)]
        try:
            while len(list(begun.iterdir())) < own.limits.heavy_operations:
                threading.Event().wait(0.01)
            other = httpx.post(f"{address}/graphql", json={"query": "{who}"}, headers=KEY, timeout=60)
            assert other.json()["data"] == {"who": "INVESTOR"}
            assert len(list(begun.iterdir())) == own.limits.heavy_operations
        finally:
            until.touch()
        assert [each.result().json() for each in asked] == [{"data": {"held": "done"}, "extensions": ANY}] * 24


@contextlib.contextmanager
def writing(url: str) -> Iterator[Session]:
    """A writer that holds the database's write lock: the file's on SQLite, the advisory one on PostgreSQL."""
    database = Database(url)
    with database.write(Actor.system("tests")) as session:
        keep_commit_order(session)
        yield session
    database.dispose()


def test_waiting_writers_hold_no_readers(database_url: str) -> None:
    own = ServerSettings(database_url=database_url, limits=Limits(seconds=8), threads=1, write_threads=2)
    with (
        writing(database_url) as holder,
        running(small.assembly(own)) as address,
        ThreadPoolExecutor(16) as pool,
        httpx.Client(base_url=address, timeout=30) as client,
    ):

        def write(_: int) -> httpx.Response:
            return client.post("/graphql", json={"query": "mutation {store}"}, headers=KEY)

        writes = [pool.submit(write, number) for number in range(16)]
        for _ in range(10):
            read = client.post("/graphql", json={"query": "{hello}"})
            assert read.json()["data"] == {"hello": "Hello, samples"}
        assert not any(each.done() for each in writes), "the reads were answered while the writes waited"
        errors = [each.result().json()["errors"][0]["extensions"]["code"] for each in writes]
        assert errors == ["BUSY"] * 16
        holder.rollback()
        assert write(0).json()["data"] == {"store": "stored"}
