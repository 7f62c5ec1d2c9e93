"""The demo data: fictional throughout, written in two languages, varied, and loadable with and without the plugins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from api.assembly.core_contributions import CoreData
from api.assembly.data import load_data
from plugins import cotiec
from plugins.host.host import Host
from store import models
from store.database import Database
from store.enums import FundingStage, InterestKind, ProjectKind, ProjectStatus

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "store" / "data" / "demo"
REFERENCE = ROOT / "store" / "data" / "reference"
MEMBERSHIPS = ROOT / "plugins" / "cotiec" / "demo" / "memberships.yaml"
LARGEST_FILE = 300_000
CHINESE = re.compile(r"[\u4e00-\u9fff]")
STAGES = list(FundingStage)
ROUNDS = STAGES[: STAGES.index(FundingStage.STRATEGIC)]
TEXTS = {
    "Project": ("name", "summary", "description"),
    "Talent": ("name", "description"),
    "Organisation": ("name",),
    "Investor": ("name", "thesis"),
    "MatchingNeed": ("name", "description"),
}

Record = dict[str, Any]


@cache
def records_in(path: Path) -> list[Record]:
    """The records of a file or of every file in a folder."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return [record for file in files for record in yaml.safe_load(file.read_text("utf-8"))]


def of(entity: str) -> list[Record]:
    return [record for record in records_in(DEMO) if record["entity"] == entity]


def published() -> list[Record]:
    return [project for project in of("Project") if project.get("status") != ProjectStatus.DRAFT]


def texts_of(record: Record) -> Iterator[tuple[str, dict[str, str]]]:
    for field in TEXTS.get(record["entity"], ()):
        yield field, record.get(field) or {}


def sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?;])\s+|(?<=[。！？；])", text) if part.strip()]


def plain_key(item: Any, name: str) -> str:
    return str(item[name] if isinstance(item, dict) else item)


def host(*plugins: Any) -> Host:
    return Host.load(core=[CoreData()], plugins=list(plugins))


def load_all(database: Database, *plugins: Any) -> int:
    """Load facts and demo data; how many rows were written."""
    reports = [report for _, report in load_data(database, host(*plugins), {"reference", "demo"})]
    return sum(sum((report.created + report.updated + report.removed).values()) for report in reports)


