"""Filters, facets and search, alike on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import ExecutionResult

from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from tests.schema.conftest import Ask
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]

PUBLIC = {"lidar", "bank", "fund"}


def found(ask: Ask, samples: SampleRecords, given: dict[str, Any]) -> set[str]:
    """Short names of the projects that meet a filter."""
    short = {identifier: name for name, identifier in samples.ids.items()}
    data = ask("query ($f: ProjectFilter) { projects(filter: $f, first: 100) { totalCount edges { node { id } } } }",
               {"f": given})["projects"]  # fmt: skip
    names = {short[edge["node"]["id"]] for edge in data["edges"]}
    assert data["totalCount"] == len(names)
    return names


def with_ids(value: Any, samples: SampleRecords) -> Any:
    """A filter in which `$name` stands for a record's id."""
    if isinstance(value, dict):
        return {name: with_ids(each, samples) for name, each in value.items()}
    if isinstance(value, list):
        return [with_ids(each, samples) for each in value]
    return samples[value[1:]] if isinstance(value, str) and value.startswith("$") else value


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, PUBLIC),
        ({"kind": ["FUND"]}, {"fund"}),
        ({"kind": ["FUND", "STARTUP"]}, PUBLIC),
        ({"kind": []}, set()),
        ({"track": ["$health_track"]}, {"lidar", "bank"}),
        ({"track": ["$digital_track"]}, {"lidar"}),
        ({"industry": {"concepts": ["$medicine"]}}, {"lidar", "bank"}),
        ({"industry": {"concepts": ["$medicine"], "mapped": False}}, {"lidar"}),
        ({"industry": {"concepts": ["$medicine"], "mapped": False, "narrower": False}}, set()),
        ({"industry": {"concepts": ["$life"]}}, {"lidar", "bank"}),
        ({"origin": ["$china"]}, {"lidar", "bank"}),
        ({"origin": ["$jiangsu"]}, {"lidar"}),
        ({"origin": ["$dalian", "$kunshan"]}, {"lidar", "bank"}),
        ({"wouldSettleIn": ["$china"]}, {"lidar"}),
        ({"fundingStage": ["SEED"]}, {"lidar"}),
        ({"technologyLevel": ["INTERNATIONAL_LEADING"]}, {"lidar"}),
        ({"technologyReadiness": {"atLeast": 5}}, {"lidar"}),
        ({"technologyReadiness": {"atLeast": 7}}, set()),
        ({"founded": {"from": "2021-03-15", "to": "2021-12-31"}}, {"lidar"}),
        ({"founded": {"to": "2019-06-01"}}, {"bank"}),
        ({"ask": {"currency": "CNY", "atLeast": "4000000"}}, {"lidar"}),
        ({"ask": {"currency": "CNY", "atLeast": "6000000"}}, set()),
        ({"ask": {"currency": "USD", "atMost": "500"}}, {"bank"}),
        ({"ask": {"currency": "EUR"}}, set()),
        ({"search": "lidar"}, {"lidar"}),
        ({"search": "激光"}, {"lidar"}),
        ({"search": "secret"}, set()),
        ({"unstated": ["TRACK"]}, {"fund"}),
        ({"unstated": ["TRACK", "STAGE"]}, {"fund"}),
        ({"not": {"fundingStage": ["SEED"]}}, {"bank", "fund"}),
        ({"not": {"not": {"fundingStage": ["SEED"]}}}, {"lidar"}),
        ({"or": [{"fundingStage": ["SEED"]}, {"kind": ["FUND"]}]}, {"lidar", "fund"}),
        ({"or": []}, set()),
        ({"and": []}, PUBLIC),
        ({"and": [{"origin": ["$china"]}, {"not": {"track": ["$digital_track"]}}]}, {"bank"}),
        ({"kind": ["STARTUP"], "or": [{"search": "cells"}, {"search": "激光"}]}, {"lidar", "bank"}),
        ({"archived": True}, set()),
        ({"id": ["$lidar", "$draft"]}, {"lidar"}),
    ],
)
def test_filters_compose(ask: Ask, samples: SampleRecords, given: dict[str, Any], expected: set[str]) -> None:
    assert found(ask, samples, with_ids(given, samples)) == expected


@pytest.mark.parametrize(
    "given",
    [
        {"ask": {"currency": "XXZ"}},
        {"ask": {"currency": "CNY", "atLeast": "1e3000"}},
        {"founded": {"from": "yesterday"}},
        {"or": [{"search": "x"}] * 301},
        {"not": {"and": [{"or": [{"kind": ["FUND"]}] * 151}] * 2}},
    ],
)
def test_values_that_cant_be_used_are_told_so(run: Run, samples: SampleRecords, given: dict[str, Any]) -> None:
    result = run("query ($f: ProjectFilter) { projects(filter: $f) { totalCount } }", {"f": given})
    assert result.errors
    assert result.errors[0].extensions["code"] == "BAD_USER_INPUT"


def buckets(facet: dict[str, Any]) -> dict[str, int]:
    return {bucket["label"] or bucket["kind"]: bucket["count"] for bucket in facet["buckets"]}


