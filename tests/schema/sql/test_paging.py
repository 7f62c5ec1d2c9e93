"""Connections: keyset pages that neither skip nor repeat, in any order, forwards and backwards, nested or not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import ExecutionResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.execution.execute import execute
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import FundingStage
from store.settings import Settings
from tests.schema.conftest import Ask
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]

PAGE = """query ($first: Int, $last: Int, $after: String, $before: String, $order: [ProjectOrder!]) {
    projects(first: $first, last: $last, after: $after, before: $before, orderBy: $order) {
        edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""

ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["NAME", "FOUNDED", "FUNDING_STAGE", "CREATED_AT", "TECHNOLOGY_READINESS"]),
            "direction": st.sampled_from(["ASC", "DESC"]),
        }
    ),
    max_size=3,
)


@pytest.fixture
def many(database: Database) -> list[str]:
    """Forty projects with many equal and missing values to order by."""
    chance = random.Random(7)
    rows = [
        models.Project(
            name=chance.choice([{}, {"en": "Same"}, {"en": f"name {chance.randrange(9)}"}, {"zh": "名"}]),
            founded=chance.choice([None, "2020", "2020-03", "2021-H2", "--07"]),
            funding_stage=chance.choice([None, *FundingStage]),
            technology_readiness=chance.choice([None, 1, 5, 9]),
        )
        for _ in range(40)
    ]
    with database.write(Actor.system("tests")) as session:
        session.add_all(rows)
    return [row.id for row in rows]


def walk(ask: Ask, order: list[dict[str, str]], size: int, backwards: bool) -> Iterator[list[str]]:
    """The ids of each page, until there is none left; pages of a backwards walk come last page first."""
    cursor = None
    while True:
        arguments: dict[str, Any] = {"order": order, "last" if backwards else "first": size}
        arguments["before" if backwards else "after"] = cursor
        page = ask(PAGE, arguments)["projects"]
        yield [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasPreviousPage" if backwards else "hasNextPage"]:
            return
        cursor = page["pageInfo"]["startCursor" if backwards else "endCursor"]


def test_nodes_are_the_rows_of_the_edges(ask: Ask, samples: SampleRecords) -> None:
    page = "first: 3) { nodes { id } edges { node { id } } }"
    data = ask(f"""{{ projects({page} tracks(first: 1) {{ nodes {{ projects({page} }} }}
        search(query: "激光", {page} }}""")
    nested = data["tracks"]["nodes"][0]["projects"]
    for found in (data["projects"], nested, data["search"]):
        assert found["nodes"]
        assert found["nodes"] == [edge["node"] for edge in found["edges"]]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=ORDERS, size=st.integers(1, 17))
def test_pages_make_up_the_whole_in_both_directions(ask: Ask, many: list[str], order: Any, size: int) -> None:
    whole = [edge["node"]["id"] for edge in ask(PAGE, {"first": 100, "order": order})["projects"]["edges"]]
    assert sorted(whole) == sorted(many)
    assert [each for page in walk(ask, order, size, backwards=False) for each in page] == whole
    assert [each for page in reversed(list(walk(ask, order, size, backwards=True))) for each in page] == whole


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=ORDERS, size=st.integers(3, 12), seed=st.integers(0, 10**6))
def test_inserts_between_pages_neither_skip_nor_repeat(
    ask: Ask, database: Database, many: list[str], order: Any, size: int, seed: int
) -> None:
    chance = random.Random(seed)
    seen: list[str] = []
    added: list[models.Project] = []
    for page in walk(ask, order, size, backwards=chance.random() < 0.5):
        seen += page
        if len(added) < 10:
            name = {"en": f"name {chance.randrange(9)}"}
            added.append(models.Project(name=name, founded=chance.choice([None, "2020"])))
            with database.write(Actor.system("tests")) as session:
                session.add(added[-1])
    with database.write(Actor.system("tests")) as session:
        for row in added:
            session.delete(session.get_one(models.Project, row.id))
    assert len(seen) == len(set(seen)), "a row came twice"
    assert set(many) <= set(seen), "a row that was there all the time was skipped"


