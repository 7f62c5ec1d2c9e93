"""Plugins that misbehave, installed as packages: each has the promised outcome, and core answers all the same."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import inspect

from plugins.host.versions import API_VERSION
from store.access.actors import Actor
from store.database import Database
from store.models import Project
from tests.plugins.conftest import in_directory
from tests.plugins.environments import Environment, Server, only
from tests.support import databases

START_TIME_LIMIT = 2.5
"""Seconds; each start waits so long for the one that sleeps, once for the data and once for the server."""

CORE = "{ projects(first: 5) { edges { node { name } } } }"


@pytest.fixture(scope="module")
def lamp(shared_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with core's tables and a project; plugins' tables are left to the server."""
    file: Path = tmp_path_factory.mktemp("lamp") / "roadshow.sqlite"
    databases.copy_sqlite(shared_directory, file)
    add_a_project(f"sqlite:///{file}")
    return file


def add_a_project(url: str) -> None:
    database = Database(url)
    with database.write(Actor.system("test")) as session:
        session.add(Project(name={"en": "Lamp"}))
    database.dispose()


@pytest.fixture
def stocked(environment: Environment, lamp: Path) -> Environment:
    """The environment with a database in which a project stands."""
    return stock(environment, lamp)


def stock(environment: Environment, lamp: Path) -> Environment:
    own = environment.work / "roadshow.sqlite"
    with closing(sqlite3.connect(lamp)) as source, closing(sqlite3.connect(own)) as target:
        source.backup(target)
    return environment


