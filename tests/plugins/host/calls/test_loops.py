"""Asynchronous functions of plugins run in a loop of the plugin's own: what blocks it, blocks nobody else."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from api.operations.loop_watch import LoopWatcher
from plugins.host.calls.isolation import Guard
from plugins.host.calls.workers import committing
from plugins.host.errors import PluginFailedError, PluginRestingError, PluginTimeoutError
from plugins.host.host import Host
from plugins.host.settings import HostLimits
from tests.plugins.support import plugin

pytestmark = pytest.mark.anyio

POINT = "address GET /alpha"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def guard() -> Guard:
    return Guard("alpha", HostLimits(failure_threshold=3))


@pytest.fixture
def block() -> Iterator[threading.Event]:
    """What a function waits for, in the way that it must not; set in the end."""
    event = threading.Event()
    yield event
    event.set()


async def test_a_coroutine_runs_in_another_thread_and_loop_than_the_servers(guard: Guard) -> None:
    async def where() -> tuple[str, asyncio.AbstractEventLoop]:
        return threading.current_thread().name, asyncio.get_running_loop()

    name, loop = await guard.call_async(POINT, where, time_limit=5)
    assert name == "plugin-loop-alpha"
    assert loop is not asyncio.get_running_loop()
    assert await guard.call_async(POINT, where, time_limit=5) == (name, loop), "there is one for all calls"


async def test_what_blocks_its_loop_times_out_is_counted_and_rests_while_the_server_goes_on(
    guard: Guard, block: threading.Event
) -> None:
    async def blocking() -> None:
        block.wait(20)

    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    for _ in range(3):
        with pytest.raises(PluginTimeoutError):
            await guard.call_async(POINT, blocking, time_limit=0.1)
    ticking.cancel()
    assert ticks >= 10, "the server's own loop went on meanwhile"
    assert guard.counts()[POINT].failures == 3
    with pytest.raises(PluginRestingError):
        await guard.call_async(POINT, blocking, time_limit=0.1)


async def test_a_coroutine_past_its_limit_is_cancelled_and_saves_nothing(guard: Guard, block: threading.Event) -> None:
    ended = threading.Event()
    said: list[BaseException] = []

    async def slow() -> None:
        try:
            await asyncio.sleep(20)
        finally:
            ended.set()

    async def saving() -> None:
        block.wait(20)
        try:
            with committing():
                pass
        except PluginTimeoutError as error:
            said.append(error)
        finally:
            ended.set()

    with pytest.raises(PluginTimeoutError):
        await guard.call_async(POINT, slow, time_limit=0.05)
    assert await asyncio.to_thread(ended.wait, 5)
    ended.clear()
    with pytest.raises(PluginTimeoutError):
        await guard.call_async(POINT, saving, time_limit=0.05)
    block.set()
    assert await asyncio.to_thread(ended.wait, 5)
    assert said


async def test_when_the_client_goes_away_the_coroutine_ends(guard: Guard) -> None:
    begun, ended = threading.Event(), threading.Event()

    async def slow() -> None:
        begun.set()
        try:
            await asyncio.sleep(20)
        finally:
            ended.set()

    asked = asyncio.create_task(guard.call_async(POINT, slow, time_limit=20))
    assert await asyncio.to_thread(begun.wait, 5)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await asyncio.to_thread(ended.wait, 5)
    assert guard.counts()[POINT].failures == 0


async def test_an_asynchronous_generator_runs_there_too_and_is_closed(guard: Guard) -> None:
    closed = threading.Event()

    async def numbers(least: int) -> AsyncIterator[tuple[int, str]]:
        try:
            for number in range(least, 100):
                await asyncio.sleep(0)
                yield number, threading.current_thread().name
        finally:
            closed.set()

    found = []
    async for number, thread in guard.iterate(POINT, numbers, least=7):
        found.append((number, thread))
        if number == 9:
            break
    assert found == [(number, "plugin-loop-alpha") for number in (7, 8, 9)]
    assert await asyncio.to_thread(closed.wait, 5)


async def test_a_generator_that_fails_ends_with_the_plugins_failure(guard: Guard) -> None:
    async def failing() -> AsyncIterator[int]:
        yield 1
        raise RuntimeError("out of ink")

    items = guard.iterate(POINT, failing)
    assert await anext(items) == 1
    with pytest.raises(PluginFailedError):
        await anext(items)


async def test_many_calls_at_once_each_get_their_own_answer(guard: Guard) -> None:
    async def doubled(number: int) -> int:
        await asyncio.sleep(0.001 * (number % 5))
        return number * 2

    calls = [guard.call_async(POINT, doubled, number, time_limit=20) for number in range(500)]
    assert await asyncio.gather(*calls) == [number * 2 for number in range(500)]


async def test_the_watch_names_the_owner_and_the_function_that_blocks(
    block: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    host = Host.load(plugins=[plugin("alpha"), plugin("beta")])
    lags: dict[str, float] = {}

    def show(owner: str, lag: float) -> None:
        lags[owner] = max(lag, lags.get(owner, 0.0))

    async def blocking() -> None:
        block.wait(20)

    async def harmless() -> None:
        pass

    watcher = LoopWatcher(host, show, every=0.05)
    watcher.start()
    await host._guards["beta"].call_async(POINT, harmless, time_limit=5)
    with pytest.raises(PluginTimeoutError):
        await host._guards["alpha"].call_async(POINT, blocking, time_limit=0.1)
    end = time.monotonic() + 10
    while "has been blocked for" not in caplog.text and time.monotonic() < end:
        await asyncio.sleep(0.05)
    block.set()
    while "is running again" not in caplog.text and time.monotonic() < end:
        await asyncio.sleep(0.05)
    await asyncio.to_thread(watcher.stop)
    told = r"the event loop of the plugin 'alpha' has been blocked for \d+\.\d s by: " + re.escape(str(POINT))
    assert re.search(told, caplog.text)
    assert "the event loop of the plugin 'alpha' is running again" in caplog.text
    assert "beta" not in caplog.text
    assert lags["alpha"] >= 1.0
    assert {"core", "alpha", "beta"} <= set(lags)
