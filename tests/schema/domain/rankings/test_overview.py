"""Matrices, gaps and the picture of the pool: for whom, what they hold, and alike by both executors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from recommender.pool import clock as days
from recommender.serving.service import Recommender
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import NeedKind, Role
from store.settings import Settings
from tests.schema.domain.rankings.test_rankings import Run
from tests.schema.samples import SampleRecords


@pytest.fixture
def services(sqlite_database: Database, schema: RoadshowSchema) -> Services:
    settings = Settings()
    recommender = Recommender(sqlite_database, settings=settings)
    return Services(sqlite_database, settings, schema.registry, recommender=recommender)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


MATRIX = """query ($places: [ID!]!, $projects: [ID!], $tracks: [ID!], $best: Int, $filter: ProjectFilter) {
    fitMatrix(places: $places, projects: $projects, tracks: $tracks, best: $best, filter: $filter) {
        columns { id } rowOrder columnOrder rows { place { id } scores cells { score count } } } }"""
FIT = "query ($project: ID!, $place: ID!) { fit(project: $project, counterpart: $place) { score } }"
GAPS = """query ($filter: ProjectFilter, $by: BringerKind! = STATION) { poolGaps(filter: $filter) {
    priorities { priority { id } projectCount byIndustry byTrack stated } needs { need { id } projectCount stated }
    unplaced(below: 100) { totalCount consideredCount projects { project { id } place { id } score } }
    bringers(by: $by) { node { id } projectCount landedCount tracks { track { id } count } } } }"""
MAP = """query ($place: ID, $filter: ProjectFilter) { projectMap(place: $place, filter: $filter) {
    method totalCount projectIds x y tracks { id } track score } }"""


def data(run: Run, query: str, actor: Actor | None = None, **variables: Any) -> dict[str, Any]:
    result = run(query, variables, actor)
    assert result.errors is None, result.errors
    assert result.data is not None
    (found,) = result.data.values()
    return found  # type: ignore[no-any-return]


def test_the_public_gets_a_matrix_of_what_places_declare(run: Run, samples: SampleRecords) -> None:
    places = [samples["kunshan"], samples["dalian"]]
    matrix = data(run, MATRIX, places=places, best=5)
    shown = [column["id"] for column in matrix["columns"]]
    assert {samples["draft"], samples["closed"], samples["archived"]}.isdisjoint(shown)
    assert samples["lidar"] in shown
    assert sorted(matrix["rowOrder"]) == [0, 1]
    assert sorted(matrix["columnOrder"]) == list(range(len(shown)))
    for row in matrix["rows"]:
        for project, score in zip(shown, row["scores"], strict=True):
            fit = data(run, FIT, project=project, place=row["place"]["id"])
            assert fit["score"] == pytest.approx(score, abs=0.01)


def test_a_places_history_is_in_its_planners_matrix_alone(run: Run, samples: SampleRecords) -> None:
    """As in every ranking: what a place answered changes the scores of its planners, nobody else's."""
    asked: dict[str, Any] = {
        "places": [samples["kunshan"], samples["dalian"]],
        "projects": [samples["lidar"], samples["bank"]],
    }
    plain = data(run, MATRIX, **asked)
    for role in (Role.PLANNER, Role.ORGANISER):
        actor = samples.as_(role)
        for row in data(run, MATRIX, actor, **asked)["rows"]:
            for project, score in zip(asked["projects"], row["scores"], strict=True):
                fit = data(run, FIT, actor, project=project, place=row["place"]["id"])
                assert fit["score"] == pytest.approx(score, abs=0.01)
    assert data(run, MATRIX, samples.as_(Role.INVESTOR), **asked) == plain


