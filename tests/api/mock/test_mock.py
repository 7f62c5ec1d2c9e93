"""`roadshow mock`: the real schema on the demo data, by role, with faults on request and writes that can be undone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.mock.fault_injection import FaultInjection
from tests.api.mock.conftest import Mock

PAGE = """query ($after: String) { projects(first: 3, after: $after) {
    totalCount nodes { id name } pageInfo { endCursor } } }"""
MADE = """mutation { createProject(input: {name: [{language: EN, text: "Tidal power"}]}) {
    project { id status } userErrors { field message } } }"""


def test_lists_have_pages_of_demo_data(mock: Mock) -> None:
    first = mock.ask(PAGE)["data"]["projects"]
    second = mock.ask(PAGE, after=first["pageInfo"]["endCursor"])["data"]["projects"]
    assert first["totalCount"] > 100
    assert len({each["id"] for page in (first, second) for each in page["nodes"]}) == 6
    assert all(each["name"] for each in first["nodes"])


def test_a_role_is_a_key(mock: Mock) -> None:
    for key in mock.server.roles:
        expected = {"founder": "TALENT", "organiser-of-a-programme": "SCOPED_ORGANISER"}.get(key, key.upper())
        assert mock.ask("{ viewer { role } }", key)["data"]["viewer"]["role"] == expected
    assert mock.ask("{ viewer { role } }")["data"]["viewer"]["role"] == "INVESTOR", "given at the start"
    assert mock.post("{ viewer { role } }", "nobody").status_code == 401


def test_a_ranking_answers_at_once(mock: Mock) -> None:
    query = """{ viewer { subject { ... on Investor { rankedProjects(first: 5) {
        edges { score reasons node { name } } } } } } }"""
    answer = mock.ask(query)
    assert "errors" not in answer
    edges = answer["data"]["viewer"]["subject"]["rankedProjects"]["edges"]
    assert len(edges) == 5
    assert all(each["reasons"] for each in edges)


def test_writes_are_kept_until_they_are_undone(mock: Mock) -> None:
    made = mock.ask(MADE, "founder")["data"]["createProject"]
    assert made["userErrors"] == []
    found = "query ($id: ID!) { project(id: $id) { name } }"
    identifier = made["project"]["id"]
    assert mock.ask(found, "founder", id=identifier)["data"]["project"] == {"name": "Tidal power"}
    refused = mock.ask(MADE.replace("Tidal power", " "), "founder")["data"]["createProject"]["userErrors"]
    assert [each["field"] for each in refused] == [["input", "name"]]
    assert mock.post("{ __typename }").status_code == 200
    assert httpx.post(f"{mock.address}/mock/reset", timeout=120).status_code == 200
    assert mock.ask(found, "founder", id=identifier)["data"]["project"] is None
    assert mock.ask(MADE, "founder")["data"]["createProject"] == made, "created ids are the same again"


def test_a_field_fails_and_works_again(mock: Mock) -> None:
    query = "{ projects(first: 2) { nodes { id summary } } }"
    assert mock.inject(fail={"Project.summary": "FORBIDDEN", "Query.places": "UNAVAILABLE"}).status_code == 200
    try:
        answer = mock.ask(query)
        assert [each["summary"] for each in answer["data"]["projects"]["nodes"]] == [None, None]
        assert {each["extensions"]["code"] for each in answer["errors"]} == {"FORBIDDEN"}
        assert mock.ask("{ places { totalCount } }")["data"] is None, "null where the schema has none goes up"
    finally:
        mock.inject(fail={})
    assert "errors" not in mock.ask(query)


def test_requests_are_late_and_fail_by_the_stated_share(mock: Mock) -> None:
    mock.inject(delay="80", errorRate=0.5)
    try:
        began = time.monotonic()
        statuses = [mock.post("{ __typename }").status_code for _ in range(4)]
        assert statuses == [200, 503, 200, 503]
        assert time.monotonic() - began > 4 * 0.08
    finally:
        mock.inject(delay="0", errorRate=0)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"fail": {"Project.sumary": "FORBIDDEN"}}, "Did you mean Project.summary?"),
        ({"fail": {"Project.summary": "WRONG"}}, "'WRONG' is no error code."),
        ({"fail": {"Node.id": "FORBIDDEN"}}, "Node is an interface"),
        ({"delay": "soon"}, "The delay 'soon' can't be used; give milliseconds"),
        ({"errorRate": 2}, "give a share from 0 to 1"),
        ({"speed": 1}, "'speed' is unknown; give delay, errorRate, fail."),
    ],
)
def test_what_cant_be_used_is_told(mock: Mock, given: dict[str, object], told: str) -> None:
    answer = mock.inject(**given)
    assert answer.status_code == 400
    assert told in answer.json()["error"]


def test_the_share_of_failures_is_exact() -> None:
    faults = FaultInjection(error_rate=0.1)
    assert sum(faults.refuses() for _ in range(1_000)) == 100


def test_help_names_the_options() -> None:
    shown = CliRunner().invoke(app, ["mock", "--help"]).output
    for option in ("--port", "--as", "--delay", "--error-rate", "--fail"):
        assert option in shown


@pytest.mark.nightly
def test_every_machine_gets_the_same_records(tmp_path: Path) -> None:
    script = """
import sqlite3
from api.mock.data import prepared
from api.operations.settings import ServerSettings
with sqlite3.connect(prepared(ServerSettings())) as database:
    for line in database.iterdump():
        if line.startswith("INSERT") and not line.startswith(('INSERT INTO "change"', 'INSERT INTO "api_key"')):
            print(line)
"""
    dumps = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(tmp_path / seed)}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        dumps.append(done.stdout.splitlines())
    assert len(dumps[0]) > 1_000
    assert dumps[0] == dumps[1]
