"""What plugins add to the schema: fields, types, queries, mutations, rules; and that their failure stays theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import ExecutionResult
from sqlalchemy import func

from plugins.host.contributions import contributions as declare
from plugins.host.errors import PluginStartError, UserError
from plugins.host.hook_markers import hookimpl
from plugins.host.host import Host
from plugins.host.manifest import Manifest
from schema.declarations.errors import SchemaError
from schema.execution.execute import execute, subscribe
from schema.request.context import Services
from schema.types.build import build_schema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.settings import Settings
from tests.schema.samples import SampleRecords

CALLS: list[int] = []


def lengths(parents: Sequence[Any], context: Any) -> list[int | None]:
    CALLS.append(len(parents))
    return [len(parent.name.get("en", "")) for parent in parents]


def broken(parents: Sequence[Any], context: Any) -> list[Any]:
    raise RuntimeError("select * from secrets")


def partly(parents: Sequence[Any], context: Any, unlucky: str) -> list[Any]:
    return [UserError("This one can't be sketched.") if parent.id == unlucky else "fine" for parent in parents]


def count_tracks(context: Any, at_least: int) -> dict[str, Any]:
    from sqlalchemy import select

    found = context.session.scalar(select(func.count()).select_from(models.Track))
    return {"count": found, "enough": found >= at_least, "mood": "CALM"}


def rename(context: Any, id: str, text: dict[str, str]) -> dict[str, Any]:
    with context.write() as session:
        row = session.get_one(models.Project, id)
        row.name = {text["language"]: text["body"]}
    return {"count": 1, "enough": True, "mood": "BUSY"}


def plugin() -> Any:
    field = {"description": "What a test adds."}
    made = SimpleNamespace(
        manifest=Manifest(
            name="sketches", version="1.0.0", api=">=1.0,<2", permissions=("mutations", "permission_rules")
        ),
        __name__="sketches",
    )
    made.register_types = hookimpl(lambda: [
        declare.ObjectType(name="Tally", description="A count.", fields=[
            declare.TypeField(name="count", type="Int!", **field),
            declare.TypeField(name="enough", type="Boolean!", visible_to=["REVIEWER"], **field),
            declare.TypeField(name="mood", type="Mood!", **field),
        ]),
        declare.EnumType(name="Mood", description="A mood.", values={"CALM": "Calm.", "BUSY": "Busy."}),
        declare.InputType(name="NoteInput", description="A note.", fields=[
            declare.Argument(name="language", type="String!", **field),
            declare.Argument(name="body", type="String!", **field),
        ]),
    ])  # fmt: skip
    made.register_fields = hookimpl(lambda: [
        declare.Field(on="Project", name="nameLength", type="Int!", resolve=lengths,
                      expression=lambda project: func.length(project.name["en"].as_string()), **field),
        declare.Field(on="Project", name="broken", type="String!", resolve=broken, **field),
        declare.Field(on="Project", name="partly", type="String", resolve=partly,
                      arguments=[declare.Argument(name="unlucky", type="ID!", **field)], **field),
        declare.Field(on="Tally", name="half", type="Float",
                      resolve=lambda parents, context: [parent["count"] / 2 for parent in parents], **field),
        declare.Field(on="Place", name="secretNumber", type="Int", visible_to=["PLANNER"],
                      resolve=lambda parents, context: [7 for _ in parents], **field),
    ])  # fmt: skip
    made.register_queries = hookimpl(lambda: [
        declare.Query(name="tally", type="Tally!", resolve=count_tracks,
                      arguments=[declare.Argument(name="atLeast", type="Int", default=1, **field)], **field),
    ])  # fmt: skip
    made.register_mutations = hookimpl(lambda: [
        declare.Mutation(name="renameProject", type="Tally", resolve=rename, arguments=[
            declare.Argument(name="id", type="ID!", **field), declare.Argument(name="text", type="NoteInput!", **field),
        ], **field),
    ])  # fmt: skip
    made.register_permission_rules = hookimpl(lambda: [
        declare.RowRule(on="Project", condition=lambda actor, project: project.kind != "FUND", description="No funds."),
        declare.OperationRule(mutation="createProject", description="Closed.",
                              allows=lambda actor, arguments: "Entries are closed."),
        declare.OperationRule(mutation="renameProject", description="Staff.",
                              allows=lambda actor, arguments: actor.is_staff),
    ])  # fmt: skip
    return made


@pytest.fixture
def run(sqlite_database: Database) -> Any:
    host = Host.load({}, plugins=[plugin()], expected=(SchemaError,))
    assert [state.state for state in host.states()] == ["ACTIVE"], host.states()
    schema = build_schema(host)
    services = Services(sqlite_database, Settings(), schema.registry, host=host)

    def run_as(document: str, variables: dict[str, Any] | None = None, actor: Actor | None = None) -> ExecutionResult:
        return execute(schema, services, actor or Actor.public(), document, variables=variables)

    return run_as


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def codes(result: ExecutionResult) -> list[str]:
    return [error.extensions["code"] for error in result.errors or ()]


def test_a_field_is_resolved_for_all_parents_at_once(run: Any, samples: SampleRecords) -> None:
    CALLS.clear()
    result = run("{ projects { edges { node { name nameLength } } } }")
    assert result.errors is None
    assert [len(edge["node"]["name"]) for edge in result.data["projects"]["edges"]] == [
        edge["node"]["nameLength"] for edge in result.data["projects"]["edges"]
    ]
    assert CALLS == [2], "one call; a plugin's rule hides the fund"


def test_a_field_with_an_expression_filters_and_orders(run: Any, samples: SampleRecords) -> None:
    result = run(
        """{ projects(filter: {nameLength: {atLeast: 5}}, orderBy: [{field: NAME_LENGTH, direction: DESC}]) {
            edges { node { name } } } }"""
    )
    assert result.errors is None
    assert result.data["projects"]["edges"] == [{"node": {"name": "Cell bank"}}]


def test_a_failing_field_is_null_with_a_typed_error_and_the_rest_goes_on(run: Any, samples: SampleRecords) -> None:
    result = run("query ($id: ID!) { project(id: $id) { name broken } viewer { role } }", {"id": samples["lidar"]})
    assert result.data == {"project": {"name": "Beam", "broken": None}, "viewer": {"role": "PUBLIC"}}
    assert codes(result) == ["PLUGIN_FAILED"]
    assert result.errors[0].extensions["plugin"] == "sketches"
    assert "secrets" not in result.errors[0].message


def test_an_item_that_fails_fails_alone(run: Any, samples: SampleRecords) -> None:
    query = "query ($id: ID!) { projects(orderBy: [{field: NAME}]) { edges { node { partly(unlucky: $id) } } } }"
    result = run(query, {"id": samples["bank"]})
    assert [edge["node"]["partly"] for edge in result.data["projects"]["edges"]] == ["fine", None]
    assert codes(result) == ["BAD_USER_INPUT"]


def test_a_query_of_a_plugins_own_types(run: Any, samples: SampleRecords) -> None:
    result = run("{ tally(atLeast: 5) { count mood half } other: tally { enough } }", None, samples.as_(Role.REVIEWER))
    assert result.data == {"tally": {"count": 2, "mood": "CALM", "half": 1.0}, "other": {"enough": True}}
    refused = run("{ tally { count enough } }")
    assert refused.data == {"tally": {"count": 2, "enough": None}}
    assert codes(refused) == ["FORBIDDEN"]


def test_rules_by_role_hold_for_a_plugins_field(run: Any, samples: SampleRecords) -> None:
    query = "query ($id: ID!) { place(id: $id) { secretNumber } }"
    assert run(query, {"id": samples["dalian"]}, samples.as_(Role.PLANNER)).data == {"place": {"secretNumber": 7}}
    assert codes(run(query, {"id": samples["dalian"]})) == ["FORBIDDEN"]


def test_a_plugins_rules_are_told_with_those_of_core(run: Any) -> None:
    found = run("{ capabilities { rules { on roles description owner } } }").data["capabilities"]["rules"]
    assert {(each["on"], each["description"]) for each in found if each["owner"] == "sketches"} == {
        ("Project", "No funds."),
        ("Mutation.createProject", "Closed."),
        ("Mutation.renameProject", "Staff."),
        ("Tally.enough", "Readable by some roles only."),
        ("Place.secretNumber", "Readable by some roles only."),
    }
    assert [each["owner"] for each in found if each["on"] == "Project"] == ["core", "sketches"]


def test_a_plugins_row_rule_holds_everywhere(run: Any, samples: SampleRecords) -> None:
    result = run(
        """query ($id: ID!) { project(id: $id) { id } projects { totalCount } search(query: "alpha") { totalCount }
        projectFacets { byKind { total } } }""",
        {"id": samples["fund"]},
        samples.as_(Role.ADMIN),
    )
    assert result.errors is None
    assert result.data["project"] is None
    assert result.data["search"]["totalCount"] == 0
    assert result.data["projects"]["totalCount"] == result.data["projectFacets"]["byKind"]["total"] == 4


def test_a_mutation_writes_and_what_is_read_afterwards_sees_it(run: Any, samples: SampleRecords) -> None:
    query = """mutation ($id: ID!, $text: NoteInput!) { renameProject(id: $id, text: $text) { count mood } }"""
    given = {"id": samples["bank"], "text": {"language": "en", "body": "Renamed"}}
    assert codes(run(query, given)) == ["FORBIDDEN"]
    assert run(query, given, samples.as_(Role.ADMIN)).data == {"renameProject": {"count": 1, "mood": "BUSY"}}
    shown = run("query ($id: ID!) { project(id: $id) { name } }", {"id": samples["bank"]})
    assert shown.data == {"project": {"name": "Renamed"}}


def test_a_plugins_rule_closes_a_mutation_of_core(run: Any, samples: SampleRecords) -> None:
    query = """mutation { createProject(input: {name: [{language: EN, text: "x"}]}) { project { id }
        userErrors { code message } } }"""
    result = run(query, None, samples.as_(Role.ADMIN))
    assert result.data["createProject"] == {
        "project": None, "userErrors": [{"code": "FORBIDDEN", "message": "Entries are closed."}]
    }  # fmt: skip


def test_only_a_mutation_may_write(sqlite_database: Database, samples: SampleRecords) -> None:
    def writes(context: Any) -> str:
        with context.write():
            return "written"

    made = SimpleNamespace(manifest=Manifest(name="writer", version="1.0.0", api=">=1.0,<2"), __name__="writer")
    made.register_queries = hookimpl(
        lambda: [declare.Query(name="sneak", type="String", description="Writes.", resolve=writes)]
    )
    host = Host.load({}, plugins=[made], expected=(SchemaError,))
    schema = build_schema(host)
    services = Services(sqlite_database, Settings(), schema.registry, host=host)
    assert codes(execute(schema, services, Actor.public(), "{ sneak }")) == ["FORBIDDEN"]


def test_a_field_on_a_type_that_nobody_declares_stops_the_start() -> None:
    stray = declare.Field(on="Spaceship", name="x", type="Int", description="X.", resolve=lambda parents, context: [])
    made = SimpleNamespace(manifest=Manifest(name="stray", version="1.0.0", api=">=1.0,<2"), __name__="stray")
    made.register_fields = hookimpl(lambda: [stray])
    with pytest.raises(PluginStartError, match="Spaceship"):
        build_schema(Host.load({}, plugins=[made]))


def test_a_plugins_subscription_streams_and_its_failure_ends_it_with_a_code(
    sqlite_database: Database, samples: SampleRecords
) -> None:
    async def count(context: Any, to: int) -> AsyncIterator[int]:
        for number in range(to):
            yield number
        raise RuntimeError("select * from secrets")

    made = SimpleNamespace(manifest=Manifest(name="counter", version="1.0.0", api=">=1.0,<2"), __name__="counter")
    to = declare.Argument(name="to", type="Int!", description="How far.")
    counting = declare.Subscription(
        name="counting", type="Int!", description="Counts.", subscribe=count, arguments=[to], visible_to=["REVIEWER"]
    )
    made.register_subscriptions = hookimpl(lambda: [counting])
    host = Host.load({}, plugins=[made], expected=(SchemaError,))
    schema = build_schema(host)
    services = Services(sqlite_database, Settings(), schema.registry, host=host)

    async def watch(actor: Actor) -> list[ExecutionResult]:
        stream = await subscribe(schema, services, actor, "subscription { counting(to: 2) }")
        return [stream] if isinstance(stream, ExecutionResult) else [event async for event in stream]

    *events, last = asyncio.run(watch(samples.as_(Role.REVIEWER)))
    assert [event.data for event in events] == [{"counting": 0}, {"counting": 1}]
    assert codes(last) == ["PLUGIN_FAILED"]
    [refused] = asyncio.run(watch(Actor.public()))
    assert codes(refused) == ["FORBIDDEN"]
