"""Scores in words, what each thing asked for made of them, and lists that say when nothing fits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from graphql import ExecutionResult

from recommender.interface.bands import LEAST_SCORE, MEANINGS, Band, band_of
from recommender.serving.service import Recommender
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.settings import Settings
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]


@pytest.fixture
def services(sqlite_database: Database, schema: RoadshowSchema) -> Services:
    settings = Settings()
    recommender = Recommender(sqlite_database, settings=settings)
    return Services(sqlite_database, settings, schema.registry, recommender=recommender)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def test_bands_are_limits_from_the_strongest_down() -> None:
    assert list(LEAST_SCORE) == list(Band) == list(MEANINGS)
    assert list(LEAST_SCORE.values()) == sorted(LEAST_SCORE.values(), reverse=True)
    for band, least in LEAST_SCORE.items():
        assert band_of(least) is band
    assert band_of(0) is Band.NO_MATCH
    assert band_of(100) is Band.STRONG


def test_the_legend_is_told_in_both_languages(run: Run) -> None:
    query = "{ capabilities { bands { band leastScore en: meaning(lang: EN) zh: meaning(lang: ZH) } } }"
    bands = run(query).data["capabilities"]["bands"]  # type: ignore[index]
    assert [each["band"] for each in bands] == [band.value for band in Band]
    assert [each["leastScore"] for each in bands] == list(LEAST_SCORE.values())
    assert all(each["en"] != each["zh"] for each in bands)


def test_each_line_has_the_band_of_its_score_and_shares_that_add_up(run: Run, samples: SampleRecords) -> None:
    query = """query ($id: ID!) { place(id: $id) { rankedProjects(first: 20) {
        noStrongMatch declaresNothing coverage { aspect kind name wanted share count }
        edges { score band tooLittleText aspects { aspect kind name share points score band } } } } }"""
    ranked = run(query, {"id": samples["kunshan"]}).data["place"]["rankedProjects"]  # type: ignore[index]
    assert ranked["edges"]
    assert ranked["declaresNothing"] is False
    for edge in ranked["edges"]:
        assert edge["band"] == band_of(edge["score"]).value
        assert sum(each["share"] for each in edge["aspects"]) == pytest.approx(1, abs=1e-5)
        assert [each["share"] for each in edge["aspects"]] == sorted(
            (each["share"] for each in edge["aspects"]), reverse=True
        )
    assert sum(each["wanted"] for each in ranked["coverage"]) == pytest.approx(1)
    assert sum(each["share"] for each in ranked["coverage"]) == pytest.approx(1, abs=1e-5)


def test_a_list_for_one_priority_asks_for_it_alone(run: Run, samples: SampleRecords) -> None:
    every = """query ($id: ID!) { place(id: $id) { rankedProjects { coverage { aspect } } } }"""
    asked = run(every, {"id": samples["kunshan"]}).data["place"]["rankedProjects"]["coverage"]  # type: ignore[index]
    one = """query ($id: ID!, $only: ID) { place(id: $id) { rankedProjects(options: {only: $only}) {
        edges { aspects { aspect share } } } } }"""
    for each in asked:
        ranked = run(one, {"id": samples["kunshan"], "only": each["aspect"]}).data["place"]["rankedProjects"]  # type: ignore[index]
        assert ranked["edges"]
        assert all(edge["aspects"] == [{"aspect": each["aspect"], "share": 1.0}] for edge in ranked["edges"])


def test_a_list_for_what_nobody_asked_for_is_refused(run: Run, samples: SampleRecords) -> None:
    query = """query ($id: ID!) { place(id: $id) { rankedProjects(options: {only: "pri_none"}) { totalCount } } }"""
    result = run(query, {"id": samples["kunshan"]})
    assert [error.extensions["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"]
    assert "pri_none" in (result.errors or ())[0].message


def test_a_list_ends_where_scores_fall_below_a_band(run: Run, samples: SampleRecords) -> None:
    query = """query ($id: ID!, $least: Band!) { place(id: $id) { rankedProjects(first: 100,
        options: {leastBand: $least}) { pageInfo { hasNextPage } edges { score } } } }"""
    lengths = []
    for band in reversed(Band):
        ranked = run(query, {"id": samples["kunshan"], "least": band.value}).data["place"]["rankedProjects"]  # type: ignore[index]
        assert all(edge["score"] >= LEAST_SCORE[band] for edge in ranked["edges"])
        assert not ranked["pageInfo"]["hasNextPage"]
        lengths.append(len(ranked["edges"]))
    assert lengths == sorted(lengths, reverse=True)


def test_a_spread_list_holds_the_same_projects(run: Run, samples: SampleRecords) -> None:
    query = """query ($id: ID!, $spread: RankingSpread!) { place(id: $id) { rankedProjects(first: 100,
        options: {spread: $spread}) { edges { score node { id } } } } }"""
    lists = [
        run(query, {"id": samples["kunshan"], "spread": spread}).data["place"]["rankedProjects"]["edges"]  # type: ignore[index]
        for spread in ("NONE", "PRIORITIES")
    ]
    scores = [edge["score"] for edge in lists[0]]
    assert scores == sorted(scores, reverse=True)
    usual = """query ($id: ID!) { place(id: $id) { rankedProjects(first: 100) { edges { score node { id } } } } }"""
    assert run(usual, {"id": samples["kunshan"]}).data["place"]["rankedProjects"]["edges"] == lists[1]  # type: ignore[index]
    assert sorted(map(str, lists[0])) == sorted(map(str, lists[1]))


def test_an_investor_that_states_nothing_gets_no_list_and_says_so(
    run: Run, samples: SampleRecords, database: Database
) -> None:
    with database.write(Actor.system("test")) as session:
        investor = models.Investor(name={"en": "Silent Capital"}, fictional=True)
        session.add(investor)
        silent = investor.id
    query = """query ($id: ID!) { investor(id: $id) { rankedProjects {
        declaresNothing noStrongMatch coverage { aspect } edges { rank } pageInfo { hasNextPage } } } }"""
    ranked = run(query, {"id": silent}, samples.as_(Role.ORGANISER)).data["investor"]["rankedProjects"]  # type: ignore[index]
    assert ranked == {
        "declaresNothing": True,
        "noStrongMatch": True,
        "coverage": [],
        "edges": [],
        "pageInfo": {"hasNextPage": False},
    }
