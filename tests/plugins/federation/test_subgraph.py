"""The federation's plugin: nothing unless it is switched on; a subgraph's schema, and records by type and id."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import build_schema as schema_of_text
from graphql import graphql_sync, parse, print_ast

import plugins.federation
from api.assembly.core_contributions import CORE_PARTS
from plugins.federation.subgraph import MOST, subgraph
from plugins.host.host import Host
from schema.compiled import Planner
from schema.declarations.errors import SchemaError
from schema.execution.in_process_client import InProcessClient
from schema.request.context import Services
from schema.types.build import RoadshowSchema, build_schema
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.settings import Settings
from tests.schema.compiled.changes import execute_by_both
from tests.schema.domain.accounts.test_accounts import signed_in
from tests.schema.samples import SampleRecords, make_samples

ENTITIES = """query ($given: [_Any!]!) { _entities(representations: $given) {
    __typename ... on Project { id name } ... on Investor { name } ... on Account { email } } }"""


@cache
def host(subgraph: bool) -> Host:
    return Host.load(
        {"federation": {"subgraph": subgraph}}, core=CORE_PARTS, plugins=[plugins.federation], expected=(SchemaError,)
    )


@cache
def schema() -> RoadshowSchema:
    return build_schema(host(True))


@pytest.fixture
def samples(sqlite_database: Database) -> SampleRecords:
    return make_samples(sqlite_database)


def asked(database: Database, actor: Actor, document: str, **variables: Any) -> Any:
    built = schema()
    services = Services(database, Settings(), built.registry, host=host(True))
    services = replace(services, client=InProcessClient(built, Planner(built, services)))
    return execute_by_both(Planner(built, services), actor, document, variables=variables)


def test_it_is_off_unless_it_is_switched_on() -> None:
    assert [state.state for state in host(False).states()] == ["ACTIVE"]
    assert build_schema(host(False)).as_str() == build_schema().as_str()


def test_records_are_found_by_type_and_id_as_the_actor_sees_them(
    sqlite_database: Database, samples: SampleRecords
) -> None:
    colleague = signed_in(sqlite_database, "one@example.org")
    given = [
        {"__typename": "Project", "id": samples["lidar"], "name": "what another service knows"},
        {"__typename": "Investor", "id": samples["lidar"]},
        {"__typename": "Project", "id": samples["draft"]},
        {"__typename": "Project", "id": "prj_00000000000000000000000000"},
        {"__typename": "Investor", "id": samples["investor"]},
        {"__typename": "Account", "id": colleague.account_id},
        {"__typename": "Project", "id": samples["lidar"]},
    ]
    found = asked(sqlite_database, colleague, ENTITIES, given=given)
    assert found.errors is None, found.errors
    project, other, draft, unknown, investor, account, again = found.data["_entities"]
    assert project == again
    assert (project["id"], project["name"]) == (samples["lidar"], "Beam")
    assert other is draft is unknown is None
    assert investor["__typename"] == "Investor"
    assert account == {"__typename": "Account", "email": "one@example.org"}
    public = asked(sqlite_database, Actor.public(), ENTITIES, given=given)
    assert public.data["_entities"][5] is None
    organiser = asked(sqlite_database, samples.as_(Role.ORGANISER), ENTITIES, given=given)
    assert organiser.data["_entities"][2]["id"] == samples["draft"]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ([{"__typename": "Project"}], "representations.0 needs __typename and id"),
        (["prj_1"], "representations.0 needs __typename and id"),
        ([{"__typename": "Project", "id": "x"}] * (MOST + 1), f"at most {MOST}"),
    ],
)
def test_what_is_no_key_is_refused(
    sqlite_database: Database, samples: SampleRecords, given: list[Any], problem: str
) -> None:
    answer = asked(sqlite_database, Actor.public(), ENTITIES, given=given)
    assert answer.data == {"_entities": None}
    (error,) = answer.errors
    assert problem in error.message
    assert error.extensions["code"] == "BAD_USER_INPUT"


def test_the_schema_is_what_it_was_with_keys(sqlite_database: Database) -> None:
    text = asked(sqlite_database, Actor.public(), "{ _service { sdl } }").data["_service"]["sdl"]
    plain = text.replace(' @key(fields: "id")', "").replace(" @shareable", "").partition("\n\n")[2]
    core = build_schema()._schema
    assert schema_of_text(plain).type_map.keys() == core.type_map.keys()
    assert text.count("@key(") == len(core.get_possible_types(core.type_map["Node"]))  # type: ignore[arg-type]
    assert "type PageInfo @shareable {" in text
    again = subgraph(print_ast(parse(plain)))
    assert again == text, "what is a subgraph's is told from the rest"


def test_two_servers_in_one_process_each_tell_their_own_schema() -> None:
    texts = []
    for name in ("First", "Second"):
        plain = schema_of_text(f"type Query {{ it: {name} }} type {name} {{ name: String }}")
        (service,) = (
            each for each in plugins.federation.register_queries(plugins.federation.Settings(subgraph=True))
            if each.name == "_service"
        )  # fmt: skip
        context = SimpleNamespace(ask=lambda query, schema=plain: {"data": graphql_sync(schema, query).data})
        texts.append(service.resolve(context)["sdl"])
    assert "type First {" in texts[0]
    assert "type Second {" in texts[1]
    assert "First" not in texts[1]
