"""`/metrics` counts requests, plugins' calls and listeners' lag, of all worker processes, for those who may see it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as families
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from api.assembly.app import application
from api.assembly.rooms import assemble
from api.operations.metrics import forget_ended
from api.operations.settings import ServerSettings
from plugins.host.contributions.contributions import ChangeListener, Route
from plugins.host.host import Host
from plugins.host.manifest import Permission
from schema.execution.errors import NotCompilable
from store.access.actors import Actor
from store.changes import advance, latest_position
from store.database import Database
from store.enums import JobState, OrganisationType
from store.jobs.queue import enqueue
from store.models import Organisation
from store.models.base import now
from tests.api import small
from tests.api.operations.test_processes import serving
from tests.api.running import running
from tests.plugins.support import plugin

PAGE = (Path(__file__).parents[3] / "docs" / "operations-reference.md").read_text("utf-8")
HERE = ("127.0.0.1", 50_000)
ADMIN = {"Authorization": "Bearer admin-key"}


def broken(request: Any) -> PlainTextResponse:
    raise RuntimeError("out of ink")


def fine(request: Any) -> PlainTextResponse:
    return PlainTextResponse("fine")


def ignored(changes: Any, context: Any) -> None: ...


ALPHA = plugin(
    "alpha",
    {
        "register_routes": [Route(path="/broken", endpoint=broken), Route(path="/fine", endpoint=fine)],
        "register_change_listeners": [ChangeListener(name="ears", on_change=ignored)],
    },
    permissions=[Permission.ROUTES, Permission.CHANGES],
)


def served(url: str, client: tuple[str, int] = HERE, **settings: Any) -> TestClient:
    chosen = ServerSettings(database_url=url, **settings)
    host = Host.load({"host": {"failure_threshold": 2}}, plugins=[ALPHA])
    return TestClient(application(replace(small.assembly(chosen), host=host)), client=client)


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels, in the order of the labels' names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families(text)
        for sample in family.samples
    }


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/metrics.sqlite"


def test_requests_are_counted_by_status_and_kind_and_timed(url: str) -> None:
    client = served(url)
    before = samples(client.get("/metrics").text)
    assert not [key for key in before if key[0] == "roadshow_requests_total"]
    for document in ("{ hello }", "{ hello }", "{ missing }", "{ nonsense }"):
        client.post("/graphql", json={"query": document}, headers={"Accept": "application/graphql-response+json"})
    client.post("/graphql", content="{", headers={"Content-Type": "application/json"})
    client.get("/nowhere")
    client.get("/health")
    counted = samples(client.get("/metrics").text)
    requests = {key[1:]: value for key, value in counted.items() if key[0] == "roadshow_requests_total"}
    assert requests == {
        ("query", "200"): 3, ("refused", "400"): 2, ("page", "404"): 1,
    }  # fmt: skip
    assert counted["roadshow_request_seconds_count", "query"] == 3
    assert counted["roadshow_request_seconds_bucket", "query", "+Inf"] == 3
    assert counted["roadshow_request_seconds_sum", "query"] > 0
    assert counted["roadshow_graphql_errors_total", "NOT_FOUND"] == 1
    assert counted["roadshow_graphql_errors_total", "GRAPHQL_VALIDATION_FAILED"] == 1


def test_open_sockets_are_counted_while_they_are_open(url: str) -> None:
    client = served(url)
    with client.websocket_connect("/graphql", subprotocols=["graphql-transport-ws"]):
        assert samples(client.get("/metrics").text)["roadshow_websockets",] == 1
    assert samples(client.get("/metrics").text)["roadshow_websockets",] == 0


def test_plugins_calls_failures_and_rests_are_counted(url: str) -> None:
    client = served(url)
    client.get("/fine")
    for _ in range(3):
        assert client.get("/broken").status_code == 503
    counted = samples(client.get("/metrics").text)
    good, bad = "address GET /fine", "address GET /broken"
    assert counted["roadshow_plugin_calls_total", "ok", "alpha", good] == 1
    assert counted["roadshow_plugin_calls_total", "failed", "alpha", bad] == 2
    assert counted["roadshow_plugin_calls_total", "resting", "alpha", bad] == 1
    assert counted["roadshow_plugin_resting", "alpha", bad] == 1
    assert ("roadshow_plugin_resting", "alpha", good) not in counted
    assert counted["roadshow_plugin_info", "alpha", "ACTIVE", "1.2.0"] == 1


class Counting:
    """A compiled executor that only counts."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.waits = False

    def profile(self, *_: Any) -> None: ...

    def prepared(self, *_: Any) -> None: ...

    def execute(self, *_: Any) -> None:
        raise NotCompilable("field")

    def close(self) -> None: ...


def test_queries_are_counted_by_who_answered(url: str) -> None:
    compiled = Counting()
    made = replace(small.assembly(ServerSettings(database_url=url)), compiled=compiled)  # type: ignore[arg-type]
    client = TestClient(application(made), client=HERE)
    for planned, other in ((3, 1), (2, 1)):
        compiled.counts.update({"planned": planned, "field": other})
        client.post("/graphql", json={"query": "{ hello }"})
    counted = samples(client.get("/metrics").text)
    assert counted["roadshow_planned_queries_total", "planner", ""] == 5
    assert counted["roadshow_planned_queries_total", "reference", "field"] == 2


