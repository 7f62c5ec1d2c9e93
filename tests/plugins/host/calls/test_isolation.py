"""The guarded call: whatever a plugin's function does, the caller gets an answer or a clear error."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from plugins.host.calls.isolation import CallRecord, Guard
from plugins.host.calls.workers import committing, current_call
from plugins.host.errors import PluginFailedError, PluginRestingError, PluginTimeoutError, UserError
from plugins.host.settings import HostLimits
from tests.plugins.host.calls.test_circuit import Clock

SHORT = 0.5
LONG = 30.0


@contextmanager
def released_at_the_end() -> Iterator[threading.Event]:
    event = threading.Event()
    try:
        yield event
    finally:
        event.set()


def guard(**limits: Any) -> Guard:
    return Guard("alpha", HostLimits(**limits))


def fail(error: BaseException) -> None:
    raise error


def test_an_answer_comes_back_as_it_is() -> None:
    answer = object()
    assert guard().call("field", lambda value, *, again: (value, again)[0], answer, again=1, time_limit=LONG) is answer


@pytest.mark.parametrize("error", [ValueError("secret 42"), SystemExit(3), RecursionError(), MemoryError()])
@pytest.mark.parametrize("time_limit", [LONG, None])
def test_whatever_it_throws_is_caught_counted_and_kept_from_clients(
    error: BaseException, time_limit: float | None
) -> None:
    guarded = guard()
    with pytest.raises(PluginFailedError) as raised:
        guarded.call("field A.b", fail, error, time_limit=time_limit)
    assert "alpha" in str(raised.value)
    assert "field A.b" in str(raised.value)
    assert "secret" not in str(raised.value)
    assert guarded.counts()["field A.b"].failures == 1
    failure = guarded.last_failure
    assert failure is not None
    assert (failure.point, failure.kind, failure.message) == ("field A.b", type(error).__name__, str(error))
    assert failure.place is not None
    assert failure.place.file == __file__


def test_a_slow_call_is_left_behind() -> None:
    guarded = guard()
    with released_at_the_end() as event, pytest.raises(PluginTimeoutError, match=rf"longer than {SHORT} s"):
        guarded.call("page", event.wait, time_limit=SHORT)
    assert guarded.counts()["page"].failures == 1


def test_a_timeout_error_of_the_function_itself_is_a_failure_too() -> None:
    with pytest.raises(PluginFailedError):
        guard().call("field", fail, TimeoutError("upstream"), time_limit=LONG)


def test_calls_that_hang_take_all_threads_of_their_plugin_and_of_no_other() -> None:
    hanging, other = guard(threads=2, failure_threshold=100), guard(threads=2)
    ran = threading.Event()
    with released_at_the_end() as event:
        for _ in range(2):
            with pytest.raises(PluginTimeoutError):
                hanging.call("field", event.wait, time_limit=SHORT)
        with pytest.raises(PluginTimeoutError, match="threads are busy"):
            hanging.call("other field", ran.set, time_limit=SHORT)
        assert other.call("field", lambda: "fine", time_limit=LONG) == "fine"
    assert guarded_again(hanging) == "fine"
    assert not ran.is_set(), "a call that nobody waits for any more must not run later"


def guarded_again(guarded: Guard) -> str:
    return guarded.call("third field", lambda: "fine", time_limit=LONG)


def test_many_calls_at_once_all_get_their_own_answer() -> None:
    guarded = guard(threads=3)
    answers: list[int] = []
    callers = [
        threading.Thread(target=lambda n=n: answers.append(guarded.call("field", lambda: n, time_limit=LONG)))
        for n in range(50)
    ]
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    assert sorted(answers) == list(range(50))


def test_a_user_error_passes_and_is_no_failure_however_often() -> None:
    guarded = guard(failure_threshold=1)
    for _ in range(5):
        with pytest.raises(UserError, match="no such sketch"):
            guarded.call("mutation", fail, UserError("no such sketch"), time_limit=LONG)
    assert guarded.counts()["mutation"].failures == 0
    assert guarded.resting() == ()


def test_errors_that_the_host_was_told_to_expect_pass_as_well() -> None:
    guarded = Guard("alpha", HostLimits(), expected=(LookupError,))
    with pytest.raises(KeyError):
        guarded.call("mutation", fail, KeyError("x"), time_limit=LONG)
    assert guarded.counts()["mutation"].failures == 0


def test_what_keeps_failing_rests_and_is_tried_again() -> None:
    clock = Clock()
    guarded = Guard("alpha", HostLimits(failure_threshold=2, rest=10), clock=clock)
    for _ in range(2):
        with pytest.raises(PluginFailedError):
            guarded.call("field", fail, ValueError(), time_limit=None)
    called = threading.Event()
    with pytest.raises(PluginRestingError, match="10 s"):
        guarded.call("field", called.set, time_limit=None)
    assert not called.is_set()
    assert guarded.resting() == ("field",)
    assert guarded.call("other field", lambda: "fine", time_limit=None) == "fine"
    clock.now = 10
    assert guarded.call("field", lambda: "fine", time_limit=None) == "fine"
    assert guarded.resting() == ()


def test_context_variables_of_the_caller_are_seen() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    variable.set("traced")
    assert guard().call("field", variable.get, time_limit=LONG) == "traced"


def test_a_call_within_a_call_of_the_same_plugin_needs_no_second_thread() -> None:
    guarded = guard(threads=1)
    inner = lambda: guarded.call("inner", lambda: "fine", time_limit=LONG)  # noqa: E731
    assert guarded.call("outer", inner, time_limit=LONG) == "fine"


def test_a_call_left_behind_cannot_commit() -> None:
    guarded = guard()
    proceed, finished = threading.Event(), threading.Event()
    outcome: list[str] = []

    def late() -> None:
        proceed.wait()
        try:
            with committing():
                outcome.append("committed")
        except PluginTimeoutError:
            outcome.append("rolled back")
        finished.set()

    with pytest.raises(PluginTimeoutError):
        guarded.call("mutation", late, time_limit=SHORT)
    proceed.set()
    assert finished.wait(LONG)
    assert outcome == ["rolled back"]


def test_a_call_that_is_just_committing_is_waited_for() -> None:
    guarded = guard()
    inside = threading.Event()

    def slow_commit() -> str:
        with committing():
            inside.wait(SHORT * 4)
        return "saved"

    assert guarded.call("mutation", slow_commit, time_limit=SHORT) == "saved"


def test_a_call_that_saved_and_then_dawdled_says_so() -> None:
    def dawdle(event: threading.Event) -> None:
        with committing():
            pass
        event.wait()

    with released_at_the_end() as event, pytest.raises(PluginTimeoutError, match="stays saved"):
        guard().call("mutation", dawdle, event, time_limit=SHORT)


def test_outside_of_a_plugin_committing_does_nothing() -> None:
    assert current_call() is None
    with committing():
        pass


def test_every_call_is_observed() -> None:
    seen: list[CallRecord] = []
    guarded = Guard("alpha", HostLimits(failure_threshold=1), observe=seen.append)
    guarded.call("field", int, time_limit=LONG)
    for _ in range(2):
        with pytest.raises(PluginFailedError):
            guarded.call("field", fail, ValueError(), time_limit=LONG)
    assert [(record.owner, record.point, record.outcome) for record in seen] == [
        ("alpha", "field", "ok"), ("alpha", "field", "failed"), ("alpha", "field", "resting"),
    ]  # fmt: skip


def test_a_coroutine_has_a_time_limit() -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(PluginTimeoutError):
        asyncio.run(guard().call_async("route", forever, time_limit=SHORT))


def test_a_plain_function_does_not_hold_up_the_event_loop() -> None:
    async def scenario() -> str:
        guarded = guard()
        release = threading.Event()
        slow = asyncio.create_task(guarded.call_async("page", release.wait, time_limit=LONG))
        answer = await guarded.call_async("page", lambda: "meanwhile", time_limit=LONG)
        release.set()
        await slow
        return str(answer)

    assert asyncio.run(scenario()) == "meanwhile"


def test_a_slow_plain_function_is_left_behind_by_the_event_loop() -> None:
    with released_at_the_end() as event, pytest.raises(PluginTimeoutError, match="longer than"):
        asyncio.run(guard().call_async("page", event.wait, time_limit=SHORT))


def test_a_client_that_goes_away_is_no_failure() -> None:
    async def scenario(guarded: Guard) -> None:
        async def forever() -> None:
            await asyncio.Event().wait()

        task = asyncio.create_task(guarded.call_async("route", forever, time_limit=LONG))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    guarded = guard()
    asyncio.run(scenario(guarded))
    assert guarded.counts()["route"].failures == 0


def test_a_subscription_gives_its_items_until_it_fails() -> None:
    async def numbers() -> AsyncIterator[int]:
        yield 1
        yield 2
        raise ValueError("no three")

    async def scenario(guarded: Guard) -> list[int]:
        found: list[int] = []

        async def gather() -> None:
            async for number in guarded.iterate("subscription", numbers):
                found.append(number)

        with pytest.raises(PluginFailedError):
            await gather()
        return found

    guarded = guard()
    assert asyncio.run(scenario(guarded)) == [1, 2]
    assert guarded.counts()["subscription"].failures == 1