@pytest.fixture(scope="module")
def lenient(with_plugins: Environment, lamp: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of the two that clash is disabled, and the one out of range is let run."""
    environment = stock(in_directory(with_plugins, tmp_path_factory.mktemp("lenient")), lamp)
    allowed = only("ink", "quill", "future", quill__enabled="false", future__ignore_api_range="true")
    with environment.serving(**allowed) as server:
        yield server


@dataclass
class Thrown:
    """A server with the one that throws, and the plugin's state before anything was asked of it."""

    server: Server
    state: str


@pytest.fixture(scope="module")
def thrown(with_plugins: Environment, lamp: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Thrown]:
    environment = stock(in_directory(with_plugins, tmp_path_factory.mktemp("thrown")), lamp)
    with environment.serving(**only("thrower", host__failure_threshold=3)) as server:
        yield Thrown(server, status_of(server, "thrower"))


def assert_core_answers(server: Server) -> None:
    assert server.ask(CORE)["data"] == {"projects": {"edges": [{"node": {"name": "Lamp"}}]}}


def status_of(server: Server, name: str) -> str:
    plugins = server.ask("{ capabilities { plugins { name state } } }")["data"]["capabilities"]["plugins"]
    return str({plugin["name"]: plugin["state"] for plugin in plugins}[name])


# ---- two that clash


def test_two_that_clash_stop_the_start_and_the_message_names_both(environment: Environment) -> None:
    refused = environment.roadshow("serve", "--port", "1", check=False, **only("ink", "quill"))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    (line,) = [line for line in refused.stderr.splitlines() if "Project.drawing" in line]
    assert "plugin 'ink'" in line
    assert "roadshow_ink/__init__.py:12" in line
    assert "plugin 'quill'" in line
    assert "roadshow_quill/__init__.py:12" in line


@pytest.mark.nightly
def test_with_one_of_the_two_disabled_everything_runs(lenient: Server) -> None:
    assert_core_answers(lenient)
    answer = lenient.ask("{ projects { edges { node { drawing } } } }")
    assert answer["data"]["projects"]["edges"][0]["node"] == {"drawing": "ink"}


# ---- one out of range


@pytest.mark.nightly
def test_one_out_of_range_is_refused_with_what_it_wants_and_what_is_there(stocked: Environment) -> None:
    shown = stocked.roadshow("plugins", "info", "future", **only("future")).stdout
    assert "REFUSED" in shown
    assert ">=7.0,<8" in shown
    assert f"this is {API_VERSION}" in shown
    with stocked.serving(**only("future")) as server:
        assert_core_answers(server)
        assert status_of(server, "future") == "REFUSED"
        assert "horoscope" not in server.get("/schema.graphql").text


@pytest.mark.nightly
def test_a_setting_lets_the_one_out_of_range_run(lenient: Server) -> None:
    answer = lenient.ask("{ projects { edges { node { horoscope } } } }")
    assert answer["data"]["projects"]["edges"][0]["node"] == {"horoscope": "fine"}


@pytest.mark.nightly
def test_a_required_one_out_of_range_stops_the_start(environment: Environment) -> None:
    refused = environment.roadshow("serve", "--port", "1", check=False, **only("future", future__required="true"))
    assert refused.returncode == 1
    assert "doesn't start without the plugin 'future'" in refused.stderr


# ---- one that throws in every hook


def test_one_that_throws_in_every_hook_is_left_out_hook_by_hook(thrown: Thrown) -> None:
    assert_core_answers(thrown.server)
    assert thrown.state == "DEGRADED"
    log = thrown.server.log.read_text()
    for hook in ("data", "importers", "exporters", "change_listeners", "mutations", "subscriptions", "blocks",
                 "gates", "encoders", "rerankers", "commands"):  # fmt: skip
        assert f"secret of register_{hook}" in log


def test_what_throws_while_it_runs_is_null_with_an_error_and_the_rest_comes(thrown: Thrown) -> None:
    server = thrown.server
    answer = server.ask("{ projects { edges { node { name broken short } } } thrown refused }")
    (edge,) = answer["data"]["projects"]["edges"]
    assert edge["node"] == {"name": "Lamp", "broken": None, "short": None}
    errors = {error["path"][-1]: error for error in answer["errors"]}
    for field in ("broken", "short", "thrown"):
        assert errors[field]["extensions"]["code"] == "PLUGIN_FAILED"
        assert "'thrower'" in errors[field]["message"]
        assert "secret" not in errors[field]["message"]
    assert errors["refused"]["message"] == "There is nothing to be had here."
    assert server.get("/thrower").status_code == 503
    assert server.get("/thrower/route").status_code == 503
    assert "secret" not in server.get("/thrower").text

    for _ in range(2):
        server.ask("{ projects { edges { node { broken } } } }")
    resting = server.ask("{ projects { edges { node { broken alsoBroken } } } }")
    codes = {error["path"][-1]: error["extensions"]["code"] for error in resting["errors"]}
    assert codes == {"broken": "PLUGIN_RESTING", "alsoBroken": "PLUGIN_FAILED"}
    assert status_of(server, "thrower") == "RESTING"
    assert_core_answers(server)


@pytest.mark.nightly
def test_one_that_throws_where_others_stand_on_it_is_left_out_whole(stocked: Environment) -> None:
    variables = only("thrower", thrower__everywhere="true")
    with stocked.serving(**variables) as server:
        assert_core_answers(server)
        assert status_of(server, "thrower") == "FAILED"
        assert "alsoBroken" not in server.get("/schema.graphql").text


def test_one_that_throws_where_it_decides_permissions_stops_the_start(stocked: Environment) -> None:
    refused = stocked.roadshow("serve", "--port", "1", check=False, **only("guardian"))
    assert refused.returncode == 1
    assert "lost the keys" in refused.stderr
    assert "plugins.guardian.enabled = false" in refused.stderr


# ---- one that sleeps


@pytest.mark.nightly  # host/calls has the parts: circuits, pools, loops
def test_one_that_sleeps_is_left_behind_everywhere(stocked: Environment) -> None:
    variables = only("sleeper", host__start_time_limit=START_TIME_LIMIT, host__call_time_limit=0.5)
    secret = max(stocked.roadshow("keys", "create", "--role", "ADMIN", **only()).stdout.split(), key=len)
    with stocked.serving(**variables) as server:
        assert_core_answers(server)
        assert status_of(server, "sleeper") == "DEGRADED"
        answer = server.ask("{ projects { edges { node { name asleep } } } slept }")
        assert answer["data"]["projects"]["edges"][0]["node"] == {"name": "Lamp", "asleep": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["PLUGIN_TIMEOUT"] * 2
        for path in ("/sleeper", "/sleeper/async", "/sleeper/plain"):
            assert server.get(path).status_code == 503

        dreamt = server.ask("mutation { dream }", key=secret)
        assert dreamt["errors"][0]["extensions"]["code"] == "PLUGIN_TIMEOUT"
        # Its transaction is still open behind; a write of core's waits for it, and then goes through.
        create = 'mutation { createProject(input: {name: [{language: "en", text: "Kite"}]}) { project { name } } }'
        made = server.ask(create, key=secret)
        assert "errors" not in made, made
        names = {edge["node"]["name"] for edge in server.ask(CORE, key=secret)["data"]["projects"]["edges"]}
        assert names == {"Lamp", "Kite"}, "what was written behind the time limit isn't there"


@pytest.mark.nightly
def test_while_one_sleeps_everywhere_at_once_core_answers(stocked: Environment) -> None:
    """More sleepers than the server has threads; core's answers are there before any of theirs."""
    variables = only(
        "sleeper", host__start_time_limit=START_TIME_LIMIT, host__call_time_limit=15, host__failure_threshold=1000
    )
    field = "{ projects { edges { node { asleep } } } }"
    with stocked.serving(**variables, ROADSHOW_THREADS="4") as server, ThreadPoolExecutor(40) as clients:
        assert_core_answers(server)
        sleeping = [clients.submit(server.ask, field) for _ in range(8)]
        paths = ("/sleeper", "/sleeper/plain", "/sleeper/async", "/sleeper/blocking")
        sleeping += [clients.submit(server.get, path) for path in paths for _ in range(8)]
        time.sleep(2)  # until the server has them all
        for _ in range(3):
            assert_core_answers(server)
            assert server.get("/ready").status_code == 200
        assert not all(each.done() for each in sleeping[:8]), "the fields still sleep"
        assert not any(each.done() for each in sleeping[8:]), "so do the pages and routes"
        metrics = server.get("/metrics").text
        (lag,) = re.findall(r'roadshow_loop_lag_seconds\{owner="sleeper".*\} (\S+)', metrics)
        assert float(lag) > 1
        for each in sleeping[8:]:
            assert each.result().status_code == 503
        log = server.log.read_text()
        assert "the event loop of the plugin 'sleeper' has been blocked" in log
        assert "/sleeper/blocking" in log
        counted = re.findall(r"roadshow_plugin_calls_total\{(.*)\} (\S+)", server.get("/metrics").text)
        assert [float(n) for labels, n in counted if "blocking" in labels and "timeout" in labels] == [8.0]


# ---- one whose migration fails


@pytest.mark.nightly
def test_one_whose_migration_fails_is_left_out_and_nothing_of_it_stays(environment: Environment) -> None:
    variables = only("halfway", "stranger")
    migrated = environment.roadshow("migrate", check=False, **variables)
    assert migrated.returncode == 1
    assert "no ink for the second" in migrated.stdout + migrated.stderr
    assert "stranger: migrated" in migrated.stdout, "the others don't wait for it"
    add_a_project(environment.variables["ROADSHOW_DATABASE_URL"])
    with environment.serving(**variables) as server:
        assert_core_answers(server)
        assert status_of(server, "halfway") == "FAILED"
        assert status_of(server, "stranger") == "ACTIVE"
        assert "halfway" not in server.get("/schema.graphql").text
    database = Database(environment.variables["ROADSHOW_DATABASE_URL"])
    assert not [name for name in inspect(database.engine).get_table_names() if "halfway" in name]
    database.dispose()


# ---- all of them at once


@pytest.mark.nightly
def test_all_that_may_run_beside_each_other_do_and_core_answers(stocked: Environment) -> None:
    names = ("ink", "future", "thrower", "sleeper", "halfway", "stranger")
    everyone = only(*names, host__start_time_limit=START_TIME_LIMIT)
    with stocked.serving(**everyone) as server:
        assert_core_answers(server)
        answer = server.ask("{ projects { edges { node { drawing notes { text } } } } }")
        assert answer["data"]["projects"]["edges"][0]["node"]["drawing"] == "ink"
