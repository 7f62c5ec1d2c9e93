"""Kept rankings: shown again byte for byte, to their subject alone, and compared with the list of today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from recommender.interface.answers import RankedItem
from recommender.serving.service import Recommender
from schema.domain.rankings.kept_rankings import KeptItem, item_of, line, moved
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import ProjectStatus, Role, Visibility
from store.settings import Settings
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]
Ask = Callable[..., dict[str, Any]]

LINES = """rank score node { id } contributions { block points declared history weight known reason(lang: ZH) reason_en:
    reason(lang: EN) } reasons(lang: EN) zh: reasons(lang: ZH) gates { gate passed reason }"""
KEEP = f"""mutation ($subject: ID, $target: RankingTarget! = PROJECT, $filter: ProjectFilter, $options: RankingOptions,
                 $first: Int = 20, $only: [ID!], $label: String, $channel: String, $dryRun: Boolean! = false) {{
  keepRanking(subject: $subject, target: $target, filter: $filter, options: $options, first: $first, only: $only,
              label: $label, channel: $channel, dryRun: $dryRun) {{
    snapshot {{ id target label channel asked answerId modelVersion encoder scale totalCount gatedCount dataPosition
                items {{ {LINES} }} }}
    userErrors {{ code field message }} dryRun
  }}
}}"""
REPLAY = f"query ($id: ID!) {{ rankingSnapshot(id: $id) {{ totalCount gatedCount items {{ {LINES} }} }} }}"


@pytest.fixture
def services(database: Database, schema: RoadshowSchema) -> Services:
    settings = Settings()
    return Services(database, settings, schema.registry, recommender=Recommender(database, settings=settings))


@pytest.fixture
def keep(ask: Ask, samples: SampleRecords) -> Callable[..., dict[str, Any]]:
    """Keep a list as a role; the payload."""

    def kept(role: Role = Role.INVESTOR, **given: Any) -> dict[str, Any]:
        answer: dict[str, Any] = ask(KEEP, given, samples.as_(role))["keepRanking"]
        return answer

    return kept


Keep = Callable[..., dict[str, Any]]


def listed(ask: Ask, samples: SampleRecords, arguments: str = "", role: Role = Role.INVESTOR) -> dict[str, Any]:
    query = f"""query ($id: ID!) {{ investor(id: $id) {{ rankedProjects{arguments} {{
        totalCount gatedCount snapshot {{ id dataPosition }} edges {{ {LINES} }} }} }} }}"""
    found: dict[str, Any] = ask(query, {"id": samples["investor"]}, samples.as_(role))["investor"]["rankedProjects"]
    return found


def add_projects(database: Database, services: Services, count: int, **values: Any) -> list[str]:
    with database.write(Actor.system("tests")) as session:
        rows = [
            models.Project(name={"en": f"New {number}"}, summary={"en": "Optics for medicine"}, **values)
            for number in range(count)
        ]
        session.add_all(rows)
        ids = [row.id for row in rows]
    services.recommender.refresh()  # type: ignore[union-attr]
    return ids


def codes(payload: dict[str, Any]) -> list[str]:
    return [each["code"] for each in payload["userErrors"]]


def test_a_kept_list_is_the_list_and_stays_so_whatever_becomes_of_the_pool(
    ask: Ask, samples: SampleRecords, keep: Keep, database: Database, services: Services
) -> None:
    shown = listed(ask, samples)
    kept = keep(label="before the fair")["snapshot"]
    assert orjson.dumps(kept["items"]) == orjson.dumps(shown["edges"])
    assert kept["items"], "an empty list would prove nothing"
    assert (kept["totalCount"], kept["gatedCount"]) == (shown["totalCount"], shown["gatedCount"])
    assert (kept["answerId"], kept["dataPosition"]) == (shown["snapshot"]["id"], shown["snapshot"]["dataPosition"])
    add_projects(database, services, 3, funding_stage="SEED")
    with database.write(Actor.system("tests")) as session:
        session.get_one(models.Investor, samples["investor"]).thesis = {"en": "Ships"}
        session.add(models.Interest(subject_id=samples["investor"], project_id=samples["closed"], kind="PASS"))
    services.recommender.refresh()  # type: ignore[union-attr]
    assert listed(ask, samples)["edges"] != shown["edges"], "the list of today is another one"
    again = ask(REPLAY, {"id": kept["id"]}, samples.as_(Role.INVESTOR))["rankingSnapshot"]
    assert orjson.dumps(again["items"]) == orjson.dumps(shown["edges"])


def test_what_isnt_seen_any_more_keeps_its_line_without_its_record(
    ask: Ask, samples: SampleRecords, keep: Keep, database: Database
) -> None:
    kept = keep()["snapshot"]
    with database.write(Actor.system("tests")) as session:
        session.get_one(models.Project, samples["lidar"]).status = ProjectStatus.WITHDRAWN
    again = ask(REPLAY, {"id": kept["id"]}, samples.as_(Role.INVESTOR))["rankingSnapshot"]["items"]
    assert [item["score"] for item in again] == [item["score"] for item in kept["items"]]
    assert [item["node"] for item in again if item["node"] is None] == [None]


def test_it_is_its_subjects_and_organisers_alone(ask: Ask, samples: SampleRecords, keep: Keep, run: Run) -> None:
    identifier = keep()["snapshot"]["id"]
    for role in Role:
        found = ask(REPLAY, {"id": identifier}, samples.as_(role))["rankingSnapshot"]
        assert (found is not None) == (role in (Role.INVESTOR, Role.ORGANISER, Role.ADMIN)), role
    other = Actor(Role.INVESTOR, subject_id=samples["rival"])
    assert ask(REPLAY, {"id": identifier}, other)["rankingSnapshot"] is None
    query = "query ($id: ID!) { investor(id: $id) { snapshots { totalCount nodes { id } } } }"
    own = ask(query, {"id": samples["investor"]}, samples.as_(Role.INVESTOR))["investor"]["snapshots"]
    assert identifier in [node["id"] for node in own["nodes"]]


@pytest.mark.parametrize(
    ("role", "subject", "target", "code"),
    [
        (Role.PUBLIC, "kunshan", "PROJECT", "FORBIDDEN"),
        (Role.INVESTOR, "rival", "PROJECT", "FORBIDDEN"),
        (Role.PLANNER, "dalian", "PROJECT", "FORBIDDEN"),
        (Role.PLANNER, "lidar", "INVESTOR", "FORBIDDEN"),
        (Role.TALENT, "bank", "INVESTOR", "FORBIDDEN"),
        (Role.ORGANISER, "bank", "INVESTOR", "NOT_FOUND"),
        (Role.ORGANISER, "health_track", "PROJECT", "NOT_FOUND"),
        (Role.ORGANISER, "investor", "PLACE", "BAD_USER_INPUT"),
    ],
)
def test_who_may_keep_which_list(
    samples: SampleRecords, keep: Keep, role: Role, subject: str, target: str, code: str
) -> None:
    assert codes(keep(role, subject=samples[subject], target=target)) == [code]


def test_planners_and_owners_keep_theirs(ask: Ask, samples: SampleRecords, keep: Keep) -> None:
    assert keep(Role.PLANNER)["snapshot"]["items"]
    own = keep(Role.TALENT, subject=samples["lidar"], target="INVESTOR")["snapshot"]
    assert {item["node"]["id"] for item in own["items"]} <= {samples["investor"], samples["rival"]}
    query = "query ($id: ID!) { project(id: $id) { snapshots { nodes { id target } } } }"
    found = ask(query, {"id": samples["lidar"]}, samples.as_(Role.TALENT))["project"]["snapshots"]["nodes"]
    assert found == [{"id": own["id"], "target": "INVESTOR"}]


def test_what_an_organiser_keeps_is_what_its_subject_may_see(
    ask: Ask, samples: SampleRecords, keep: Keep, database: Database, services: Services
) -> None:
    (hidden,) = add_projects(database, services, 1, visibility=Visibility.ORGANISERS, status=ProjectStatus.PUBLISHED)
    staff = listed(ask, samples, role=Role.ORGANISER)
    assert hidden in [edge["node"]["id"] for edge in staff["edges"]]
    kept = keep(Role.ORGANISER, subject=samples["investor"])["snapshot"]
    assert orjson.dumps(kept["items"]) == orjson.dumps(listed(ask, samples)["edges"])
    with database.write(Actor.system("tests")) as session:
        session.add(models.InvestorExclusion(investor_id=samples["investor"], project_id=samples["lidar"]))
    services.recommender.refresh()  # type: ignore[union-attr]
    investors = keep(Role.ORGANISER, subject=samples["lidar"], target="INVESTOR")["snapshot"]["items"]
    assert samples["investor"] in [item["node"]["id"] for item in investors], "the owner may read it, and not infer"


def test_what_was_delivered_counts_as_shown(ask: Ask, samples: SampleRecords, keep: Keep, database: Database) -> None:
    shown = [edge["node"]["id"] for edge in listed(ask, samples)["edges"]]
    last = shown[-1]
    kept = keep(Role.ORGANISER, subject=samples["investor"], only=[last], channel="mail")["snapshot"]
    assert [(item["node"]["id"], item["rank"]) for item in kept["items"]] == [(last, len(shown))]
    keep(Role.ORGANISER, subject=samples["investor"], only=[last], channel="feed")
    with database.read() as session:
        exposure = models.Exposure
        mine = select(exposure.channel).where(exposure.subject_id == samples["investor"], exposure.project_id == last)
        assert session.scalars(mine).all() == ["feed"]
    unseen = listed(ask, samples, "(options: {excludeSeen: true})")
    assert last not in [edge["node"]["id"] for edge in unseen["edges"]]


def test_filter_and_options_are_kept_as_they_were_asked(ask: Ask, samples: SampleRecords, keep: Keep) -> None:
    asked = {
        "filter": {"fundingStage": ["SEED"], "or": [{"kind": ["STARTUP"]}]},
        "options": {"weights": [{"block": "stage", "weight": 2.0}], "diversity": 0.3, "reasons": 1},
        "first": 5,
    }
    kept = keep(**asked)["snapshot"]
    for name, value in asked["options"].items():
        assert kept["asked"]["options"][name] == value
    assert kept["asked"]["filter"] == asked["filter"]
    again = keep(filter=kept["asked"]["filter"], options=kept["asked"]["options"], first=kept["asked"]["first"])
    assert again["snapshot"]["items"] == kept["items"]


def test_a_dry_run_keeps_nothing_and_errors_name_the_argument(ask: Ask, samples: SampleRecords, keep: Keep) -> None:
    count = "{ rankingSnapshots { totalCount } }"
    before = ask(count, None, samples.as_(Role.ORGANISER))
    tried = keep(dryRun=True)
    assert (tried["dryRun"], bool(tried["snapshot"]["items"])) == (True, True)
    for given_, field in (
        ({"only": [samples["fund"]]}, ["only", "0"]),
        ({"label": " "}, ["label"]),
        ({"channel": "c" * 41}, ["channel"]),
        ({"options": {"weights": [{"block": "nothing", "weight": 1}]}}, ["weights"]),
    ):
        (error,) = keep(**given_)["userErrors"]
        assert error["field"] == field
    assert ask(count, None, samples.as_(Role.ORGANISER)) == before


def test_a_list_tells_what_moved_since_it_was_kept(
    ask: Ask, samples: SampleRecords, keep: Keep, database: Database, services: Services, run: Run
) -> None:
    kept = keep(first=2)["snapshot"]
    query = """query ($id: ID!, $since: ID!) { investor(id: $id) { rankedProjects {
        moves(since: $since) { kind before now scoreBefore scoreNow node { id } } } } }"""
    given_ = {"id": samples["investor"], "since": kept["id"]}
    assert ask(query, given_, samples.as_(Role.INVESTOR))["investor"]["rankedProjects"]["moves"] == []
    first = kept["items"][0]["node"]["id"]
    with database.write(Actor.system("tests")) as session:
        session.add(models.Interest(subject_id=samples["investor"], project_id=first, kind="PASS")
                    if first != samples["lidar"] else models.InvestorExclusion(investor_id=samples["investor"],
                                                                            project_id=first))  # fmt: skip
    services.recommender.refresh()  # type: ignore[union-attr]
    moves = ask(query, given_, samples.as_(Role.INVESTOR))["investor"]["rankedProjects"]["moves"]
    assert {"kind": "GONE", "before": 1, "now": None, "scoreBefore": kept["items"][0]["score"], "scoreNow": None,
            "node": {"id": first}} in moves  # fmt: skip
    place = keep(Role.PLANNER)["snapshot"]["id"]
    refused = run(query, {**given_, "since": place}, samples.as_(Role.ORGANISER))
    assert [error.extensions["code"] for error in refused.errors or ()] == ["BAD_USER_INPUT"]


_RANKED = st.permutations([f"p{number}" for number in range(8)])


@given(_RANKED, _RANKED, st.integers(0, 8), st.integers(0, 8))
def test_moves_turn_the_kept_list_into_that_of_today(
    one: list[str], two: list[str], before_count: int, now_count: int
) -> None:
    def ranking(ids: list[str]) -> list[RankedItem]:
        return [RankedItem(each, rank, 50.0, (), ()) for rank, each in enumerate(ids, start=1)]

    before, now = kept(ranking(one[:before_count])), ranking(two[:now_count])
    moves = {move.object_id: move for move in moved(before, now)}
    rebuilt = {item.object_id: item.rank for item in before}
    for each, move in moves.items():
        assert move.before == rebuilt.get(each)
        if move.now is None:
            del rebuilt[each]
        else:
            rebuilt[each] = move.now
    current = {item.object_id: item.rank for item in now}
    assert all(current[each] == rank for each, rank in rebuilt.items())
    assert {item.object_id for item in now[:before_count]} <= set(rebuilt)
    assert not moved(kept(now), now)


def kept(items: Sequence[RankedItem]) -> list[KeptItem]:
    return [item_of(orjson.loads(orjson.dumps(line(item)))) for item in items]


@given(st.floats(0, 100), st.integers(1, 10**6))
def test_a_line_read_again_is_the_line(score: float, rank: int) -> None:
    item = RankedItem("prj_1", rank, score, [], [], [])
    again = item_of(orjson.loads(orjson.dumps(line(item))))
    assert all(getattr(again, each.name) == getattr(item, each.name) for each in fields(item))
    assert again.kept_band == item.band.value


def test_a_line_of_an_earlier_scale_has_no_band_and_no_score_to_compare() -> None:
    kept_before = line(RankedItem("prj_1", 2, 74.0, [], [], []))
    del kept_before["band"]
    [move] = moved([item_of(kept_before)], [RankedItem("prj_1", 1, 60.0, [], [], [])])
    assert item_of(kept_before).kept_band is None
    assert (move.kind, move.before, move.now) == ("ROSE", 2, 1)
    assert (move.score_before, move.score_now) == (None, 60.0)
