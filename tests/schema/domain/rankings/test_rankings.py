"""Rankings over GraphQL: the real recommender, what each actor may be given, and laws of every answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from graphql import ExecutionResult
from sqlalchemy import Select
from sqlalchemy.orm import Session

from recommender.serving.rerankers import Candidate, RerankRequest
from recommender.serving.service import Recommender
from schema.execution.execute import execute
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import ProjectStatus, Role
from store.settings import Settings
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]

ITEM = """node { id } rank score contributions { block points declared history reason } reasons
    gates { gate passed reason }"""


@pytest.fixture
def services(sqlite_database: Database, schema: RoadshowSchema) -> Services:
    settings = Settings()
    recommender = Recommender(sqlite_database, settings=settings)
    return Services(sqlite_database, settings, schema.registry, recommender=recommender)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def names_of(samples: SampleRecords, ranked: dict[str, Any]) -> set[str]:
    short = {identifier: name for name, identifier in samples.ids.items()}
    return {short[edge["node"]["id"]] for edge in ranked["edges"]}


def ranked(
    run: Run, samples: SampleRecords, actor: Actor, arguments: str = "", subject: str = "investor"
) -> dict[str, Any]:
    query = f"""query ($id: ID!) {{ {subject}(id: $id) {{ rankedProjects{arguments} {{
        totalCount gatedCount snapshot {{ id modelVersion scale weights {{ block weight }} }}
        pageInfo {{ hasNextPage endCursor }} nodes {{ id }} edges {{ cursor {ITEM} }} }} }} }}"""
    identifier = samples["investor"] if subject == "investor" else samples["kunshan"]
    result = run(query, {"id": identifier}, actor)
    assert result.errors is None, result.errors
    answer: dict[str, Any] = result.data[subject]["rankedProjects"]  # type: ignore[index]
    return answer


def test_an_investors_list_adds_up(run: Run, samples: SampleRecords) -> None:
    answer = ranked(run, samples, samples.as_(Role.INVESTOR))
    assert [edge["rank"] for edge in answer["edges"]] == list(range(1, len(answer["edges"]) + 1))
    scores = [edge["score"] for edge in answer["edges"]]
    assert scores == sorted(scores, reverse=True)
    for edge in answer["edges"]:
        assert 0 <= edge["score"] <= 100
        assert sum(each["points"] for each in edge["contributions"]) == pytest.approx(edge["score"], abs=1e-6)
        assert edge["reasons"]
        assert all(gate["passed"] for gate in edge["gates"])
    assert answer["totalCount"] == len(answer["edges"])
    assert answer["nodes"] == [{"id": edge["node"]["id"]} for edge in answer["edges"]]
    assert answer["snapshot"]["modelVersion"]


def test_what_was_passed_on_is_left_out_unless_asked_for(
    run: Run, samples: SampleRecords, database: Database, services: Services
) -> None:
    actor = samples.as_(Role.INVESTOR)
    assert "closed" in names_of(samples, ranked(run, samples, actor))
    with database.write(actor) as session:
        session.add(models.Interest(subject_id=samples["investor"], project_id=samples["closed"], kind="PASS"))
    services.recommender.refresh()  # type: ignore[union-attr]
    assert "closed" not in names_of(samples, ranked(run, samples, actor))
    assert "closed" in names_of(samples, ranked(run, samples, actor, "(options: {excludePassed: false})"))


def test_a_draft_is_in_no_ranking_of_those_who_may_not_see_it(run: Run, samples: SampleRecords) -> None:
    for subject, role in (("investor", Role.INVESTOR), ("place", Role.PLANNER), ("place", Role.PUBLIC)):
        answer = ranked(run, samples, samples.as_(role), subject=subject)
        assert not {"draft", "archived"} & names_of(samples, answer)
    public = ranked(run, samples, Actor.public(), subject="place")
    planner = ranked(run, samples, samples.as_(Role.PLANNER), subject="place")
    assert "closed" not in names_of(samples, public)
    assert public["totalCount"] + public["gatedCount"] == 3, "what may not be seen isn't counted either"
    assert planner["totalCount"] + planner["gatedCount"] == 4


def test_the_same_filters_as_everywhere(run: Run, samples: SampleRecords) -> None:
    answer = ranked(run, samples, Actor.public(), '(filter: {search: "lidar"})', subject="place")
    assert names_of(samples, answer) == {"lidar"}


def test_pages_of_a_ranking_follow_each_other(run: Run, samples: SampleRecords) -> None:
    actor = samples.as_(Role.ORGANISER)
    options = "options: {excludePassed: false, excludePortfolio: false}"
    whole = ranked(run, samples, actor, f"({options})", subject="place")
    seen: list[str] = []
    after = "null"
    while True:
        page = ranked(run, samples, actor, f"({options}, first: 1, after: {after})", subject="place")
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = f'"{page["pageInfo"]["endCursor"]}"'
    assert seen == [edge["node"]["id"] for edge in whole["edges"]]


BOTH_WAYS = """query ($id: ID!, $place: ID!, $first: Int, $last: Int, $after: String, $before: String) {
    place(id: $place) { rankedProjects(first: $first, last: $last, after: $after, before: $before) { ...Page } }
    project(id: $id) {
        similar(first: $first, last: $last, after: $after, before: $before) { ...Page }
        rankedInvestors(first: $first, last: $last, after: $after, before: $before) {
            edges { cursor rank } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }
fragment Page on RankedProjectConnection {
    edges { cursor rank } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"""


def page_of(run: Run, samples: SampleRecords, kind: str, **arguments: object) -> dict[str, Any]:
    variables = {"id": samples["lidar"], "place": samples["kunshan"], **arguments}
    result = run(BOTH_WAYS, variables, samples.as_(Role.ORGANISER))
    wrong = [error for error in result.errors or () if (error.path or [""])[-1] == kind]
    assert not wrong, wrong  # a cursor of one list is none of another
    found: dict[str, Any] = {**result.data["place"], **result.data["project"]}[kind]  # type: ignore[index]
    return found


def ids(page: dict[str, Any]) -> list[str]:
    return [each["id"] for each in page["nodes"]]


@pytest.mark.parametrize("kind", ["rankedProjects", "similar", "rankedInvestors"])
def test_a_ranking_pages_both_ways(run: Run, samples: SampleRecords, kind: str) -> None:
    whole = page_of(run, samples, kind, first=100)
    assert whole["edges"]
    assert whole["pageInfo"]["hasPreviousPage"] is whole["pageInfo"]["hasNextPage"] is False
    for size in (1, 2):
        seen: list[str] = []
        cursor = None
        while True:
            found = page_of(run, samples, kind, last=size, before=cursor)
            assert found["pageInfo"]["hasNextPage"] == (cursor is not None)
            assert [edge["rank"] for edge in found["edges"]] == [1 + ids(whole).index(each) for each in ids(found)]
            seen = ids(found) + seen
            if not found["pageInfo"]["hasPreviousPage"]:
                break
            cursor = found["pageInfo"]["startCursor"]
        assert seen == ids(whole)


def test_a_page_of_a_ranking_lies_between_cursors(run: Run, samples: SampleRecords) -> None:
    page = partial(page_of, run, samples, "rankedProjects")
    whole = page(first=100)
    first, second, third = (edge["cursor"] for edge in whole["edges"][:3])
    assert ids(page(after=first, before=third)) == ids(whole)[1:2]
    assert ids(page(last=100, after=second)) == ids(whole)[2:]
    assert ids(page(first=3, last=1)) == ids(whole)[2:3]
    assert ids(page(first=1, before=third)) == ids(whole)[:1]
    assert page(first=1, before=third)["pageInfo"]["hasNextPage"]
    assert page(last=0)["pageInfo"] == {
        "hasNextPage": False, "hasPreviousPage": True, "startCursor": None, "endCursor": None
    }  # fmt: skip


def test_pages_of_a_ranking_out_of_range_are_errors(run: Run, samples: SampleRecords) -> None:
    query = "query ($id: ID!) { place(id: $id) { rankedProjects(%s) { totalCount } } }"
    for asked, field in (("first: 101", "first"), ("last: -1", "last"), ('before: "x"', "before")):
        (error,) = run(query % asked, {"id": samples["kunshan"]}).errors or ()
        assert (error.extensions["code"], error.extensions["field"]) == ("BAD_USER_INPUT", field)


def test_reasons_are_told_in_the_language_asked_for(run: Run, samples: SampleRecords) -> None:
    query = """query ($id: ID!) { place(id: $id) { rankedProjects(first: 1) { edges {
        en: reasons(lang: EN) zh: reasons(lang: ZH) } } } }"""
    [edge] = run(query, {"id": samples["kunshan"]}).data["place"]["rankedProjects"]["edges"]  # type: ignore[index]
    assert edge["en"] != edge["zh"]
    assert any("\u4e00" <= letter <= "\u9fff" for sentence in edge["zh"] for letter in sentence)


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.TALENT, Role.PLANNER, Role.REVIEWER])
def test_an_investors_list_is_nobody_elses(run: Run, samples: SampleRecords, role: Role) -> None:
    query = "query ($id: ID!) { investor(id: $id) { name rankedProjects { totalCount } } }"
    result = run(query, {"id": samples["investor"]}, samples.as_(role))
    assert result.data == {"investor": {"name": "Example Capital", "rankedProjects": None}}
    assert [error.extensions["code"] for error in result.errors or ()] == ["FORBIDDEN"]


def test_an_investor_may_not_see_anothers_list(run: Run, samples: SampleRecords) -> None:
    query = "query ($id: ID!) { investor(id: $id) { rankedProjects { totalCount } } }"
    assert run(query, {"id": samples["rival"]}, samples.as_(Role.INVESTOR)).errors
    assert not run(query, {"id": samples["investor"]}, samples.as_(Role.INVESTOR)).errors
    assert not run(query, {"id": samples["rival"]}, samples.as_(Role.ORGANISER)).errors


def test_what_a_city_answered_moves_no_list_but_its_own(
    run: Run, samples: SampleRecords, database: Database, services: Services
) -> None:
    def scores(role: Role) -> dict[str, float]:
        edges = ranked(run, samples, samples.as_(role), subject="place")["edges"]
        return {edge["node"]["id"]: edge["score"] for edge in edges}

    before = scores(Role.PUBLIC), scores(Role.PLANNER)
    with database.write(Actor.system("tests")) as session:
        session.add(models.Interest(subject_id=samples["kunshan"], project_id=samples["bank"], kind="LIKE"))
    services.recommender.refresh()  # type: ignore[union-attr]
    assert scores(Role.PUBLIC) == before[0]
    assert scores(Role.PLANNER) != before[1]


def test_a_projects_investors_are_told_to_its_owner(run: Run, samples: SampleRecords) -> None:
    query = """query ($id: ID!) { project(id: $id) { rankedPlaces { edges { node { id } score } }
        similar { edges { node { id } } } rankedInvestors { edges { node { name } score } } } }"""
    owner = run(query, {"id": samples["lidar"]}, samples.as_(Role.TALENT))
    assert owner.errors is None
    assert owner.data
    assert {edge["node"]["name"] for edge in owner.data["project"]["rankedInvestors"]["edges"]} >= {"Rival Partners"}
    assert samples["lidar"] not in [edge["node"]["id"] for edge in owner.data["project"]["similar"]["edges"]]
    public = run(query, {"id": samples["lidar"]})
    assert public.data
    assert public.data["project"]["rankedInvestors"] is None
    assert public.data["project"]["rankedPlaces"]["edges"]


def test_a_fit_and_why_not(run: Run, samples: SampleRecords) -> None:
    query = """query ($p: ID!, $c: ID!) { whyNot(project: $p, counterpart: $c) { gate passed reason }
        fit(project: $p, counterpart: $c) { score passed contributions { points } gates { gate passed }
        snapshot { id } } }"""
    mine = run(query, {"p": samples["bank"], "c": samples["investor"]}, samples.as_(Role.INVESTOR))
    assert mine.errors is None
    assert mine.data
    assert {"passed", "portfolio"} <= {gate["gate"] for gate in mine.data["whyNot"]}
    assert not mine.data["fit"]["passed"]
    assert sum(each["points"] for each in mine.data["fit"]["contributions"]) == pytest.approx(mine.data["fit"]["score"])
    others = run(query, {"p": samples["bank"], "c": samples["rival"]}, samples.as_(Role.INVESTOR))
    assert others.data == {"whyNot": None, "fit": None}
    unseen = run(query, {"p": samples["draft"], "c": samples["kunshan"]})
    assert unseen.errors is None
    assert unseen.data == {"whyNot": None, "fit": None}


def test_a_matrix_of_places_and_projects_or_tracks(run: Run, samples: SampleRecords) -> None:
    query = """query ($places: [ID!]!, $projects: [ID!], $tracks: [ID!]) {
        fitMatrix(places: $places, projects: $projects, tracks: $tracks) {
            columns { id } rows { place { id } cells { score count } } } }"""
    places = [samples["kunshan"], samples["dalian"]]
    by_project = run(
        query, {"places": places, "projects": [samples["lidar"], samples["bank"]]}, samples.as_(Role.ORGANISER)
    )
    assert by_project.errors is None
    assert by_project.data
    assert [len(row["cells"]) for row in by_project.data["fitMatrix"]["rows"]] == [2, 2]
    by_track = run(query, {"places": places[:1], "tracks": [samples["health_track"]]}, samples.as_(Role.PLANNER))
    assert by_track.errors is None
    assert by_track.data
    assert by_track.data["fitMatrix"]["rows"][0]["cells"][0]["count"] == 2
    plain = run(query, {"places": [*places, "plc_unknown"]}, samples.as_(Role.ORGANISER))
    assert plain.errors is None
    assert plain.data
    matrix = plain.data["fitMatrix"]
    assert [row["place"]["id"] for row in matrix["rows"]] == places
    every = run("{tracks(first: 100) {nodes {id}}}").data["tracks"]["nodes"]  # type: ignore[index]
    assert {column["id"] for column in matrix["columns"]} == {each["id"] for each in every}
    columns = {"projects": [samples["lidar"], "prj_unknown"], "tracks": [samples["health_track"]]}
    both = run(query, {"places": places[:1], **columns}, samples.as_(Role.ORGANISER))
    assert both.errors is None
    assert both.data
    assert [each["id"] for each in both.data["fitMatrix"]["columns"]] == [samples["lidar"], samples["health_track"]]
    [row] = both.data["fitMatrix"]["rows"]
    assert [cell["count"] for cell in row["cells"]] == [1, 2]


def test_fit_by_track_counts_visible_projects_only(run: Run, samples: SampleRecords) -> None:
    query = "query ($id: ID!) { place(id: $id) { fitByTrack { track { code } count meanScore bestProjects { id } } } }"
    planner = run(query, {"id": samples["kunshan"]}, samples.as_(Role.PLANNER))
    assert planner.errors is None
    assert planner.data
    assert {each["track"]["code"]: each["count"] for each in planner.data["place"]["fitByTrack"]} == {
        "health": 2, "digital": 1,
    }  # fmt: skip
    public = run(query, {"id": samples["kunshan"]})
    assert public.data == {"place": {"fitByTrack": None}}


@pytest.mark.parametrize(
    "options",
    [
        '{weights: [{block: "no such block", weight: 1}]}',
        '{weights: [{block: "track", weight: 1}, {block: "track", weight: 2}]}',
        '{weights: [{block: "track", weight: -1}]}',
    ],
)
def test_options_that_cant_be_used_are_told_so(run: Run, samples: SampleRecords, options: str) -> None:
    query = f"query ($id: ID!) {{ place(id: $id) {{ rankedProjects(options: {options}) {{ totalCount }} }} }}"
    result = run(query, {"id": samples["kunshan"]})
    assert [error.extensions["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("diversity: 2", "options.diversity: 2.0 is out of range; give 0 to 1."),
        ("diversity: -1", "options.diversity: -1.0 is out of range; give 0 to 1."),
        ("exposureCap: 0", "options.exposureCap: 0.0 is out of range; give 0.01 to 1."),
        ("reasons: 21", "options.reasons: 21.0 is out of range; give 0 to 20."),
    ],
)
def test_options_out_of_range_are_errors_that_name_the_range(
    run: Run, samples: SampleRecords, given: str, told: str
) -> None:
    query = f"query ($id: ID!) {{ investor(id: $id) {{ rankedProjects(options: {{{given}}}) {{ totalCount }} }} }}"
    result = run(query, {"id": samples["investor"]}, samples.as_(Role.INVESTOR))
    (error,) = result.errors or ()
    assert (error.message, error.extensions["field"]) == (told, told.partition(":")[0])  # type: ignore[index]


def test_the_lines_of_a_counterfactual_are_in_range(run: Run, samples: SampleRecords) -> None:
    query = """query ($project: ID!, $counterpart: ID!) {
        fit(project: $project, counterpart: $counterpart) { counterfactual(within: 0) { within } } }"""
    result = run(query, {"project": samples["lidar"], "counterpart": samples["investor"]}, samples.as_(Role.INVESTOR))
    assert [each.message for each in result.errors or ()] == ["within: 0 is out of range; give 1 to 100."]


def test_weights_for_this_call_alone(run: Run, samples: SampleRecords) -> None:
    actor = samples.as_(Role.INVESTOR)
    plain = ranked(run, samples, actor)
    turned = ranked(run, samples, actor, '(options: {weights: [{block: "track", weight: 9}]})')
    assert turned["snapshot"]["id"] != plain["snapshot"]["id"]
    assert ranked(run, samples, actor)["snapshot"]["id"] == plain["snapshot"]["id"]


def test_without_a_recommender_it_is_told_so(
    sqlite_database: Database, schema: RoadshowSchema, samples: SampleRecords
) -> None:
    services = Services(sqlite_database, Settings(), schema.registry)
    query = "query ($id: ID!) { place(id: $id) { name rankedProjects { totalCount } } }"
    result = execute(schema, services, Actor.public(), query, variables={"id": samples["kunshan"]})
    assert result.data == {"place": {"name": "Kunshan", "rankedProjects": None}}
    assert [error.extensions["code"] for error in result.errors or ()] == ["UNAVAILABLE"]


def test_capabilities_and_viewer(run: Run, samples: SampleRecords) -> None:
    query = """{ viewer { role name subject { __typename } languages }
        capabilities { version pluginApi plugins { name } limits { name value }
            model { version encoder blocks { name weight description owner } gates { name description } } } }"""
    result = run(query, None, samples.as_(Role.PLANNER))
    assert result.errors is None
    assert result.data
    assert result.data["viewer"]["role"] == "PLANNER"
    assert result.data["viewer"]["subject"] == {"__typename": "Place"}
    assert {"name": "page", "value": 100.0} in result.data["capabilities"]["limits"]
    assert {block["name"] for block in result.data["capabilities"]["model"]["blocks"]} >= {"track", "industry"}


class Turned:
    """A reranker that turns the list around."""

    name = "turned"

    def rerank(self, items: Sequence[Candidate], request: RerankRequest) -> Sequence[str]:
        return [item.id for item in reversed(items)]


def test_a_rerankers_order_is_shown_and_its_name_with_it(run: Run, samples: SampleRecords, services: Services) -> None:
    query = """query ($id: ID!) { investor(id: $id) { rankedProjects {
        snapshot { rerankers } edges { rank score node { id } } } } }"""

    def asked() -> Any:
        result = run(query, {"id": samples["investor"]}, samples.as_(Role.INVESTOR))
        assert result.errors is None, result.errors
        assert result.data is not None
        return result.data["investor"]["rankedProjects"]

    plain = asked()
    assert services.recommender is not None
    services.recommender.rerankers = (Turned(),)
    try:
        turned = asked()
    finally:
        services.recommender.rerankers = ()
    assert plain["snapshot"]["rerankers"] == []
    assert turned["snapshot"]["rerankers"] == ["turned"]
    scores = [(edge["node"]["id"], edge["score"]) for edge in plain["edges"]]
    assert len(scores) > 1
    assert [(edge["node"]["id"], edge["score"]) for edge in turned["edges"]] == scores[::-1]
    assert [edge["rank"] for edge in turned["edges"]] == [edge["rank"] for edge in plain["edges"]]


def test_what_history_taught_is_data_and_for_the_subject_alone(run: Run, samples: SampleRecords) -> None:
    """And so is what would have to change; a city's visitor gets neither."""
    query = """query ($id: ID!, $project: ID!) {
        node(id: $id) { ... on Investor { rankedProjects(options: {personalised: true}) {
            learnt { block code name points chosen passed reason(lang: ZH) } } }
            ... on Place { rankedProjects { learnt { block } } } }
        fit(project: $project, counterpart: $id) { counterfactual(within: 1) { within possible block reason } } }"""
    own = run(query, {"id": samples["investor"], "project": samples["bank"]}, samples.as_(Role.INVESTOR))
    assert own.errors is None, own.errors
    assert own.data is not None
    for lesson in own.data["node"]["rankedProjects"]["learnt"]:
        assert lesson["chosen"] + lesson["passed"] > 0
        assert (lesson["points"] > 0) == (lesson["chosen"] > lesson["passed"])
        assert lesson["reason"].endswith("加分。" if lesson["points"] > 0 else "减分。")
    assert own.data["fit"]["counterfactual"]["within"] == 1
    assert own.data["fit"]["counterfactual"]["reason"]
    visitor = run(query, {"id": samples["kunshan"], "project": samples["lidar"]}, Actor.public())
    assert visitor.errors is None, visitor.errors
    assert visitor.data is not None
    assert visitor.data["node"]["rankedProjects"]["learnt"] == []
    assert visitor.data["fit"]["counterfactual"] is None


def test_whom_an_actor_may_see_is_read_again_after_a_write_and_only_then(
    run: Run, samples: SampleRecords, database: Database, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    keep = services.results.ids

    def counted(session: Session, statement: Select[Any]) -> list[str]:
        found = keep(session, statement)
        read.append(id(found))
        return found

    monkeypatch.setattr(services.results, "ids", counted)
    public = Actor.public()
    before = names_of(samples, ranked(run, samples, public, subject="place"))
    assert names_of(samples, ranked(run, samples, public, subject="place")) == before
    assert len(set(read)) == 1 < len(read), "the same ids were read twice"
    other = names_of(samples, ranked(run, samples, samples.as_(Role.PLANNER), subject="place"))
    assert other - before, "one actor got what was kept for another"
    hidden = next(iter(before))
    with database.write(samples.as_(Role.ADMIN)) as session:
        session.get_one(models.Project, samples[hidden]).status = ProjectStatus.DRAFT
    services.recommender.refresh()  # type: ignore[union-attr]
    assert names_of(samples, ranked(run, samples, public, subject="place")) == before - {hidden}
