"""Which record a row means, run after run: names in several languages, line numbers, company names, former keys."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from store import models
from store.access.actors import Actor
from store.database import Database
from tests.store.imports.support import count, names_of, only, refused, run, table


def imported(database: Database, path: Path, *rows: list[str], **options: Any) -> Any:
    """Import projects of these rows."""
    return run(database, table(path / "projects.csv", list(rows)), **options)


def test_a_name_in_a_second_language_is_the_same_record(database: Database, tmp_path: Path) -> None:
    imported(database, tmp_path, ["项目名称"], ["甲激光雷达"])
    imported(database, tmp_path, ["项目名称", "name_en"], ["甲激光雷达", "Lidar A"])
    assert only(database, models.Project).name == {"zh": "甲激光雷达", "en": "Lidar A"}
    for rows in (
        (["name_en"], ["Lidar A"]),
        (["项目名称"], ["甲激光雷达"]),
        (["name", "项目名称"], ["Lidar A", "甲激光雷达"]),
    ):
        imported(database, tmp_path, *rows)
        assert count(database, models.Project) == 1
    assert (
        imported(database, tmp_path, ["name", "项目名称"], ["Lidar A", "甲激光雷达"]).outlook.unchanged["projects"] == 1
    )


def test_a_team_stays_one_whichever_name_the_file_has(database: Database, tmp_path: Path) -> None:
    imported(database, tmp_path, ["name", "team"], ["Lidar A", "Ann Lee"])
    imported(database, tmp_path, ["name", "项目名称", "team"], ["Lidar A", "甲激光雷达", "Ann Lee"])
    imported(database, tmp_path, ["项目名称", "team"], ["甲激光雷达", "Ann Lee"])
    assert count(database, models.Talent) == 1


def test_names_that_lead_to_two_records_are_asked_about(sqlite_database: Database, tmp_path: Path) -> None:
    imported(sqlite_database, tmp_path, ["name"], ["Lidar A"], ["甲激光雷达"])
    path = table(tmp_path / "projects.csv", [["name_en", "name_zh"], ["Lidar A", "甲激光雷达"]])
    (problem,) = refused(sqlite_database, path)
    assert "several stored records" in problem.problem


def test_one_english_name_of_two_chinese_projects_is_asked_about(sqlite_database: Database, tmp_path: Path) -> None:
    imported(sqlite_database, tmp_path, ["name_zh", "name_en"], ["甲机器人", "Robot"])
    path = table(tmp_path / "projects.csv", [["name_zh", "name_en"], ["乙机器人", "Robot"]])
    (problem,) = refused(sqlite_database, path)
    assert "called '甲机器人' in zh" in problem.problem
    path = table(tmp_path / "projects.csv", [["name_zh", "name_en"], ["丙", "Arm"], ["丁", "Arm"]])
    (problem,) = refused(sqlite_database, path)
    assert "is also the id of row 2" in problem.problem


@pytest.mark.parametrize("header", ["序号", "No.", "no", "number", "#", "S/N", "Serial No."])
def test_line_numbers_are_no_ids(sqlite_database: Database, tmp_path: Path, header: str) -> None:
    imported(sqlite_database, tmp_path, [header, "name"], ["1", "A"], ["2", "B"])
    report = imported(sqlite_database, tmp_path, [header, "name"], ["1", "C"], ["2", "B"])
    assert names_of(sqlite_database, models.Project) == {"A", "B", "C"}
    assert "line numbers" in report.notes[0]


def test_line_numbers_are_ids_where_the_mapping_says_so(sqlite_database: Database, tmp_path: Path) -> None:
    mapping = {"columns": {"序号": "id"}}
    imported(sqlite_database, tmp_path, ["序号", "name"], ["1", "A"], ["2", "B"], mapping=mapping)
    imported(sqlite_database, tmp_path, ["序号", "name"], ["1", "C"], ["2", "D"], mapping=mapping)
    assert names_of(sqlite_database, models.Project) == {"C", "D"}


@pytest.mark.parametrize("header", ["编号", "id", "code", "key", "项目编号"])
def test_a_list_that_would_rename_every_record_is_asked_about(
    sqlite_database: Database, tmp_path: Path, header: str
) -> None:
    imported(sqlite_database, tmp_path, [header, "name"], ["1", "A"], ["2", "B"])
    path = table(tmp_path / "projects.csv", [[header, "name"], ["1", "C"], ["2", "D"], ["3", "E"]])
    (problem,) = refused(sqlite_database, path)
    assert "would rename all 2 stored records" in problem.problem
    assert problem.column == header
    path = table(tmp_path / "projects.csv", [[header, "name"], ["1", "C"], ["2", "B"], ["3", "E"]])
    run(sqlite_database, path)
    assert names_of(sqlite_database, models.Project) == {"C", "B", "E"}


def test_records_that_were_imported_by_line_numbers_are_found_by_name(
    sqlite_database: Database, tmp_path: Path
) -> None:
    mapping = {"columns": {"序号": "id"}}
    imported(sqlite_database, tmp_path, ["序号", "name"], ["1", "A"], ["2", "B"], mapping=mapping)
    report = imported(sqlite_database, tmp_path, ["序号", "name"], ["1", "A"], ["2", "C"])
    assert report.outlook.new["projects"] == 1
    assert names_of(sqlite_database, models.Project) == {"A", "B", "C"}


def test_a_record_under_a_key_of_an_earlier_version_is_found(sqlite_database: Database, tmp_path: Path) -> None:
    imported(sqlite_database, tmp_path, ["name"], ["C++ trainer"], ["Second"])
    with sqlite_database.write(Actor.system("test")) as session:
        key = "by-name/c++trainer"
        assert session.scalar(select(models.ExternalId).where(models.ExternalId.value == key)) is not None
        session.execute(
            update(models.ExternalId).where(models.ExternalId.value == key).values(value="by-name/ctrainer")
        )
    report = imported(sqlite_database, tmp_path, ["name"], ["C++ trainer"], ["C# trainer"])
    assert (report.outlook.unchanged["projects"], report.outlook.new["projects"]) == (1, 1)


@pytest.mark.parametrize("company", ["企业名称", "Company name"])
def test_a_company_beside_a_project_is_its_organisation(
    sqlite_database: Database, tmp_path: Path, company: str
) -> None:
    imported(sqlite_database, tmp_path, [company, "项目名称"], ["远洋科技", "水下焊接"])
    assert names_of(sqlite_database, models.Project) == {"水下焊接"}
    assert names_of(sqlite_database, models.Organisation) == {"远洋科技"}


def test_a_company_alone_is_the_project(sqlite_database: Database, tmp_path: Path) -> None:
    imported(sqlite_database, tmp_path, ["企业名称"], ["远洋科技"])
    assert names_of(sqlite_database, models.Project) == {"远洋科技"}


@pytest.mark.parametrize("headers", [["简介", "项目介绍"], ["about", "description"], ["title", "project name"]])
def test_two_columns_of_one_text_are_refused(sqlite_database: Database, tmp_path: Path, headers: list[str]) -> None:
    path = table(tmp_path / "projects.csv", [["id", "name", *headers], ["1", "A", "x", "y"]])
    problems = refused(sqlite_database, path)
    assert any("means the field" in problem.problem for problem in problems)


def test_two_texts_of_one_language_are_refused_in_their_row(sqlite_database: Database, tmp_path: Path) -> None:
    path = table(
        tmp_path / "projects.csv", [["name", "项目名称"], ["Lidar", "激光雷达"], ["Robot", "Arm"], ["Cell", "cell"]]
    )
    (problem,) = refused(sqlite_database, path)
    assert (problem.row, "besides 'Robot'" in problem.message) == (3, True)


def test_whole_numbers_with_a_decimal_are_the_ids_that_they_mean(sqlite_database: Database, tmp_path: Path) -> None:
    imported(sqlite_database, tmp_path, ["id", "name"], ["7", "A"])
    report = imported(sqlite_database, tmp_path, ["id", "name"], ["7.0", "A"])
    assert report.outlook.unchanged["projects"] == 1