@pytest.mark.planned
def test_queries_by_the_short_way_are_counted_like_others(sqlite_url: str) -> None:
    settings = ServerSettings(database_url=sqlite_url, plugins={"host": {"only": []}}, encode_in_background=False)
    with running(assemble(settings)) as address, httpx.Client(base_url=address, timeout=60) as client:
        for _ in range(20):  # the first is planned and takes the long way
            assert "errors" not in client.post("/graphql", json={"query": "{ projects { totalCount } }"}).json()
        forbidden = {"query": 'mutation { archiveProject(id: "prj_") { userErrors { code } } }'}
        assert "errors" not in client.post("/graphql", json=forbidden).json()
        counted = samples(client.get("/metrics").text)
    requests = {key[1:]: value for key, value in counted.items() if key[0] == "roadshow_requests_total"}
    assert requests == {("query", "200"): 20, ("mutation", "200"): 1}
    assert counted["roadshow_planned_queries_total", "planner", ""] == 21


def test_the_lag_of_a_listener_is_what_it_has_not_taken(database: Database) -> None:
    client = served(database.engine.url.render_as_string(hide_password=False))
    writer = Actor.system("test")
    with database.write(writer) as session:
        session.add(Organisation(name={"en": "First"}, type=OrganisationType.ENTERPRISE))
    with database.write(writer) as session:
        taken = latest_position(session)
        advance(session, "alpha:ears", taken)
    assert samples(client.get("/metrics").text)["roadshow_change_listener_lag", "ears", "alpha"] == 0
    with database.write(writer) as session:
        session.add(Organisation(name={"en": "Second"}, type=OrganisationType.ENTERPRISE))
    with database.read() as session:
        latest = latest_position(session)
    counted = samples(client.get("/metrics").text)
    assert counted["roadshow_change_listener_lag", "ears", "alpha"] == latest - taken > 0
    assert counted["roadshow_change_log_position",] == latest
    assert counted["roadshow_database_up",] == 1


def test_without_a_database_the_rest_is_told(tmp_path: Path) -> None:
    client = served(f"sqlite:///{tmp_path}/empty.sqlite")
    counted = samples(client.get("/metrics").text)
    assert counted["roadshow_database_up",] == 0
    assert not [key for key in counted if key[0] == "roadshow_change_listener_lag"]


@pytest.mark.parametrize(
    ("setting", "client", "headers", "status"),
    [
        ("local", HERE, {}, 200),
        ("local", ("::1", 1), {}, 200),
        ("local", HERE, {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("local", HERE, {"Via": "1.1 proxy"}, 403),
        ("local", ("203.0.113.9", 1), {}, 403),
        ("local", ("127.0.0.1.example", 1), {}, 403),
        ("local", ("203.0.113.9", 1), ADMIN, 200),
        ("local", ("203.0.113.9", 1), {"Authorization": "Bearer investor-key"}, 403),
        ("local", HERE, {"Authorization": "Bearer wrong"}, 401),
        ("admin", HERE, {}, 403),
        ("admin", HERE, ADMIN, 200),
        ("everyone", ("203.0.113.9", 1), {}, 200),
        ("off", HERE, ADMIN, 404),
    ],
)
def test_metrics_are_served_to_those_whom_the_setting_names(
    url: str, setting: str, client: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    assert served(url, client, metrics=setting).get("/metrics", headers=headers).status_code == status


def test_a_scraper_that_asks_for_openmetrics_gets_it_whole(url: str) -> None:
    answer = served(url).get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.count("# EOF") == 1
    assert answer.text.endswith("# EOF\n")


def test_every_metric_is_documented_and_no_other(url: str) -> None:
    text = served(url).get("/metrics").text
    # Metrics with labels have no sample before they are used, but their name and help stand there.
    there = set(re.findall(r"^# TYPE (roadshow_\w+)", text, re.MULTILINE)) - {"roadshow_change_log_position"}
    there = {name for name in there if not name.endswith("_created")}
    documented = set(re.findall(r"^\| `(roadshow_\w+)`", PAGE, re.MULTILINE))
    of_tables = {"roadshow_change_listener_lag", "roadshow_change_log_position"}  # this database has none
    always_there = documented - of_tables - {"roadshow_jobs", "roadshow_jobs_oldest_seconds"}
    assert there == always_there


def test_any_worker_process_tells_of_all(url: str) -> None:
    def told(address: str) -> float | None:
        return samples(httpx.get(f"{address}/metrics").text).get(("roadshow_requests_total", "query", "200"))

    with serving(url, workers=2) as process:
        asked = Counter[int]()
        deadline = time.monotonic() + 120
        while len(asked) < 2 or asked.total() < 20:  # a connection each; the second worker may begin to listen later
            assert time.monotonic() < deadline, "all requests went to one worker"
            answer = httpx.post(f"{process.address}/graphql", json={"query": "{ process }"})
            asked[answer.json()["data"]["process"]] += 1
        while told(process.address) != asked.total():  # the last is counted after its answer is out
            assert time.monotonic() < deadline, f"{asked.total()} were asked, {told(process.address)} are told"
        assert [told(process.address) for _ in range(8)] == [asked.total()] * 8


def test_gauges_of_ended_processes_are_forgotten_and_their_counts_kept(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (f"gauge_livesum_{ended.pid}.db", f"counter_{ended.pid}.db", "gauge_livesum_1.db"):
        (tmp_path / name).touch()
    forget_ended(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {f"counter_{ended.pid}.db", "gauge_livesum_1.db"}


def test_jobs_are_counted_with_how_long_the_oldest_waits(sqlite_url: str, sqlite_database: Database) -> None:
    with sqlite_database.write(Actor.system("test")) as session:
        for minutes in (1, 3):
            enqueue(session, "count", {}, attempts=1, due=now() - timedelta(minutes=minutes))
        enqueue(session, "count", {}, attempts=1).state = JobState.FAILED
    found = samples(served(sqlite_url).get("/metrics").text)
    assert [found["roadshow_jobs", state] for state in ("queued", "running", "failed")] == [2.0, 0.0, 1.0]
    assert 180 <= found[("roadshow_jobs_oldest_seconds",)] < 600
