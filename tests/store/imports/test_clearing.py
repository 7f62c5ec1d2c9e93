"""`(none)` empties a field; an empty cell leaves it."""

from decimal import Decimal
from pathlib import Path

import pytest

from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from tests.store.imports.support import by_id, changes, count, refused, run, table

pytestmark = pytest.mark.nightly_on_postgresql

HEADERS = ["id", "name_en", "name_zh", "summary_en", "summary_zh", "ask", "stage", "founded", "place", "keywords"]
HEADERS += ["categories", "team"]
FULL = ["1", "Tides", "潮汐", "Measures tides.", "测量潮汐。", "500万元", "A轮", "2020", "Dalian, China", "a; b"]
FULL += ["chips; boats", "Lin Mei"]


def project(database: Database) -> models.Project:
    found: models.Project = by_id(database, models.Project, "1")
    return found


@pytest.mark.parametrize("marker", ["(none)", "（空）", "(NONE)", "（None）", "(空)"])
def test_a_marker_empties_and_an_empty_cell_leaves(database: Database, tmp_path: Path, marker: str) -> None:
    path = table(tmp_path / "projects.csv", [HEADERS, FULL])
    run(database, path)
    before = changes(database)
    table(path, [HEADERS, [*FULL[:2], *[""] * 10]])
    run(database, path)
    kept = project(database)
    assert (kept.ask_min, kept.keywords) == (Decimal(5_000_000), ["a", "b"])
    assert kept.founded is not None
    assert kept.origin_place_id is not None
    assert count(database, models.TeamMember) == 1
    assert changes(database) == before

    table(path, [HEADERS, [*FULL[:3], marker, "", *[marker] * 7]])
    report = run(database, path)
    assert report.outlook.changed == {"projects": 1}
    empty = project(database)
    assert empty.summary == {"zh": "测量潮汐。"}
    assert (empty.ask_min, empty.ask_max, empty.ask_currency) == (None, None, None)
    assert (empty.funding_stage, empty.founded, empty.founded_earliest, empty.keywords) == (None, None, None, [])
    assert empty.origin_place_id is None
    assert count(database, models.TeamMember) == count(database, models.ProjectConcept) == 0
    assert count(database, models.Talent) == 1
    after = changes(database)
    assert run(database, path).outlook.nothing_to_do
    assert changes(database) == after


def test_a_new_record_is_made_without_what_is_emptied(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [["id", "name", "summary", "ask", "team"], ["1", "T", *["(none)"] * 3]])
    run(database, path)
    assert (project(database).summary, project(database).ask_min) == (None, None)


def test_another_column_of_the_field_says_more(database: Database, tmp_path: Path) -> None:
    mapping = {"columns": {"Tags": "keywords", "More": "keywords"}}
    rows = [["id", "name", "Tags", "More"], ["1", "T", "(none)", "c"]]
    run(database, table(tmp_path / "projects.csv", rows), mapping=mapping)
    assert project(database).keywords == ["c"]


def test_the_mapping_may_say_what_empties(database: Database, tmp_path: Path) -> None:
    mapping = {"columns": {"Runde": {"field": "funding_stage", "values": {"verkauft": "(none)"}}}}
    path = table(tmp_path / "projects.csv", [["id", "name", "Runde"], ["1", "T", "SEED"]])
    run(database, path, mapping=mapping)
    run(database, table(path, [["id", "name", "Runde"], ["1", "T", "verkauft"]]), mapping=mapping)
    assert project(database).funding_stage is None


def test_what_a_record_must_have_can_not_be_emptied(database: Database, tmp_path: Path) -> None:
    rows = [["id", "name", "status", "ask_min"], ["1", "(none)", "", ""], ["2", "T", "(none)", "(none)"]]
    problems = refused(database, table(tmp_path / "projects.csv", rows))
    assert [(problem.row, problem.column) for problem in problems] == [(2, "name"), (3, "status"), (3, "ask_min")]
    assert all("can't be emptied" in problem.problem and problem.remedy for problem in problems)
    rows = [["id", "name", "position", "degree"], ["1", "A", "(none)", "(none)"]]
    problems = refused(database, table(tmp_path / "talents.csv", rows))
    assert {problem.column for problem in problems} == {"position", "degree"}


def test_what_somebody_edited_stays(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [["id", "name", "summary"], ["1", "T", "Old"]])
    run(database, path)
    with database.write(Actor(Role.ORGANISER, "key_x", None, "hand")) as session:
        session.get_one(models.Project, project(database).id).summary = {"en": "By hand"}
    report = run(database, table(path, [["id", "name", "summary"], ["1", "T", "(none)"]]))
    assert project(database).summary == {"en": "By hand"}
    assert len(report.written.kept) == 1