def test_a_matrix_by_track_means_over_what_one_may_see(run: Run, samples: SampleRecords) -> None:
    tracks = [samples["health_track"], samples["digital_track"]]
    matrix = data(run, MATRIX, samples.as_(Role.ORGANISER), places=[samples["kunshan"]], tracks=tracks)
    cells = matrix["rows"][0]["cells"]
    assert [cell["count"] for cell in cells] == [2, 1], "drafts don't count, whoever asks"
    nothing = data(run, MATRIX, places=[samples["kunshan"]], tracks=tracks, filter={"search": "zzqq"})
    assert [cell["count"] for cell in nothing["rows"][0]["cells"]] == [0, 0]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"best": 0}, "best: 0 is out of range; give 1 to 300."),
        ({"best": 301}, "best: 301 is out of range; give 1 to 300."),
        ({"best": 3, "projects": []}, "Give either projects or best, not both."),
    ],
    ids=["none", "many", "two"],
)
def test_what_a_matrix_cant_hold_is_an_error(
    run: Run, samples: SampleRecords, asked: dict[str, Any], told: str
) -> None:
    found = run(MATRIX, {"places": [samples["kunshan"]], **asked})
    assert [each.message for each in found.errors or ()] == [told]


def test_gaps_count_what_the_one_who_asks_may_see(run: Run, samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("test")) as session:
        for name, concept in (("Cell lines", "life"), ("Ships", "other")):
            need = models.MatchingNeed(place_id=samples["kunshan"], name={"en": name}, kind=NeedKind.PROJECT)
            session.add(need)
            session.flush()
            if concept == "other":
                other = models.Concept(scheme_id=samples["scheme"], notation="ships", name={"en": "Ships"})
                session.add(other)
                session.flush()
                session.add(models.NeedConcept(need_id=need.id, concept_id=other.id))
            else:
                session.add(models.NeedConcept(need_id=need.id, concept_id=samples[concept]))
    gaps = data(run, GAPS)
    (priority,) = gaps["priorities"]
    assert priority == {
        "priority": {"id": samples["priority"]},
        "projectCount": 2,
        "byIndustry": 2,
        "byTrack": 2,
        "stated": True,
    }
    counts = [(each["projectCount"], each["stated"]) for each in gaps["needs"]]
    assert counts == [(0, True), (2, True)], "the third one's deadline is over"
    considered = gaps["unplaced"]["consideredCount"]
    assert considered == 3
    assert gaps["unplaced"]["totalCount"] == considered
    scores = [each["score"] for each in gaps["unplaced"]["projects"]]
    assert scores == sorted(scores)
    staff = data(run, GAPS, samples.as_(Role.ORGANISER))
    shown = {each["project"]["id"] for each in staff["unplaced"]["projects"]}
    assert samples["closed"] in shown
    assert samples["draft"] not in shown
    assert staff["priorities"][0]["projectCount"] == 2, "a draft meets nothing, whoever asks"


def test_a_priority_is_judged_by_its_industries_not_by_a_broad_track(
    run: Run, samples: SampleRecords, database: Database
) -> None:
    with database.write(Actor.system("test")) as session:
        ships = models.Concept(scheme_id=samples["scheme"], notation="ships", name={"en": "Ships"})
        narrow = models.IndustryPriority(place_id=samples["kunshan"], name={"en": "Ships"})
        broad = models.IndustryPriority(place_id=samples["kunshan"], name={"en": "Anything in health"})
        session.add_all([ships, narrow, broad])
        session.flush()
        session.add(models.PriorityConcept(priority_id=narrow.id, concept_id=ships.id))
        for priority in (narrow, broad):
            session.add(models.PriorityTrack(priority_id=priority.id, track_id=samples["health_track"]))
        ids = {narrow.id: "narrow", broad.id: "broad"}
    found = {
        ids[each["priority"]["id"]]: (each["projectCount"], each["byIndustry"], each["byTrack"])
        for each in data(run, GAPS)["priorities"]
        if each["priority"]["id"] in ids
    }
    assert found == {"narrow": (0, 0, 2), "broad": (2, None, 2)}


