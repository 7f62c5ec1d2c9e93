"""The guarded call: caught, timed, counted, behind a circuit breaker.

A plugin has one guard, and each of its functions (a "point", such as `field Project.sketch`) its own circuit, so that a
broken field doesn't affect a working page.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeAlias, TypeVar

from plugins.host.calls.circuit import Circuit, CircuitState
from plugins.host.calls.loops import PluginLoop
from plugins.host.calls.workers import Call, Workers, current_call
from plugins.host.contributions.source_location import SourceLocation
from plugins.host.errors import PluginFailedError, PluginRestingError, PluginTimeoutError, UserError
from plugins.host.settings import HostLimits

T = TypeVar("T")
AnyFunction: TypeAlias = Callable[..., Coroutine[object, object, T]] | Callable[..., T]
"""A coroutine function or a plain one."""
log = logging.getLogger("roadshow.plugins")


@dataclass(frozen=True)
class Failure:
    """One failure of a plugin, for operators: it may hold data, so clients never see it."""

    at: datetime
    point: str
    kind: str
    """Name of the exception's class."""
    message: str
    place: SourceLocation | None
    """The innermost line of the traceback."""


@dataclass(frozen=True)
class CallRecord:
    """One call of a plugin, for traces and metrics."""

    owner: str
    point: str
    seconds: float
    outcome: str
    """`ok`, `user error`, `failed`, `timeout` or `resting`."""


@dataclass
class PointCounts:
    """Calls and failures of one function of a plugin since the start."""

    calls: int = 0
    failures: int = 0
    seconds: float = 0.0
    slowest: float = 0.0