def test_facets_count_what_is_other_and_what_is_unstated(ask: Ask, samples: SampleRecords) -> None:
    facet = "{ total buckets { kind label count node { __typename } } }"
    data = ask(
        f"""query {{ projectFacets {{ byTrack {facet} few: byTrack(first: 1) {facet} byIndustry {facet}
        byStage {facet} byOrigin {facet} byCity: byOrigin(level: PREFECTURE_CITY) {facet}
        byTechnologyLevel {facet} byKind {facet} }} }}"""
    )["projectFacets"]
    assert buckets(data["byTrack"]) == {"Health": 2, "Digital": 1, "Not stated": 1}
    assert buckets(data["few"]) == {"Health": 2, "Not stated": 1}
    assert buckets(data["byStage"]) == {"SEED": 1, "SERIES_A": 1, "Not stated": 1}
    assert buckets(data["byOrigin"]) == {"China": 2, "Not stated": 1}
    assert buckets(data["byCity"]) == {"Suzhou": 1, "Dalian": 1, "Not stated": 1}
    assert buckets(data["byTechnologyLevel"]) == {"INTERNATIONAL_LEADING": 1, "Not stated": 2}
    assert buckets(data["byKind"]) == {"STARTUP": 2, "FUND": 1}
    assert data["byTrack"]["buckets"][0]["node"] == {"__typename": "Track"}
    assert all(each["total"] == 3 for each in data.values())


def test_a_facet_shows_what_is_beyond_the_categories_shown(ask: Ask, samples: SampleRecords) -> None:
    query = """query ($f: ProjectFilter) { projectFacets(filter: $f) {
        byTrack(first: 0) { buckets { kind count } } byOrigin(level: DISTRICT) { buckets { kind count } } } }"""
    data = ask(query, {"f": {"origin": [samples["china"]]}})["projectFacets"]
    assert data["byTrack"]["buckets"] == [{"kind": "OTHER", "count": 2}]
    assert data["byOrigin"]["buckets"] == [{"kind": "OTHER", "count": 2}]


def test_search_finds_across_types_with_highlights(ask: Ask, samples: SampleRecords) -> None:
    query = """query ($q: String!, $t: [SearchType!]) { search(query: $q, types: $t) { totalCount
        edges { score node { id __typename } highlights { field language text spans { start end } } } } }"""
    data = ask(query, {"q": "激光"})["search"]
    assert [edge["node"] for edge in data["edges"]] == [{"id": samples["lidar"], "__typename": "Project"}]
    [highlight] = data["edges"][0]["highlights"]
    assert (highlight["field"], highlight["language"]) == ("summary", "zh")
    assert [highlight["text"][span["start"] : span["end"]] for span in highlight["spans"]] == ["激光"]
    assert {edge["node"]["__typename"] for edge in ask(query, {"q": "health"})["search"]["edges"]} == {
        "Track", "Event", "IndustryPriority",
    }  # fmt: skip
    assert ask(query, {"q": "health", "t": ["TRACK"]})["search"]["totalCount"] == 1
    assert ask(query, {"q": "secret"})["search"] == {"totalCount": 0, "edges": []}


def test_search_pages_neither_skip_nor_repeat(ask: Ask, samples: SampleRecords) -> None:
    query = """query ($after: String) { search(query: "example", first: 2, after: $after) { totalCount
        edges { node { id } } pageInfo { hasNextPage endCursor } } }"""
    seen: list[str] = []
    after = None
    while True:
        page = ask(query, {"after": after})["search"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(seen) == len(set(seen)) == page["totalCount"]
    assert len(seen) > 4


def test_every_listed_type_counts_by_what_it_states(ask: Ask, samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        talent = session.get_one(models.Talent, samples["owner"])
        talent.languages, talent.studied_abroad = ["de", "en"], True
        session.add(models.TalentConcept(talent_id=samples["owner"], concept_id=samples["medicine"]))
    facet = "{ total buckets { kind value count } }"
    data = ask(
        f"""{{ talentFacets {{ byLanguage {facet} byStudiedAbroad {facet} bySkill {facet} }}
        placeFacets(filter: {{ within: ["{samples["jiangsu"]}"] }}) {{
            byType {facet} byParent(first: 1) {facet} }} }}""",
        actor=samples.as_(Role.ORGANISER),
    )
    talents, places = data["talentFacets"], data["placeFacets"]
    total = talents["byLanguage"]["total"]

    def counts(found: Any) -> dict[str | None, int]:
        assert sum(each["count"] for each in found["buckets"]) >= found["total"]
        return {each["value"] or each["kind"]: each["count"] for each in found["buckets"]}

    assert counts(talents["byLanguage"]) == {"de": 1, "en": 1, "UNSTATED": total - 1}
    assert counts(talents["bySkill"]) == {samples["medicine"]: 1, "UNSTATED": total - 1}
    assert counts(talents["byStudiedAbroad"])["true"] == 1
    assert places["byType"]["total"] == 3
    shown = counts(places["byParent"])
    assert shown.pop("OTHER") == 2
    assert list(shown.values()) == [1]


def test_facets_of_other_types_tell_of_nothing_hidden(ask: Ask, samples: SampleRecords) -> None:
    query = "{ matchFacets { byStage { total } byProject { total } } interestFacets { byKind { total } } }"
    everybody, organiser = ask(query), ask(query, actor=samples.as_(Role.ORGANISER))
    assert everybody["matchFacets"]["byStage"]["total"] == everybody["interestFacets"]["byKind"]["total"] == 0
    assert organiser["matchFacets"]["byStage"]["total"] > 0
    owners = "{ investmentFacets { byProject { buckets { kind value } } } }"
    hidden = {samples["draft"], samples["closed"], samples["archived"]}
    for bucket in ask(owners)["investmentFacets"]["byProject"]["buckets"]:
        assert bucket["value"] not in hidden
