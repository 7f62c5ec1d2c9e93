"""`roadshow explain`, and the log of slow operations."""

from __future__ import annotations

import io
import logging

import pytest
from starlette.testclient import TestClient

from api.assembly.app import application
from api.assembly.rooms import assemble
from api.cli.explain import explain
from api.operations.problems import CommandError
from api.operations.settings import ServerSettings
from store.database import Database

pytestmark = [pytest.mark.planned, pytest.mark.nightly_on_postgresql]

QUERY = "query Some($n: Int) {projects(first: $n) {totalCount edges {node {name tracks {name}}}}}"


@pytest.fixture
def installed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.usefixtures("installed")
def test_a_query_is_shown_with_its_cost_its_statements_and_their_plans(capsys: pytest.CaptureFixture[str]) -> None:
    explain(QUERY, variables='{"n": 7}', role="organiser")
    shown = capsys.readouterr().out
    assert "query Some as organiser" in shown
    assert "cost         42 of 30000 points" in shown  # 1 + 7 x (1 + 2), and a count
    assert "answered by  the planner" in shown
    assert "SELECT" in shown
    assert any(word in shown for word in ("SCAN", "SEARCH", "Scan", "cost="))


@pytest.mark.usefixtures("installed")
def test_what_the_reference_answers_says_why_and_a_document_may_come_by_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("{__schema {queryType {name}}}"))
    explain("-", role="admin")
    assert "answered by  the reference executor (introspection)" in capsys.readouterr().out


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("query", "options", "words"),
    [
        ("{nothing}", {}, "Cannot query field 'nothing'"),
        ("{viewer {role}}", {"role": "king"}, "give one of public"),
        ("{viewer {role}}", {"variables": "[]"}, "must be a JSON object"),
        ("{viewer {role}}", {"variables": "{"}, "not valid JSON"),
        ("nowhere.graphql", {}, "neither an operation nor a readable file"),
        ("subscription {projectChanged {project {id}}}", {}, "Only queries"),
        ('mutation {archiveProject(id: "prj_") {dryRun}}', {}, "Only queries"),
    ],
)
@pytest.mark.usefixtures("installed")
def test_what_can_not_be_explained_is_said_in_a_sentence(query: str, options: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        explain(query, **options)


def test_a_slow_operation_is_logged_with_its_statements_but_no_values(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    settings = ServerSettings(
        database_url=sqlite_database.url.render_as_string(hide_password=False),
        slow_seconds=1e-9,
        encode_in_background=False,
        development=True,
    )
    asked = {"query": '{projects(first: 1, filter: {search: "secretword"}) {edges {node {name}}}}'}
    with (
        TestClient(application(assemble(settings))) as client,
        caplog.at_level(logging.WARNING, logger="roadshow.slow"),
    ):
        client.post("/graphql", json=asked)
        client.post("/graphql", json={"query": '{__type(name: "Query") {name}}'})
        client.post("/graphql", json={"query": 'mutation {archiveProject(id: "prj_") {userErrors {code}}}'})
    planned, referred, changed = (record for record in caplog.records if record.name == "roadshow.slow")
    assert planned.__dict__["executor"] == "planner"
    assert planned.__dict__["cost"] == 82  # a filter by words
    assert any("SELECT" in line for line in planned.__dict__["statements"])
    assert "secretword" not in str(planned.__dict__)
    assert referred.__dict__["executor"] == "reference"
    assert (changed.__dict__["kind"], changed.__dict__["executor"]) == ("mutation", "planner")