def count(database: Database, model: type[models.Base], *conditions: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


# What is written


def test_there_are_about_300_projects_with_their_people_and_40_investors() -> None:
    assert 280 <= len(of("Project")) <= 330
    assert len(of("Investor")) == 40
    assert len(of("Talent")) >= 290
    assert len(of("Organisation")) >= 250
    assert len(of("Investment")) >= 60
    assert {record["place"] for record in of("MatchingNeed")} == {"gb:210200", "gb:320583", "gb:450100"}


def test_every_record_is_marked_fictional() -> None:
    assert not [record["key"] for record in records_in(DEMO) if record.get("fictional") is not True]


def test_needs_of_real_cities_say_that_they_are_invented() -> None:
    for need in of("MatchingNeed"):
        assert "(demonstration)" in need["name"]["en"], need["key"]
        assert "演示" in need["name"]["zh"], need["key"]
        assert need["description"]["en"].startswith("Invented for demonstration"), need["key"]


def test_no_record_claims_a_source_or_a_contact() -> None:
    forbidden = {"source_document", "quote", "website", "email", "registration_number", "verified"}
    assert not [record["key"] for record in records_in(DEMO) if forbidden & set(record)]


def test_every_text_is_in_english_and_in_chinese() -> None:
    for record in records_in(DEMO):
        for field, texts in texts_of(record):
            assert set(texts) == {"en", "zh"}, (record["key"], field)
            assert not CHINESE.search(texts["en"]), (record["key"], field)
            assert CHINESE.search(texts["zh"]), (record["key"], field)


@pytest.mark.parametrize("entity", ["Project", "Talent", "Organisation", "Investor", "MatchingNeed"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_are_unique(entity: str, language: str) -> None:
    names = Counter(record["name"][language].casefold() for record in of(entity))
    assert not [name for name, times in names.items() if times > 1]


def test_a_summary_is_one_sentence_and_a_description_three_or_more() -> None:
    for project in published():
        assert len(sentences(project["summary"]["en"])) == 1, project["key"]
        for language in ("en", "zh"):
            assert 3 <= len(sentences(project["description"][language])) <= 9, (project["key"], language)


def test_no_sentence_is_used_twice() -> None:
    """Prose, not templates: what two descriptions share word for word would be a template."""
    used: dict[str, str] = {}
    for record in records_in(DEMO):
        if record["entity"] not in ("Project", "Investor"):
            continue
        for field, texts in texts_of(record):
            for text in texts.values() if field != "name" else ():
                for sentence in sentences(text):
                    assert sentence not in used, f"{record['key']} and {used.get(sentence)}: {sentence}"
                    used[sentence] = record["key"]


@pytest.mark.parametrize("path", [*sorted(DEMO.glob("*.yaml")), MEMBERSHIPS], ids=lambda path: path.name)
def test_files_are_of_a_size_to_read(path: Path) -> None:
    assert path.stat().st_size < LARGEST_FILE


# The spread


def test_every_kind_and_the_usual_stages_occur_and_start_ups_are_the_most() -> None:
    kinds = Counter(project.get("kind") for project in of("Project"))
    assert set(kinds) == set(ProjectKind)
    assert kinds.most_common(1)[0][0] == ProjectKind.STARTUP
    stages = Counter(project.get("funding_stage") for project in of("Project"))
    for stage in ("SEED", "ANGEL", "PRE_A", "SERIES_A", "SERIES_B", "GRANT"):
        assert stages[stage] >= 10, stage


def test_asks_come_in_many_currencies() -> None:
    currencies = Counter(str(project["ask"]).split()[-1] for project in of("Project") if "ask" in project)
    assert {"CNY", "USD", "GBP", "JPY", "EUR", "SGD"} <= set(currencies)


@pytest.mark.parametrize(
    "field", ["ask", "origin_place", "technology_level", "funding_stage", "organisation", "team", "landing_preferences"]
)
def test_some_published_projects_lack(field: str) -> None:
    lacking = sum(field not in project for project in published())
    assert 3 <= lacking <= len(published()) / 2


def test_about_a_third_are_at_a_leading_level() -> None:
    levels = Counter(project.get("technology_level") for project in of("Project"))
    leading = levels["INTERNATIONAL_LEADING"] + levels["DOMESTIC_LEADING"]
    assert 0.25 <= leading / len(of("Project")) <= 0.45


def test_origins_are_of_every_precision_and_of_many_countries() -> None:
    places = {place["key"]: place for place in records_in(REFERENCE)}
    origins = [places[project["origin_place"]] for project in of("Project") if "origin_place" in project]
    types = {place["type"] for place in origins}
    assert {"COUNTRY", "PROVINCE", "PREFECTURE_CITY", "COUNTY_LEVEL_CITY", "INFORMAL_REGION"} <= types
    assert len({place["country_code"] for place in origins}) >= 25
    wanted = Counter(
        plain_key(item, "place") for project in of("Project") for item in project.get("landing_preferences", ())
    )
    assert min(wanted[city] for city in ("gb:210200", "gb:320583", "gb:450100")) >= 50


def test_some_are_drafts_some_landed_and_some_are_seen_by_few() -> None:
    assert {project.get("status", "PUBLISHED") for project in of("Project")} == set(ProjectStatus)
    assert len({project.get("visibility", "PUBLIC") for project in of("Project")}) >= 4


def test_some_ventures_are_entered_twice_by_two_channels() -> None:
    doubles = [project for project in of("Project") if project["key"].endswith("-dup")]
    assert len(doubles) >= 5
    keys = {project["key"] for project in of("Project")}
    assert {project["key"].removesuffix("-dup") for project in doubles} <= keys


def test_investors_state_their_mandates_and_some_do_not() -> None:
    investors = of("Investor")
    assert len({investor["type"] for investor in investors}) >= 9
    assert any(investor.get("active") is False for investor in investors)
    assert any("cheque" not in investor for investor in investors)
    assert any("excluded_places" in investor for investor in investors)
    assert any("exclusions" in investor for investor in investors)


def test_nobody_invested_in_a_later_round_than_the_project_has_reached() -> None:
    stages = {project["key"]: project.get("funding_stage") for project in of("Project")}
    for investment in of("Investment"):
        reached, stage = stages[investment["project"]], investment["stage"]
        if reached in ROUNDS and stage in ROUNDS:
            assert ROUNDS.index(stage) <= ROUNDS.index(reached), investment["key"]


def test_nobody_invested_before_the_founding() -> None:
    founded = {project["key"]: project.get("founded") for project in of("Project")}
    for investment in of("Investment"):
        begun = founded[investment["project"]]
        assert begun is None or int(str(investment["invested"])[:4]) >= int(begun), investment["key"]


def test_investors_answer_published_projects_and_pass_with_a_reason() -> None:
    drafts = {project["key"] for project in of("Project")} - {project["key"] for project in published()}
    kinds = Counter(interest["kind"] for interest in of("Interest"))
    assert set(kinds) == set(InterestKind)
    for interest in of("Interest"):
        assert interest["project"] not in drafts, interest["key"]
        assert (interest["kind"] == InterestKind.PASS) == ("reason" in interest), interest["key"]


# Tracks and fields of the competition


def test_memberships_only_extend_records_of_the_demo() -> None:
    known = {record["key"] for record in records_in(DEMO)}
    for record in records_in(MEMBERSHIPS):
        assert record["key"] in known
        assert set(record) <= {"entity", "key", "tracks", "concepts", "excluded_concepts"}, record["key"]


def test_every_project_is_in_a_track_and_a_field_and_every_field_has_projects() -> None:
    members = {record["key"]: record for record in records_in(MEMBERSHIPS) if record["entity"] == "Project"}
    assert set(members) == {project["key"] for project in of("Project")}
    fields = Counter(plain_key(item, "concept") for record in members.values() for item in record["concepts"])
    tracks = Counter(plain_key(item, "track") for record in members.values() for item in record["tracks"])
    (scheme,) = records_in(ROOT / "plugins" / "cotiec" / "data" / "fields.yaml")
    assert set(fields) == {f"cotiec:field/{concept['notation']}" for concept in scheme["concepts"]}
    assert len(fields) == 40
    assert min(fields.values()) >= 4
    assert len(tracks) == 5
    assert min(tracks.values()) >= 40


# Loading


def test_it_loads_alone_and_a_second_time_changes_nothing(database: Database) -> None:
    assert load_all(database) > 2000
    assert count(database, models.Project, models.Project.fictional) == len(of("Project"))
    assert count(database, models.Interest) == len(of("Interest"))
    assert count(database, models.ProjectTrack) == 0
    changes = count(database, models.Change)
    assert load_all(database) == 0
    assert count(database, models.Change) == changes


def test_it_loads_with_the_competition_which_then_knows_every_project(sqlite_database: Database) -> None:
    load_all(sqlite_database, cotiec)
    tracked = select(models.ProjectTrack.project_id).where(models.ProjectTrack.project_id == models.Project.id)
    assert count(sqlite_database, models.Project, ~tracked.exists()) == 0
    focused = select(models.InvestorTrack.investor_id).where(models.InvestorTrack.investor_id == models.Investor.id)
    assert count(sqlite_database, models.Investor, focused.exists()) == 39


def test_memberships_come_too_when_the_competition_is_enabled_later(sqlite_database: Database) -> None:
    load_all(sqlite_database)
    load_all(sqlite_database, cotiec)
    assert count(sqlite_database, models.ProjectTrack) >= len(of("Project"))
    assert count(sqlite_database, models.Project) == len(of("Project"))


# The places of core


def test_china_has_34_provincial_divisions_and_kunshan_lies_in_suzhou_in_jiangsu() -> None:
    places = {place["key"]: place for place in records_in(REFERENCE)}
    divisions = [place for place in places.values() if place.get("parent") == "iso:CN"]
    assert len(divisions) == 34
    assert {place["type"] for place in divisions} == {"PROVINCE"}
    path, here = [], "gb:320583"
    while here:
        path.append(here)
        here = places[here].get("parent", "")
    assert path == ["gb:320583", "gb:320500", "iso:CN-JS", "iso:CN"]


def test_a_chinese_code_begins_as_the_code_of_what_surrounds_it() -> None:
    places = {place["key"]: place for place in records_in(REFERENCE)}
    for key, place in places.items():
        if key.startswith("gb:"):
            around = str(places[place["parent"]]["code"])
            assert key == f"gb:{place['code']}"
            assert str(place["code"]).startswith(around.rstrip("0")), key


def test_places_have_unique_names_within_what_surrounds_them() -> None:
    names = Counter((place.get("parent"), place["name"]["en"]) for place in records_in(REFERENCE))
    assert not [name for name, times in names.items() if times > 1]
