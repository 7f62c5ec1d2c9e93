"""Inputs that once failed, where the folder of them lies beside the checkout."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plugins.digest.settings import Settings
from recommender.encoders import encoders_for
from recommender.interface.requests import RankingRequest
from recommender.serving.service import Recommender
from recommender.training.encode import encode
from store import models
from store.access.actors import Actor
from store.database import Database
from store.documents import load
from store.imports import ImportFailedError, ImportReport, import_files, read_mapping
from tests.store.imports.support import every, names_of, place_of

ROOT = Path(__file__).parents[3]
CASES = ROOT.parent / "shared" / "cases"
REFERENCE = ROOT / "store" / "data" / "reference"
ORDER = {"first": 0, "second": 1}
KINDS = ("talents", "events", "investors")


def projects(database: Database) -> dict[str, Any]:
    """Every project by its first name."""
    return {next(iter(project.name.values())): project for project in every(database, models.Project)}


def places(database: Database) -> dict[str, str]:
    """Where each project comes from."""
    return {name: place_of(database, project.origin_place_id) for name, project in projects(database).items()}


def check_homonyms(database: Database, reports: list[ImportReport]) -> None:
    assert len(projects(database)) == 3
    assert reports[0].outlook.new["projects"] == 3


def check_states(database: Database, reports: list[ImportReport]) -> None:
    (problem,) = reports[0].problems
    assert "California" in problem.message
    assert {place.split(" < ", 1)[1] for place in places(database).values()} == {
        "Indiana < United States",
        "Massachusetts < United States",
        "Colorado < United States",
    }


def check_company_names(database: Database, reports: list[ImportReport]) -> None:
    assert set(projects(database)) == {"可降解心脏封堵器", "水下焊接机器人"}
    assert names_of(database, models.Organisation) == {"某某科技有限公司", "另一智能有限公司"}


def check_serials(database: Database, reports: list[ImportReport]) -> None:
    assert set(projects(database)) == {"甲项目", "乙项目", "丙项目", "丁项目"}


def check_namibia(database: Database, reports: list[ImportReport]) -> None:
    assert places(database) == {"Desert Water": "Namibia", "Oslo Grid": "Norway"}


def check_commas(database: Database, reports: list[ImportReport]) -> None:
    assert names_of(database, models.Concept) == {"AI", "Fintech", "Health", "医疗"}
    assert names_of(database, models.Talent) == {"Ann Lee", "Bob Ray", "王一", "李二"}
    assert {tuple(project.keywords) for project in projects(database).values()} == {("ml", "cloud"), ("甲", "乙")}
    assert any("split at commas" in note for note in reports[0].notes)


def check_brackets(database: Database, reports: list[ImportReport]) -> None:
    assert names_of(database, models.Talent) == {"Zhang San", "Li Si"}
    assert {member.title["en"] for member in every(database, models.TeamMember)} == {"CEO", "CTO"}


def check_languages_of_programs(database: Database, reports: list[ImportReport]) -> None:
    assert names_of(database, models.Concept) == {"C++", "C#", "C"}


def check_marks(database: Database, reports: list[ImportReport]) -> None:
    assert names_of(database, models.Concept) == {"ข้าว", "ข่าว"}
    assert len(projects(database)) == 5


def check_merged(database: Database, reports: list[ImportReport]) -> None:
    assert [project.keywords for project in projects(database).values()] == [["数字经济"]] * 3


def check_hong_kong(database: Database, reports: list[ImportReport]) -> None:
    found = places(database)
    assert found["A"] == found["B"] == "Hong Kong < China"
    assert found["C"] == "Taiwan < China"
    assert found["D"].endswith(" < China")


def check_state_names(database: Database, reports: list[ImportReport]) -> None:
    assert places(database) == {"A": "Ontario < Canada", "B": "Ontario < Canada", "C": "Texas < United States"}
    assert len({projects(database)[name].origin_place_id for name in "AB"}) == 1


def check_title(database: Database, reports: list[ImportReport]) -> None:
    assert set(projects(database)) == {"Alpha"}
    assert names_of(database, models.Concept) == {"AI"}


def check_years(database: Database, reports: list[ImportReport]) -> None:
    assert {name: project.founded.text for name, project in projects(database).items()} == {
        "Alpha": "2015",
        "Beta": "2016",
    }


def check_amounts(database: Database, reports: list[ImportReport]) -> None:
    found = projects(database)
    assert (found["甲"].ask_min, found["甲"].ask_max, found["甲"].ask_currency) == (10_000_000, 100_000_000, "CNY")
    assert (found["乙"].ask_min, found["乙"].ask_max) == (None, 100_000_000)
    assert found["丙"].ask_max is None
    assert [str(found[name].funding_stage.value) for name in "甲乙丙"] == ["SERIES_A", "PRE_A", "SERIES_A"]


def check_returns(database: Database, reports: list[ImportReport]) -> None:
    (project,) = projects(database).values()
    assert project.summary == {"en": "line one\nline two"}


def check_total(database: Database, reports: list[ImportReport]) -> None:
    assert set(projects(database)) == {"甲", "乙"}
    assert any("合计" in note for note in reports[0].notes)


def check_both_names(database: Database, reports: list[ImportReport]) -> None:
    (project,) = every(database, models.Project)
    assert project.name == {"zh": "甲激光雷达", "en": "Lidar A"}


def check_french(database: Database, reports: list[ImportReport]) -> None:
    assert [concept.name for concept in every(database, models.Concept)] == [{"fr": "Santé"}]


def check_mail(database: Database, reports: list[ImportReport]) -> None:
    assert {talent.email for talent in every(database, models.Talent)} == {"a@example.org", "b@example.org"}


def check_quotes(database: Database, reports: list[ImportReport]) -> None:
    assert projects(database)["Alpha"].summary == {"en": 'They said "hello", twice'}
    assert set(projects(database)) == {"Alpha", "Beta"}


def check_times(database: Database, reports: list[ImportReport]) -> None:
    assert [event.starts.text for event in every(database, models.Event)] == ["2025-09-17"] * 2


def check_indian(database: Database, reports: list[ImportReport]) -> None:
    assert {name: project.raised_amount for name, project in projects(database).items()} == {
        "A": 200_000_000,
        "B": 8_048_394,
    }


def check_quote(database: Database, reports: list[ImportReport]) -> None:
    (project,) = projects(database).values()
    assert project.quote == "=1+1"  # the guard is the export's


Check = Callable[[Database, list[ImportReport]], None] | str
"""What is right of the store and the reports; or what the refusal says."""
EXPECTED: dict[str, Check] = {
    "01": check_homonyms,
    "03": check_states,
    "05": check_company_names,
    "07": check_serials,
    "08": "euc-kr (Korean): '서울로봇",
    "10": check_namibia,
    "12": check_commas,
    "14": check_brackets,
    "15": check_languages_of_programs,
    "16": check_marks,
    "18": check_merged,
    "19": check_hong_kong,
    "20": check_state_names,
    "23": check_title,
    "24": check_years,
    "26": "may be 2021-09 or --09-21",
    "27": check_amounts,
    "29": check_returns,
    "31": check_total,
    "33": '"Notes: internal": ignore',
    "34": check_both_names,
    "35": check_quote,
    "36": check_french,
    "37": check_mail,
    "38": check_quotes,
    "40": check_times,
    "45": check_indian,
}
ELSEWHERE = {"39", "44"}
"""A setting of the digest, and a matter of the ranking."""


def folders() -> list[Path]:
    """The cases of imports, if they are there."""
    there = CASES.iterdir() if CASES.is_dir() else ()
    return sorted(path for path in there if path.is_dir() and path.name[:2] not in ELSEWHERE)


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside the checkout")
def test_no_case_is_left_out() -> None:
    there = {path.name[:2] for path in CASES.iterdir() if path.is_dir()}
    assert there == EXPECTED.keys() | ELSEWHERE


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside the checkout")
def test_the_address_of_case_39_can_be_mailed() -> None:
    (folder,) = CASES.glob("39-*")
    name, _, value = (folder / "env.txt").read_text("utf-8").strip().partition("=")
    assert name == "ROADSHOW_PLUGINS__DIGEST__BASE_URL"
    address = Settings(base_url=value).base_url
    assert address is not None
    assert address.isascii()


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside the checkout")
@pytest.mark.nightly  # a model is loaded
def test_the_long_text_of_case_44_stands_above_those_that_say_nothing(sqlite_database: Database) -> None:
    (folder,) = CASES.glob("44-*")
    with sqlite_database.write(Actor.system("test")) as session:
        load(session, [REFERENCE], "core")
    for name in ("projects", "investors"):
        import_files(sqlite_database, [folder / f"{name}.csv"], kind=name, namespace="t")
    (fund,) = every(sqlite_database, models.Investor)
    names = {project.id: next(iter(project.name.values())) for project in every(sqlite_database, models.Project)}
    encoders = encoders_for("default")
    encode(sqlite_database, encoders)
    listed = Recommender(sqlite_database, encoders=encoders).rank(RankingRequest(fund.id, first=100)).items
    assert len(listed) == len(names)
    about = {"Short", "Milk8", "Milk40"}
    assert {names[item.object_id] for item in listed[:3]} == about
    for item in listed[:3]:
        assert not [reason.en for reason in item.reasons if reason.en == "It uses other words."]


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside the checkout")
@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_a_case_comes_out_right(sqlite_database: Database, folder: Path) -> None:
    number = folder.name[:2]
    expected = EXPECTED[number]
    with sqlite_database.write(Actor.system("test")) as session:
        load(session, [REFERENCE], "core")
    files = [path for path in folder.iterdir() if path.suffix in (".csv", ".xlsx")]
    mapping = folder / "m.yaml"
    reports = []
    for path in sorted(files, key=lambda path: (ORDER.get(path.stem, 0), path.name)):
        options: dict[str, Any] = {
            "kind": path.stem if path.stem in KINDS else "projects",
            "namespace": "t",
            "mapping": read_mapping(mapping) if mapping.exists() and number != "33" else None,
        }
        if isinstance(expected, str):
            with pytest.raises(ImportFailedError) as refused:
                import_files(sqlite_database, [path], **options)
            assert expected in str(refused.value)
            continue
        dry = import_files(sqlite_database, [path], dry_run=True, **options)
        reports.append(dry)
        written = import_files(sqlite_database, [path], skip_bad_rows=bool(dry.problem_count), **options)
        assert (dry.outlook, dry.problems, dry.notes) == (written.outlook, written.problems, written.notes)
    if callable(expected):
        expected(sqlite_database, reports)
