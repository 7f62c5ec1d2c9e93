"""A plugin that Roadshow knows nothing of, installed as a package: all that it adds works without a change to core."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from store.access.actors import Actor
from store.database import Database
from store.models import Investor, Project
from tests.plugins.conftest import in_directory
from tests.plugins.environments import PATIENCE, Environment, Server, only

pytestmark = pytest.mark.nightly  # in an environment of its own; test_mentoring has the same parts in process

ADD = "mutation Add($on: ID!, $text: String!) { addStrangerNote(projectId: $on, text: $text) { id text projectId } }"


@dataclass
class Running:
    """A server with the stranger alone, three projects and an investor."""

    environment: Environment
    server: Server
    key: str
    lamp: str
    kite: str
    secret: str
    investor: str

    def ask(self, query: str, key: str | None = None, **variables: Any) -> Any:
        answer = self.server.ask(query, variables, key or self.key)
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture(scope="module")
def running(with_plugins: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    environment = in_directory(with_plugins, tmp_path_factory.mktemp("stranger"))
    environment.variables |= only("stranger", stranger__longest=40)
    migrated = environment.roadshow("migrate").stdout
    assert "stranger: migrated" in migrated
    database = Database(environment.variables["ROADSHOW_DATABASE_URL"])
    with database.write(Actor.system("test")) as session:
        projects = [Project(name={"en": name}) for name in ("Lamp", "Kite", "Secret (embargo)")]
        investor = Investor(name={"en": "Fictional Capital"}, thesis={"en": "Lamps and kites."})
        session.add_all([*projects, investor])
    database.dispose()
    key = re.search(r"\brs_\w+|\b[\w-]{30,}\b", environment.roadshow("keys", "create", "--role", "ADMIN").stdout)
    assert key
    with environment.serving() as server:
        yield Running(environment, server, key[0], *(project.id for project in projects), investor.id)


def test_it_is_listed_with_all_that_it_adds(running: Running) -> None:
    shown = " ".join(running.environment.roadshow("plugins", "info", "stranger").stdout.split())
    for words in (
        "state ACTIVE",
        "type StrangerNote",
        "field Project.notes",
        "field Query.strangerNotes",
        "field Mutation.addStrangerNote",
        "table stranger_note",
        "block stranger_noted",
        "gate stranger_embargo",
        "importer bars",
        "address GET /stranger/notes",
        "command stranger",
        "change listener greeter",
        "longest = 40",
    ):
        assert words in shown
    plugins = running.ask("{ capabilities { plugins { name state version } } }")["capabilities"]["plugins"]
    assert {"name": "stranger", "state": "ACTIVE", "version": "1.3.0"} in plugins


def test_its_fields_stand_in_the_schema_with_their_descriptions(running: Running) -> None:
    schema = running.server.get("/schema.graphql").text
    assert '"""A note that somebody made on a project."""\ntype StrangerNote {' in schema
    assert '"""Notes on the project, oldest first."""\n  notes: [StrangerNote!]' in schema
    assert '"""Most characters."""\n    longestText: Int = 500' in schema


def test_a_mutation_writes_and_field_and_query_read_it(running: Running) -> None:
    made = running.ask(ADD, on=running.lamp, text="bright")["addStrangerNote"]
    assert (made["text"], made["projectId"]) == ("bright", running.lamp)
    assert made["id"].startswith("nte_")
    project = running.ask("query($id: ID!) { project(id: $id) { name notes { text } } }", id=running.lamp)["project"]
    assert {"text": "bright"} in project["notes"]
    texts = running.ask("{ strangerNotes { text } }")["strangerNotes"]
    assert {"text": "bright"} in texts
    short = running.ask("{ strangerNotes(longestText: 5) { text } }")["strangerNotes"]
    assert {"text": "bright"} not in short


def test_its_writes_are_in_the_change_log(running: Running) -> None:
    made = running.ask(ADD, on=running.kite, text="high")["addStrangerNote"]
    database = Database(running.environment.variables["ROADSHOW_DATABASE_URL"])
    with database.read() as session:
        from store.models import Change

        change = session.query(Change).filter_by(entity_id=made["id"]).one()
        assert (change.entity_type, change.operation, change.actor_role) == ("stranger_note", "CREATE", "ADMIN")
        assert change.after["text"] == "high"
    database.dispose()


def test_what_it_tells_the_person_who_asks_arrives_as_it_is(running: Running) -> None:
    (error,) = running.server.ask(ADD, {"on": running.lamp, "text": "x" * 41}, running.key)["errors"]
    assert error["message"] == "A note has at most 40 characters, this one 41."
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["field"] == "text"


def test_its_field_can_be_filtered_and_ordered_by(running: Running) -> None:
    running.ask(ADD, on=running.lamp, text="one more")
    query = """{
      projects(filter: {noteCount: {atLeast: 1}}, orderBy: [{field: NOTE_COUNT, direction: DESC}]) {
        edges { node { name noteCount } }
      }
    }"""
    nodes = [edge["node"] for edge in running.ask(query)["projects"]["edges"]]
    counts = [node["noteCount"] for node in nodes]
    assert nodes
    assert nodes[0]["name"] == "Lamp"
    assert counts == sorted(counts, reverse=True)
    assert min(counts) >= 1


def test_its_rule_on_a_field_holds(running: Running) -> None:
    query = "query($id: ID!) { project(id: $id) { noteWriters } }"
    assert running.ask(query, id=running.lamp)["project"] == {"noteWriters": "the staff"}
    answer = running.server.ask(query, {"id": running.lamp})
    assert answer["data"]["project"] == {"noteWriters": None}
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_its_block_and_gate_take_part_in_rankings(running: Running) -> None:
    for project in (running.kite, *[running.lamp] * 6):
        running.ask(ADD, on=project, text="noted")
    model = running.ask("{ capabilities { model { blocks { name owner } gates { name owner } } } }")
    model = model["capabilities"]["model"]
    assert {"name": "stranger_noted", "owner": "stranger"} in model["blocks"]
    assert {"name": "stranger_embargo", "owner": "stranger"} in model["gates"]
    assert {"name": "text", "owner": "core"} in model["blocks"]
    query = """query($id: ID!) { investor(id: $id) { rankedProjects {
        gatedCount edges { score node { name } contributions { block points reason } } } } }"""
    ranked = running.ask(query, id=running.investor)["investor"]["rankedProjects"]
    assert [edge["node"]["name"] for edge in ranked["edges"]] == ["Lamp", "Kite"]
    assert ranked["gatedCount"] == 1
    for edge in ranked["edges"]:
        assert sum(each["points"] for each in edge["contributions"]) == pytest.approx(edge["score"])
    best = {each["block"]: each for each in ranked["edges"][0]["contributions"]}["stranger_noted"]
    assert best["points"] > 0
    assert re.fullmatch(r"It has \d+ notes\.", best["reason"])


def test_its_gate_answers_why_not(running: Running) -> None:
    query = "query($p: ID!, $i: ID!) { whyNot(project: $p, counterpart: $i) { gate passed reason } }"
    found = running.ask(query, p=running.secret, i=running.investor)["whyNot"]
    assert {"gate": "stranger_embargo", "passed": False, "reason": "It is under embargo."} in found


def test_its_format_is_imported(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "new.bars"
    file.write_text("Rowing boat|For two.\nSailing boat|For ten.\n", encoding="utf-8")
    options = ("--kind", "projects", "--format", "bars", "--namespace", "bars")
    running.environment.roadshow("import", str(file), *options)
    query = '{ projects(filter: {search: "boat"}, first: 10) { edges { node { name } } } }'
    names = {edge["node"]["name"] for edge in running.ask(query)["projects"]["edges"]}
    assert names == {"Rowing boat", "Sailing boat"}


@pytest.mark.parametrize(("language", "heading"), [("en", "Notes"), ("zh", "笔记")])
def test_its_page_stands_in_the_frame_of_ours(running: Running, language: str, heading: str) -> None:
    running.ask(ADD, on=running.kite, text="<b>& co")
    page = running.server.get(f"/stranger/notes?lang={language}&greeting=hello")
    assert page.status_code == 200
    assert f"<h1>{heading}</h1>" in page.text
    assert "<li>&lt;b&gt;&amp; co</li>" in page.text
    assert "<p>hello</p>" in page.text
    assert "</html>" in page.text
    assert 'href="/stranger/notes' in running.server.get("/").text, "a link in the navigation"


def test_its_route_answers(running: Running) -> None:
    assert running.server.get("/stranger/ping?say=hi").json() == {"stranger": "hi"}


def test_its_command_runs_and_is_in_the_help(running: Running) -> None:
    assert running.environment.roadshow("stranger", "greet", "you").stdout == "Hello you, says the stranger\n"
    url = running.environment.variables["ROADSHOW_DATABASE_URL"]
    assert re.fullmatch(r"\d+ notes\n", running.environment.roadshow("stranger", "count", url).stdout)
    assert "Notes on projects." in running.environment.roadshow("--help").stdout


def test_its_listener_hears_of_changes(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "more.bars"
    file.write_text("Heard of|By the listener.\n", encoding="utf-8")
    options = ("--kind", "projects", "--format", "bars", "--namespace", "heard")
    running.environment.roadshow("import", str(file), *options)
    query = '{ projects(filter: {search: "listener"}) { edges { node { notes { text } } } } }'
    end = time.monotonic() + PATIENCE
    notes: list[Any] = []
    while not notes and time.monotonic() < end:
        (edge,) = running.ask(query)["projects"]["edges"]
        notes = edge["node"]["notes"]
        time.sleep(0.1)
    assert notes == [{"text": "heard of it"}]


def test_disabled_it_leaves_its_table_and_says_so_and_purge_drops_it(environment: Environment) -> None:
    """With a database of its own, beside the one that is served."""
    environment.roadshow("migrate", **only("stranger"))
    with environment.serving(**only()) as server:
        assert server.ask("{ __typename }")["data"] == {"__typename": "Query"}
        assert "strangerNotes" not in server.get("/schema.graphql").text
        assert (
            "the plugin 'stranger' doesn't run; its tables are left untouched (stranger_note)" in server.log.read_text()
        )
    assert table_is_there(environment)
    purged = environment.roadshow("plugins", "purge", "stranger", "--yes", **only())
    assert "Dropped: stranger_note" in purged.stdout
    assert not table_is_there(environment)


def table_is_there(environment: Environment) -> bool:
    from sqlalchemy import inspect

    database = Database(environment.variables["ROADSHOW_DATABASE_URL"])
    try:
        return inspect(database.engine).has_table("stranger_note")
    finally:
        database.dispose()