def test_first_with_last_gives_the_last_of_the_first(ask: Ask, many: list[str]) -> None:
    page = ask(PAGE, {"first": 10, "last": 3})["projects"]
    whole = sorted(many)
    assert [edge["node"]["id"] for edge in page["edges"]] == whole[7:10]
    assert page["pageInfo"]["hasNextPage"]
    assert page["pageInfo"]["hasPreviousPage"]


def test_between_two_cursors(ask: Ask, many: list[str]) -> None:
    edges = ask(PAGE, {"first": 20})["projects"]["edges"]
    page = ask(PAGE, {"first": 100, "after": edges[2]["cursor"], "before": edges[7]["cursor"]})["projects"]
    assert page["edges"] == edges[3:7]


@pytest.mark.parametrize(("asked", "answered"), [(0, 0), (3, 3), (100, 40), (None, 20)])
def test_sizes_in_range_are_what_is_asked(ask: Ask, many: list[str], asked: int | None, answered: int) -> None:
    for name in ("first", "last"):
        assert len(ask(PAGE, {name: asked})["projects"]["edges"]) == answered


SIZED = {
    "projects": "{ projects(%s) { nodes { id } } }",
    "count": "{ projects(%s) { totalCount } }",
    "nested": "{ tracks { nodes { projects(%s) { nodes { id } } } } }",
    "search": '{ search(query: "laser", %s) { nodes { id } } }',
    "facets": "{ projectFacets { byTrack(%s) { total } } }",
}


def test_sizes_out_of_range_are_errors_that_name_the_range(run: Run, samples: SampleRecords) -> None:
    for query in SIZED.values():
        for asked in ["first: 101", "first: -1", "last: 101", "last: -1", "first: 3, last: 1000"]:
            if "Facets" in query and "last" in asked:
                continue
            (error,) = {(each.message, each.extensions["field"]) for each in run(query % asked).errors or ()}
            name, size = asked.split(", ")[-1].split(": ")
            assert error == (f"{name}: {size} is out of range; give 0 to 100.", name)