def test_gaps_leave_out_what_is_over_and_what_is_still_to_come(
    run: Run, samples: SampleRecords, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As rankings do: the last day counts, and priorities and needs are of the same day."""
    dates: dict[str, dict[str, Any]] = {
        "over": {"valid_to": "2030-01-01"},
        "last": {"valid_to": "2030-01-02"},
        "to come": {"valid_from": "2030-01-03"},
    }
    named: dict[str, str] = {}
    with database.write(Actor.system("test")) as session:
        for name, period in dates.items():
            stated = models.IndustryPriority(place_id=samples["kunshan"], name={"en": name}, **period)
            wanted = models.MatchingNeed(
                place_id=samples["kunshan"], name={"en": name}, kind=NeedKind.PROJECT, deadline=period.get("valid_to")
            )
            session.add_all([stated, wanted])
            session.flush()
            named |= {stated.id: name, wanted.id: name}
    monkeypatch.setattr(days, "this_day", lambda: np.datetime64("2030-01-02"))
    gaps = data(run, GAPS)
    assert {named.get(each["priority"]["id"]) for each in gaps["priorities"]} == {None, "last"}
    assert {named[each["need"]["id"]] for each in gaps["needs"]} == {"last", "to come"}


def test_who_brings_what(run: Run, samples: SampleRecords) -> None:
    by_station, by_nobody = data(run, GAPS)["bringers"]
    assert by_station["node"] == {"id": samples["organisation"]}
    assert by_station["projectCount"] == 1
    assert {each["track"]["id"] for each in by_station["tracks"]} == {samples["health_track"], samples["digital_track"]}
    assert by_nobody["node"] is None
    assert by_nobody["projectCount"] == 2
    (by_country, _) = data(run, GAPS, by="COUNTRY")["bringers"]
    assert by_country["node"] == {"id": samples["china"]}
    (by_event, _) = data(run, GAPS, by="EVENT")["bringers"]
    assert by_event["node"] == {"id": samples["event"]}
    assert by_event["projectCount"] == 1


def test_the_picture_of_the_pool_has_a_point_for_each_project_with_text(run: Run, samples: SampleRecords) -> None:
    found = data(run, MAP)
    assert found["totalCount"] == 3
    assert set(found["projectIds"]) <= {samples["lidar"], samples["bank"], samples["fund"]}
    assert len({len(found[name]) for name in ("projectIds", "x", "y", "track")}) == 1
    assert found["score"] is None
    with_place = data(run, MAP, place=samples["kunshan"])
    for project, score in zip(with_place["projectIds"], with_place["score"], strict=True):
        fit = data(run, FIT, project=project, place=samples["kunshan"])
        assert fit["score"] == pytest.approx(score, abs=0.01)
    assert data(run, MAP, samples.as_(Role.ORGANISER))["totalCount"] == 4
    unknown = run(MAP, {"place": samples["draft"]})
    assert unknown.errors is None
    assert unknown.data
    assert unknown.data["projectMap"]["score"] is None


def test_an_industrys_factor_counts_in_this_call_alone(run: Run, samples: SampleRecords) -> None:
    query = """query ($id: ID!, $options: RankingOptions) { place(id: $id) { rankedProjects(options: $options) {
        snapshot { id } edges { node { id } score contributions { block points } } } } }"""

    def ranked(*weights: tuple[str, float]) -> dict[str, Any]:
        given = [{"industry": samples[name], "weight": weight} for name, weight in weights]
        found: dict[str, Any] = data(run, query, id=samples["kunshan"], options={"industryWeights": given})
        return found["rankedProjects"]  # type: ignore[no-any-return]

    def industry(answer: dict[str, Any]) -> list[float]:
        return [
            each["points"] for edge in answer["edges"] for each in edge["contributions"] if each["block"] == "industry"
        ]

    plain = ranked()
    assert [edge["score"] for edge in ranked(("medicine", 1.0))["edges"]] == [edge["score"] for edge in plain["edges"]]
    assert any(industry(plain))
    without = ranked(("medicine", 0.0))
    assert not any(industry(without))
    assert without["snapshot"]["id"] != plain["snapshot"]["id"]
    for edge in without["edges"]:
        assert sum(each["points"] for each in edge["contributions"]) == pytest.approx(edge["score"], abs=1e-6)
    result = run(query, {"id": samples["kunshan"], "options": {"industryWeights": [
        {"industry": samples["medicine"], "weight": 1}, {"industry": samples["medicine"], "weight": 2}]}})  # fmt: skip
    assert [error.extensions["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"]
