"""The real thing: the demo data, two worker processes, keys from the command line, queries, changes as they come.

And the README's first screen is true: its query gives its answer over the demo data, as `make run` serves it.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import build_client_schema, build_schema, get_introspection_query, print_schema
from graphql.utilities import lexicographic_sort_schema

from store.changes import latest_position
from store.database import Database
from tests.api.http.test_websocket import talking
from tests.api.operations.test_processes import Process, run, serving
from tests.support.answering import answered, planned_alone
from tests.support.databases import copy_demo

REAL = "from api.assembly import server; server.run()"
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
CLOSE = 0.05
"""Points of a score that another processor may round differently."""


def block(language: str) -> str:
    """The first code block of a language on the page."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no {language} block"
    return found[1]


def alike(one: Any, other: Any) -> bool:
    """Whether two answers are equal, but for the last digits of a score."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < CLOSE
    return bool(one == other)


def command(arguments: str, url: str) -> str:
    done: subprocess.CompletedProcess[str] = run(arguments, url)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def demo_url(shared_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the demo data, made by the command."""
    path: Path = tmp_path_factory.mktemp("demo") / "roadshow.sqlite"
    copy_demo(shared_directory, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def server(demo_url: str) -> Iterator[Process]:
    with serving(demo_url, REAL, workers=2) as process:
        yield process


def ask(server: Process, query: str, key: str | None = None, **variables: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    response = httpx.post(
        f"{server.address}/graphql", json={"query": query, "variables": variables}, headers=headers, timeout=60
    )
    content = response.json()
    assert "errors" not in content, content
    return content["data"]


def test_loading_the_demo_data_again_changes_nothing(demo_url: str) -> None:
    before = position_in(demo_url)
    assert before > 0
    assert command("demo --no-encode", demo_url) == ""
    assert position_in(demo_url) == before


def test_the_demo_data_can_be_asked_for(server: Process) -> None:
    data = ask(server, "{projects(first: 3) {totalCount edges {node {name fictional}}} viewer {role}}")
    assert data["projects"]["totalCount"] > 200
    assert len(data["projects"]["edges"]) == 3
    assert data["viewer"] == {"role": "PUBLIC"}


@pytest.mark.planned
def test_the_query_of_the_readme_gives_its_answer(server: Process) -> None:
    """By the planner, and before a test changes the data."""

    def metrics() -> str:
        return httpx.get(f"{server.address}/metrics", timeout=60).text

    loaded = time.monotonic() + 120
    while True:
        before = answered(metrics)
        answer = httpx.post(f"{server.address}/graphql", json={"query": block("graphql")}, timeout=60).json()
        codes = {each["extensions"]["code"] for each in answer.get("errors", [])}
        if codes != {"UNAVAILABLE"} or time.monotonic() > loaded:  # rankings are loaded after the start
            break
        time.sleep(1)
    assert alike(answer, json.loads(block("json"))), json.dumps(answer, ensure_ascii=False, indent=1)
    assert planned_alone(metrics, before)


@pytest.mark.nightly
def test_a_key_from_the_command_line_is_known_to_the_server_until_it_is_revoked(server: Process, demo_url: str) -> None:
    key = command("keys create --role organiser --name Tester", demo_url).strip()
    assert ask(server, "{viewer {role name}}", key)["viewer"] == {"role": "ORGANISER", "name": "Tester"}
    listed = command("keys list", demo_url)
    identifier = next(word for word in listed.split() if word.startswith("key_"))
    assert key not in listed
    assert "Revoked" in command(f"keys revoke {identifier}", demo_url)


def test_every_subscriber_hears_of_a_project_changed_over_http(server: Process, demo_url: str) -> None:
    key = command("keys create --role organiser", demo_url).strip()
    found = ask(server, "{projects(first: 1) {edges {node {id version}}}}")["projects"]["edges"][0]["node"]
    with ExitStack() as stack:
        talks = [stack.enter_context(talking(server.address)) for _ in range(6)]
        for talk in talks:
            talk.begin().subscribe(
                "1",
                "subscription($ids: [ID!]) {projectChanged(ids: $ids) {operation project {id keywords}}}",
                variables={"ids": [found["id"]]},
            )
            talk.subscribe("after", "{viewer {role}}")
            talk.events("after")
        changed = ask(
            server,
            'mutation($id: ID!) {updateProject(id: $id, input: {keywords: ["changed"]}) {userErrors {message}}}',
            key,
            id=found["id"],
        )
        assert changed["updateProject"]["userErrors"] == []
        for talk in talks:
            event = talk.hear()["payload"]["data"]["projectChanged"]
            assert event == {"operation": "UPDATE", "project": {"id": found["id"], "keywords": ["changed"]}}


def position_in(url: str) -> int:
    database = Database(url)
    with database.read() as session:
        found = latest_position(session)
    database.dispose()
    return found


@pytest.mark.nightly
def test_introspection_needs_a_key_and_gives_the_schema_that_is_there_to_read(server: Process, demo_url: str) -> None:
    query = get_introspection_query(descriptions=True)
    refused = httpx.post(f"{server.address}/graphql", json={"query": query}, timeout=60)
    assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    key = command("keys create --role reviewer", demo_url).strip()
    served = build_client_schema(ask(server, query, key))
    readable = build_schema(httpx.get(f"{server.address}/schema.graphql", timeout=60).text)
    assert print_schema(lexicographic_sort_schema(served)) == print_schema(lexicographic_sort_schema(readable))
