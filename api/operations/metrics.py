"""``/metrics``: the server's counts, in Prometheus's text format.

Worker processes count in files of a shared directory (``prometheus_client``'s multiprocess mode, set up at the start),
so any of them reports for all.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import Counter as Counts
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.operations.settings import SHARED
from plugins.host.calls.isolation import CallRecord
from plugins.host.host import Host
from store.changes import latest_position, position_of
from store.database import Database, DatabaseError
from store.dead_letters import count_dead_letters
from store.jobs.queue import counts
from store.models.base import now

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
COUNT_SECONDS, MOST_ENDED = 0.25, 1_000
"""Finished requests are counted after this time, at this number, or when this process is scraped."""
QUIET = frozenset({"/metrics", "/health", "/ready"})
"""Polled by machines; not counted as requests."""


class Metrics:
    """Counts events of this process, and reports for all processes.

    `planner_counts` holds the planner's operations by outcome; empty without a planner.
    """

    def __init__(self, host: Host, database: Database, planner_counts: Mapping[str, int]) -> None:
        self.registry = CollectorRegistry()
        self._host = host
        self._database = database
        self._planner_counts = planner_counts
        self._flushed: Counts[str] = Counts()
        self._ended: deque[tuple[int, str, float, tuple[str, ...]]] = deque()  # filled on the loop, emptied anywhere
        self._due = False
        self._observe: dict[str, Callable[[float], None]] = {}
        """Looked up once: finding them by labels takes longer than counting."""
        self._resting: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        own = self.registry
        self.requests = Counter(
            "roadshow_requests", "Requests over HTTP, by status and kind.", ["status", "kind"], registry=own
        )
        self.seconds = Histogram(
            "roadshow_request_seconds", "Time until the last byte, without subscriptions.", ["kind"],
            buckets=SECONDS, registry=own,
        )  # fmt: skip
        self.errors = Counter(
            "roadshow_graphql_errors", "Errors in answers over HTTP, by code.", ["code"], registry=own
        )
        self.sockets = Gauge("roadshow_websockets", "Open WebSockets.", registry=own, multiprocess_mode="livesum")
        self.queries = Counter(
            "roadshow_planned_queries", "Operations by executor, and the reason for a fallback.",
            ["executor", "reason"], registry=own,
        )  # fmt: skip
        self.calls = Counter(
            "roadshow_plugin_calls", "Calls of plugins' functions, by outcome.", ["plugin", "point", "outcome"],
            registry=own,
        )  # fmt: skip
        self.call_seconds = Counter(
            "roadshow_plugin_call_seconds", "Time in plugins' functions.", ["plugin", "point"], registry=own
        )
        self.resting = Gauge(
            "roadshow_plugin_resting", "1 while a plugin's function is switched off.", ["plugin", "point"],
            registry=own, multiprocess_mode="livemax",
        )  # fmt: skip
        self.lag = Gauge(
            "roadshow_loop_lag_seconds", "Delay of an event loop: the server's, or a plugin's.",
            ["owner"], registry=own, multiprocess_mode="livemax",
        )  # fmt: skip
        host.observe(self.called)

    def show_lag(self, owner: str, seconds: float) -> None:
        """Record an event loop's lag."""
        self.lag.labels(owner).set(seconds)

    def answered(self, status: int, kind: str, seconds: float, codes: tuple[str, ...]) -> None:
        """Record a finished HTTP request. Called on the server's loop.

        Requests are counted together a little later, which is much cheaper than one by one.
        """
        self._ended.append((status, kind, seconds, codes))
        if len(self._ended) >= MOST_ENDED:
            self.count()
        elif not self._due:
            self._due = True
            with suppress(RuntimeError):  # without a loop they are counted when scraped
                asyncio.get_running_loop().call_later(COUNT_SECONDS, self.count)

    def count(self) -> None:
        """Count the finished requests and the planner's queries."""
        self._due = False
        with self._lock:
            ended = [self._ended.popleft() for _ in range(len(self._ended))]  # later ones are appended
            for (status, kind), count in Counts((each[0], each[1]) for each in ended).items():
                self.requests.labels(str(status), kind).inc(count)
            for _, kind, seconds, codes in ended:
                if kind != "subscription":
                    observe = self._observe.get(kind)
                    if observe is None:
                        observe = self._observe[kind] = self.seconds.labels(kind).observe
                    observe(seconds)
                for code in codes:
                    self.errors.labels(code).inc()
            self._count_queries()

    def called(self, record: CallRecord) -> None:
        """Record a call of a plugin's function, in any thread."""
        key = (record.owner, record.point)
        self.calls.labels(*key, record.outcome).inc()
        self.call_seconds.labels(*key).inc(max(0.0, record.seconds))
        if record.outcome in ("ok", "user error") and key not in self._resting:
            return
        with self._lock:
            rests = record.point in self._host.state(record.owner).resting
            self.resting.labels(*key).set(float(rests))
            (self._resting.add if rests else self._resting.discard)(key)

    def _count_queries(self) -> None:
        for reason, count in tuple(self._planner_counts.items()):
            new = count - self._flushed[reason]
            if new > 0:
                self._flushed[reason] = count
                planned = reason == "planned"
                labels = ("planner", "") if planned else ("reference", reason)
                self.queries.labels(*labels).inc(new)

    def text(self, accept: str = "") -> tuple[bytes, str]:
        """Return all metrics and their media type. Reads the database."""
        self.count()
        registry = self.registry
        directory = os.environ.get(SHARED)
        if directory:
            forget_ended(Path(directory))
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        state = CollectorRegistry()
        state.register(StateOfThings(self._host, self._database))
        encode, media_type = choose_encoder(accept)
        return _joined(encode(registry), encode(state)), media_type