class Guard:
    """Calls one plugin's functions.

    Parameters
    ----------
    owner: the plugin's name.
    limits: time limits, threads and the circuit's figures.
    expected: exceptions that speak to the person who asked; they pass through and aren't failures.
    observe: called after each call.
    clock: seconds that only grow.
    """

    def __init__(
        self,
        owner: str,
        limits: HostLimits,
        *,
        expected: tuple[type[BaseException], ...] = (),
        observe: Callable[[CallRecord], None] = lambda record: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.owner = owner
        self.last_failure: Failure | None = None
        self._limits = limits
        self._expected: tuple[type[BaseException], ...] = (UserError, *expected)
        self._observe = observe
        self._clock = clock
        self._workers = Workers(owner, limits.threads)
        self.loop = PluginLoop(owner)
        self._lock = threading.Lock()
        self._circuits: dict[str, Circuit] = {}
        self._counts: dict[str, PointCounts] = {}

    def call(self, point: str, function: Callable[..., T], *arguments: object, time_limit: float | None = None,
             **named: object) -> T:  # fmt: skip
        """What `function` returns.

        `time_limit` is in seconds; None runs it in the caller's own thread, without a limit.

        Raises
        ------
        PluginFailedError: it threw, or is resting (PluginRestingError), or took too long (PluginTimeoutError).
        UserError, and what was given as `expected`: as the function raised it.
        """
        self._admit(point)
        started = self._clock()
        call = current_call()
        nested = call is not None and call.owner == self.owner  # otherwise a plugin could wait for its own threads
        try:
            if time_limit is None or nested:
                result = function(*arguments, **named)
            else:
                result = self._in_worker(point, functools.partial(function, *arguments, **named), time_limit)
        except KeyboardInterrupt:
            self._ended(point, started, "user error")
            raise
        except BaseException as error:
            self._judge(point, started, error)
        self._ended(point, started, "ok")
        return result

    async def call_async(
        self, point: str, function: AnyFunction[T], *arguments: object, time_limit: float, **named: object
    ) -> T:
        """As `call`, from an event loop. A coroutine function runs in the plugin's own loop, all else in a worker."""
        self._admit(point)
        started = self._clock()
        try:
            call = Call(self.owner, point)
            called: Callable[[], Any] = functools.partial(function, *arguments, **named)
            result: T
            if inspect.iscoroutinefunction(function):
                result = await self._wait_loop(call, self.loop.submit(call, called), time_limit)
            else:
                result = await self._wait_async(call, self._workers.submit(call, called), time_limit)
        except (asyncio.CancelledError, KeyboardInterrupt):
            self._ended(point, started, "user error")  # the client went away
            raise
        except BaseException as error:
            self._judge(point, started, error)
        self._ended(point, started, "ok")
        return result

    async def iterate(self, point: str, function: Callable[..., AsyncIterator[T]], *arguments: object,
                      **named: object) -> AsyncIterator[T]:  # fmt: skip
        """The items of an asynchronous generator, which runs in the plugin's own loop.

        It may wait as long as it likes; a failure ends it.
        """
        self._admit(point)
        started = self._clock()
        items = self.loop.items(Call(self.owner, point), function(*arguments, **named))
        try:
            async for item in items:
                yield item
        except (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt):
            self._ended(point, started, "user error")
            await items.aclose()
            raise
        except BaseException as error:
            self._judge(point, started, error)
        self._ended(point, started, "ok")

    def counts(self) -> dict[str, PointCounts]:
        """Return calls, failures and seconds of each called point."""
        with self._lock:
            return {point: PointCounts(**vars(counts)) for point, counts in self._counts.items()}

    def resting(self) -> tuple[str, ...]:
        """Return the points that are switched off, or being tried again."""
        with self._lock:
            circuits = list(self._circuits.items())
        return tuple(point for point, circuit in circuits if circuit.state is not CircuitState.CLOSED)

    def note(self, point: str, error: BaseException) -> None:
        """Count a failure found outside a call, such as an answer of the wrong shape."""
        with self._lock:
            self._counts.setdefault(point, PointCounts()).failures += 1
        self._remember(point, error)

    def _in_worker(self, point: str, function: Callable[[], T], time_limit: float) -> T:
        call = Call(self.owner, point)
        future: Future[T] = self._workers.submit(call, function)
        try:
            return future.result(time_limit)
        except TimeoutError:
            if future.done():  # it raised its own TimeoutError, or ended at this moment
                return future.result()
        return self._left_behind(call, future, time_limit)

    def _left_behind(self, call: Call, future: Future[T], time_limit: float) -> T:
        if future.cancel():
            raise PluginTimeoutError(self.owner, call.point, "all its threads are busy with earlier calls")
        if not call.abandon():
            return future.result()  # it is committing: the commit must not be reported as a failure
        saved = "; what it saved before that stays saved" if call.saved else ""
        raise PluginTimeoutError(self.owner, call.point, f"it took longer than {time_limit:g} s{saved}")

    async def _wait_async(self, call: Call, future: Future[T], time_limit: float) -> T:
        waited = asyncio.wrap_future(future)
        done, _ = await asyncio.wait({waited}, timeout=time_limit)
        if done:
            return waited.result()
        waited.add_done_callback(lambda late: late.cancelled() or late.exception())  # heard, so not logged
        return await asyncio.to_thread(self._left_behind, call, future, time_limit)

    async def _wait_loop(self, call: Call, future: Future[T], time_limit: float) -> T:
        waited = asyncio.wrap_future(future)
        try:
            done, _ = await asyncio.wait({waited}, timeout=time_limit)
        except asyncio.CancelledError:  # the client went away
            if call.abandon():
                future.cancel()
            raise
        if not done and call.abandon():
            future.cancel()
            raise PluginTimeoutError(self.owner, call.point, f"it took longer than {time_limit:g} s")
        return await waited  # it is committing: the commit must not be reported as a failure

    def _admit(self, point: str) -> None:
        circuit = self._circuit(point)
        if not circuit.admit():
            self._observe(CallRecord(self.owner, point, 0.0, "resting"))
            raise PluginRestingError(
                self.owner, point,
                f"it kept failing and is switched off for another {circuit.rest_left():.0f} s",
            )  # fmt: skip

    def _judge(self, point: str, started: float, error: BaseException) -> NoReturn:
        """Raise what the caller should see of an error, and count it if it is the plugin's fault."""
        if isinstance(error, self._expected):
            self._ended(point, started, "user error")
            raise error
        timeout = isinstance(error, PluginTimeoutError | TimeoutError)
        self._remember(point, error)
        self._ended(point, started, "timeout" if timeout else "failed")
        if isinstance(error, PluginFailedError) and error.owner == self.owner:
            raise error
        if timeout:
            raise PluginTimeoutError(self.owner, point, "it took too long") from error
        raise PluginFailedError(self.owner, point, "it failed") from error

    def _ended(self, point: str, started: float, outcome: str) -> None:
        seconds = self._clock() - started
        failed = outcome in ("failed", "timeout")
        with self._lock:
            counts = self._counts.setdefault(point, PointCounts())
            counts.calls += 1
            counts.failures += failed
            counts.seconds += seconds
            counts.slowest = max(counts.slowest, seconds)
        circuit = self._circuit(point)
        if not failed:
            circuit.succeeded()
        elif circuit.failed():
            log.warning("%s of plugin %s is switched off for %.0f s", point, self.owner, circuit.rest_left())
        self._observe(CallRecord(self.owner, point, seconds, outcome))

    def _remember(self, point: str, error: BaseException) -> None:
        cause = error.__cause__ or error
        frames = traceback.extract_tb(cause.__traceback__)
        place = SourceLocation(frames[-1].filename, frames[-1].lineno or 0) if frames else None
        self.last_failure = Failure(datetime.now(UTC), point, type(cause).__name__, str(cause)[:500], place)
        log.error("plugin %s failed: %s: %s: %s", self.owner, point, type(cause).__name__, cause, exc_info=cause)

    def _circuit(self, point: str) -> Circuit:
        with self._lock:
            circuit = self._circuits.get(point)
            if circuit is None:
                limits = self._limits
                circuit = Circuit(limits.failure_threshold, limits.rest, limits.longest_rest, self._clock)
                self._circuits[point] = circuit
            return circuit
