"""What if an investor's mandate were another: a list for one call, checked and shown as a saved one would be."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse

from recommender.serving.service import Recommender
from schema.compiled import Planner
from schema.execution.calls import Call
from schema.request.context import Services, open_context
from schema.types.build import RoadshowSchema
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.settings import Settings
from tests.schema.domain.rankings.test_rankings import Run
from tests.schema.samples import SampleRecords

LIST = """query ($id: ID!, $mandate: MandateInput) { investor(id: $id) { rankedProjects(options: {mandate: $mandate}) {
    totalCount gatedCount snapshot { id } edges { rank score node { id } contributions { block points } } } } }"""
SAVE = """mutation ($id: ID!, $mandate: MandateInput!, $version: Int) {
    setMandate(investor: $id, mandate: $mandate, ifVersion: $version) {
        investor { version thesis(lang: "en") mandate { stages projectKinds
            cheque { minimum { amount currency } maximum { amount } } tracks { track { id } weight } } }
        userErrors { code field } } }"""


@pytest.fixture
def services(sqlite_database: Database, schema: RoadshowSchema) -> Services:
    settings = Settings()
    recommender = Recommender(sqlite_database, settings=settings)
    return Services(sqlite_database, settings, schema.registry, recommender=recommender)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def stated(samples: SampleRecords, mandate: dict[str, Any]) -> dict[str, Any]:
    """With ids for the names of what is excluded."""
    excluded = [{kind: samples[name] for kind, name in each.items()} for each in mandate.get("exclusions", ())]
    return {**mandate, "exclusions": excluded} if excluded else mandate


def listed(
    run: Run, samples: SampleRecords, mandate: dict[str, Any] | None, role: Role = Role.INVESTOR
) -> dict[str, Any]:
    result = run(LIST, {"id": samples["investor"], "mandate": mandate}, samples.as_(role))
    assert result.errors is None, result.errors
    answer: dict[str, Any] = result.data["investor"]["rankedProjects"]  # type: ignore[index]
    return answer


MANDATES: list[dict[str, Any]] = [
    {"tracks": []},
    {"stages": ["SERIES_C"], "projectKinds": ["FUND"]},
    {"places": [], "excludedIndustries": []},
    {"cheque": {"minimum": "1", "maximum": "2", "currency": "CNY"}, "industries": []},
    {"cheque": None, "stages": None},
    {"exclusions": [{"project": "lidar"}, {"organisation": "organisation"}]},
]


@pytest.mark.parametrize("mandate", MANDATES, ids=lambda mandate: "+".join(mandate))
def test_a_draft_gives_the_list_that_it_gives_when_it_is_saved(
    run: Run, samples: SampleRecords, services: Services, mandate: dict[str, Any]
) -> None:
    mandate = stated(samples, mandate)
    before = listed(run, samples, None)
    tried = listed(run, samples, mandate)
    assert listed(run, samples, None) == before, "nothing is saved"
    saved = run(SAVE, {"id": samples["investor"], "mandate": mandate}, samples.as_(Role.INVESTOR))
    assert saved.errors is None
    assert saved.data["setMandate"]["userErrors"] == []  # type: ignore[index]
    services.recommender.refresh()  # type: ignore[union-attr]
    after = listed(run, samples, None)
    assert tried == after, "to an investor a snapshot's id is its answer's, and tells nothing of what was written"


def test_both_executors_answer_a_draft_alike(
    schema: RoadshowSchema, services: Services, run: Run, samples: SampleRecords
) -> None:

    planner = Planner(schema, services)

    document = parse(LIST)
    actor = samples.as_(Role.INVESTOR)
    for mandate in MANDATES:
        variables = {"id": samples["investor"], "mandate": stated(samples, mandate)}
        planned = planner.find(LIST, document, document.definitions[0], actor.role)  # type: ignore[arg-type]
        answered = planner.answer(planned, Call(actor, (), variables, lambda: open_context(services, actor, ())))
        assert answered.data == run(LIST, variables, actor).data
    assert planner.counts["planned"] == len(MANDATES)
    planner.close()


@pytest.mark.parametrize(
    ("mandate", "code", "field"),
    [
        ({"tracks": [{"id": "trk_unknown"}]}, "BAD_USER_INPUT", "options.mandate.tracks"),
        ({"exclusions": [{}]}, "BAD_USER_INPUT", "options.mandate.exclusions"),
        ({"exclusions": [{"project": "prj_unknown"}]}, "BAD_USER_INPUT", "options.mandate.exclusions"),
        ({"places": ["inv_x"]}, "BAD_USER_INPUT", "options.mandate.places"),
        ({"tracks": [{"id": "{digital_track}", "weight": 0}]}, "BAD_USER_INPUT", "options.mandate.tracks"),
        ({"thesis": [{"language": "en", "text": "Anything else"}]}, "UNAVAILABLE", "mandate"),
    ],
)
def test_what_cant_be_tried_is_told_so(
    run: Run, samples: SampleRecords, mandate: dict[str, Any], code: str, field: str
) -> None:
    if "tracks" in mandate:
        mandate = {"tracks": [{**each, "id": each["id"].format(**samples.ids)} for each in mandate["tracks"]]}
    result = run(LIST, {"id": samples["investor"], "mandate": mandate}, samples.as_(Role.INVESTOR))
    assert [error.extensions["code"] for error in result.errors or ()] == [code]
    assert result.errors[0].extensions["field"] == field  # type: ignore[index]


def test_nobody_else_tries_an_investors_mandate(run: Run, samples: SampleRecords) -> None:
    for actor in (Actor.public(), samples.as_(Role.PLANNER), samples.as_(Role.TALENT)):
        result = run(LIST, {"id": samples["investor"], "mandate": {"tracks": []}}, actor)
        assert [error.extensions["code"] for error in result.errors or ()] == ["FORBIDDEN"]
    place = "query ($id: ID!) { place(id: $id) { rankedProjects(options: {mandate: {tracks: []}}) { totalCount } } }"
    result = run(place, {"id": samples["kunshan"]})
    assert [error.extensions["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"]


def test_the_whole_mandate_is_saved_at_once_or_not_at_all(run: Run, samples: SampleRecords) -> None:
    mandate = {
        "thesis": [{"language": "en", "text": "Cells and light"}],
        "stages": ["SEED", "ANGEL"],
        "cheque": {"minimum": "1000000", "currency": "CNY"},
        "tracks": [{"id": samples["digital_track"], "weight": 3}],
    }
    actor = samples.as_(Role.INVESTOR)
    made = run(SAVE, {"id": samples["investor"], "mandate": mandate}, actor).data["setMandate"]["investor"]  # type: ignore[index]
    assert made["thesis"] == "Cells and light"
    assert made["mandate"]["stages"] == ["SEED", "ANGEL"]
    assert made["mandate"]["cheque"] == {"minimum": {"amount": "1000000", "currency": "CNY"}, "maximum": None}
    stale = {"id": samples["investor"], "mandate": {"stages": []}, "version": made["version"] - 1}
    refused = run(SAVE, stale, actor).data["setMandate"]  # type: ignore[index]
    assert [each["code"] for each in refused["userErrors"]] == ["CONFLICT"]
    half = {"stages": [], "tracks": [{"id": "trk_unknown"}]}
    refused = run(SAVE, {"id": samples["investor"], "mandate": half}, actor).data["setMandate"]  # type: ignore[index]
    assert [each["code"] for each in refused["userErrors"]] == ["NOT_FOUND"]
    query = "query ($id: ID!) { investor(id: $id) { stages version } }"
    now = run(query, {"id": samples["investor"]}, actor).data["investor"]  # type: ignore[index]
    assert now == {"stages": ["SEED", "ANGEL"], "version": made["version"]}


def test_an_investor_is_told_where_it_stands_for_a_project(run: Run, samples: SampleRecords) -> None:
    query = """query ($p: ID!, $c: ID!) { fit(project: $p, counterpart: $c) { standing { rank total } } }"""
    own = {"p": samples["lidar"], "c": samples["investor"]}
    found = run(query, own, samples.as_(Role.INVESTOR)).data["fit"]["standing"]  # type: ignore[index]
    assert 1 <= found["rank"] <= found["total"] == 2
    assert run(query, own, Actor.public()).errors
    place = run(query, {"p": samples["lidar"], "c": samples["kunshan"]}).data["fit"]["standing"]  # type: ignore[index]
    assert place["rank"] <= place["total"]