class StateOfThings(Collector):
    """Gauges that hold for all processes, read when scraped."""

    def __init__(self, host: Host, database: Database) -> None:
        self._host = host
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """Collect gauges of plugins, the database and listeners' lag."""
        plugins = GaugeMetricFamily(
            "roadshow_plugin_info", "1 for each installed plugin.", labels=["plugin", "version", "state"]
        )
        for state in self._host.states():
            # RESTING concerns one process and has its own metric.
            started = "DEGRADED" if state.skipped else "ACTIVE"
            stands = started if state.state == "RESTING" else str(state.state)
            plugins.add_metric([state.name, state.version or "", stands], 1.0)
        yield plugins
        lag = GaugeMetricFamily(
            "roadshow_change_listener_lag", "Changes that a plugin's listener hasn't processed yet.",
            labels=["plugin", "listener"],
        )  # fmt: skip
        letters = GaugeMetricFamily(
            "roadshow_dead_letters", "Changes set aside because a plugin's listener kept failing on them.",
            labels=["plugin", "listener"],
        )  # fmt: skip
        position = GaugeMetricFamily("roadshow_change_log_position", "Number of the last change in the log.")
        jobs = GaugeMetricFamily(
            "roadshow_jobs", "Jobs by state; ended ones until they are forgotten.", labels=["state"]
        )
        oldest = GaugeMetricFamily("roadshow_jobs_oldest_seconds", "How long the job that is due longest has waited.")
        up = GaugeMetricFamily("roadshow_database_up", "1 if the database answers.")
        try:
            with self._database.read() as session:
                latest = latest_position(session)
                for reader, count in count_dead_letters(session).items():
                    letters.add_metric(list(reader.split(":", 1)), float(count))
                for entry in self._host.contributions.change_listeners:
                    behind = latest - position_of(session, f"{entry.owner}:{entry.name}")
                    lag.add_metric([entry.owner, entry.name], float(max(0, behind)))
                queue = counts(session)
            for stage, count in queue.by_state.items():
                jobs.add_metric([stage.value.lower()], float(count))
            oldest.add_metric([], 0.0 if queue.oldest_due is None else (now() - queue.oldest_due).total_seconds())
            position.add_metric([], float(latest))
            up.add_metric([], 1.0)
            yield from (lag, letters, position, jobs, oldest)
        except (DatabaseError, SQLAlchemyError):
            up.add_metric([], 0.0)
        yield up


class Measured:
    """Counts and times each request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            with self.metrics.sockets.track_inprogress():
                await self.app(scope, receive, send)
            return
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self.app(scope, receive, send)
            return
        status = 500
        noted: dict[str, Any] = {}
        scope["measured"] = noted  # the GraphQL endpoint reports the kind
        began = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            kind = noted.get("kind") or ("refused" if scope["path"] == "/graphql" else "page")
            self.metrics.answered(status, kind, time.perf_counter() - began, noted.get("codes", ()))


def forget_ended(directory: Path) -> None:
    """Forget the gauges of ended worker processes; their counts stay."""
    for file in directory.glob("gauge_live*_*.db"):
        number = file.stem.rpartition("_")[2]
        if number.isdecimal() and not _lives(int(number)):
            mark_process_dead(int(number), str(directory))  # type: ignore[no-untyped-call]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _joined(first: bytes, second: bytes) -> bytes:
    """Join two expositions: OpenMetrics ends with a mark that may occur only once."""
    return first.removesuffix(b"# EOF\n") + second