TOO_MUCH: dict[str, tuple[str, dict[str, Any], str]] = {
    "nodes": (
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["prj_none"] * 101},
        "ids: give at most 100 ids at once; these are 101.",
    ),
    "search": (
        "query ($text: String!) { search(query: $text) { totalCount } }", {"text": " ".join(map(str, range(17)))},
        "query: The text has 17 words and quoted phrases; search for at most 16.",
    ),
    "filter": (
        "query ($text: String!) { projects(filter: { search: $text }) { totalCount } }", {"text": "laser " * 200},
        "search: The text has 1,200 characters; search for at most 1,000.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_beyond_a_limit_is_an_error_instead_of_left_out(run: Run, name: str) -> None:
    query, variables, told = TOO_MUCH[name]
    result = run(query, variables)
    assert [(each.message, each.extensions["field"]) for each in result.errors or ()] == [(told, told.split(":")[0])]


def test_a_search_pages_both_ways(ask: Ask, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        session.add_all(models.Project(name={"en": f"tidal {'tidal ' * (at % 3)}power"}) for at in range(11))
    query = """query ($first: Int, $last: Int, $after: String, $before: String) {
        search(query: "tidal", first: $first, last: $last, after: $after, before: $before) {
            edges { cursor score node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    whole = ask(query, {"first": 100})["search"]["edges"]
    assert len(whole) == 11
    backwards: list[Any] = []
    cursor = None
    while True:
        page = ask(query, {"last": 4, "before": cursor})["search"]
        assert page["pageInfo"]["hasNextPage"] == (cursor is not None)
        backwards = page["edges"] + backwards
        cursor = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert backwards == whole
    typed = "query ($text: String!, $prefix: Boolean!) { search(query: $text, prefix: $prefix) { totalCount } }"
    counts = [ask(typed, {"text": text, "prefix": True})["search"]["totalCount"] for text in ("t", "tid", "tidals")]
    assert counts == [11, 11, 11]
    assert ask(typed, {"text": "tid", "prefix": False})["search"]["totalCount"] == 0
    between = ask(query, {"first": 5, "last": 2, "after": whole[1]["cursor"], "before": whole[10]["cursor"]})
    assert between["search"]["edges"] == whole[5:7]


@pytest.mark.parametrize("cursor", ["", "x", "bm9uc2Vuc2U", "W10", "WyJhIiwxXQ", "é", "bnVsbA", "e30", "Wzcs"])
def test_what_is_no_cursor_is_told_so(run: Run, many: list[str], cursor: str) -> None:
    result = run(PAGE, {"first": 3, "after": cursor})
    assert result.errors
    assert result.errors[0].extensions == {"code": "BAD_USER_INPUT", "field": "after"}


def test_a_cursor_of_another_order_is_refused(run: Run, ask: Ask, many: list[str]) -> None:
    cursor = ask(PAGE, {"first": 1, "order": [{"field": "NAME"}]})["projects"]["edges"][0]["cursor"]
    result = run(PAGE, {"first": 1, "order": [{"field": "FOUNDED"}], "after": cursor})
    assert result.errors
    assert result.errors[0].extensions["code"] == "BAD_USER_INPUT"


def test_a_field_named_again_changes_nothing_of_an_order(ask: Ask, many: list[str]) -> None:
    order = [{"field": "NAME", "direction": "DESC"}, {"field": "CREATED_AT"}]
    repeated = [*order, *[{"field": "NAME"}, {"field": "CREATED_AT", "direction": "DESC"}] * 50]
    assert ask(PAGE, {"first": 100, "order": repeated}) == ask(PAGE, {"first": 100, "order": order})


def test_names_are_ordered_in_the_language_of_the_reader(ask: Ask, samples: SampleRecords) -> None:
    query = "{ places(orderBy: [{field: NAME}]) { edges { node { name } } } }"
    english = [edge["node"]["name"] for edge in ask(query, languages=("en",))["places"]["edges"]]
    chinese = [edge["node"]["name"] for edge in ask(query, languages=("zh",))["places"]["edges"]]
    assert english == ["China", "Dalian", "Jiangsu", "Kunshan", "Suzhou"]
    assert chinese == sorted(chinese)


def test_stages_are_ordered_as_they_follow_each_other(ask: Ask, many: list[str]) -> None:
    query = "{ projects(first: 100, orderBy: [{field: FUNDING_STAGE}]) { edges { node { fundingStage } } } }"
    stages = [edge["node"]["fundingStage"] for edge in ask(query)["projects"]["edges"]]
    stated = [stage for stage in stages if stage]
    declared = list(FundingStage.__members__)
    assert stated == sorted(stated, key=declared.index)
    assert stages[: len(stated)] == stated, "what isn't stated comes last"


def test_nested_pages_are_each_parents_own(ask: Ask, samples: SampleRecords) -> None:
    query = """query ($after: String) { tracks { edges { node { code projects(first: 1, after: $after) {
        totalCount edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } } } }"""
    tracks = {edge["node"]["code"]: edge["node"]["projects"] for edge in ask(query)["tracks"]["edges"]}
    assert tracks["health"]["totalCount"] == 2  # the draft isn't counted
    assert tracks["digital"]["totalCount"] == 1
    assert tracks["health"]["pageInfo"]["hasNextPage"]
    assert not tracks["digital"]["pageInfo"]["hasNextPage"]
    following = ask(query, {"after": tracks["health"]["pageInfo"]["endCursor"]})
    after = {edge["node"]["code"]: edge["node"]["projects"]["edges"] for edge in following["tracks"]["edges"]}
    assert [edge["node"]["id"] for edge in after["health"]] == [samples["bank"]]


def test_a_page_and_its_count_are_read_only_if_asked_for(
    sqlite_database: Database, schema: RoadshowSchema, statements: Callable[[Database], Any]
) -> None:
    services = Services(sqlite_database, Settings(), schema.registry)
    with statements(sqlite_database) as read:
        execute(schema, services, Actor.public(), "{ projects { __typename } }")
    assert read == []
    with statements(sqlite_database) as read:
        execute(schema, services, Actor.public(), "{ projects { totalCount } }")
    assert len(read) == 1
    assert "count(*)" in read[0].lower()
