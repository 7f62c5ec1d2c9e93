"""The preview of an import: headers, problems by remedy, rows; corrections, and rows with problems to try again."""

from pathlib import Path
from typing import Any

import pytest

from store import models
from store.database import Database
from store.imports import MappingError
from store.imports.planning.corrections import Corrections
from store.imports.planning.headers import PROBLEM_HEADER
from store.imports.planning.kind_guess import guessed_kind
from store.imports.planning.mapping import FilePart
from store.imports.preview import Preview, rows_with_problems
from tests.store.imports.support import changes, every, names_of, run, table

MESSY = [
    ["项目名称 Project Name", "Fundng stage", "融资额（万元）", "founded", "colour"],
    ["Tidal kite", "SEED", "500", "2021", "blue"],
    ["Paper battery", "A轮", "a lot", "long ago", ""],
    ["Glass loom", "A轮", "300", "long ago", ""],
]


def preview(database: Database, path: Path, **options: Any) -> dict[str, Any]:
    found = Preview()
    done = run(database, path, kind="projects", dry_run=True, found=found, **options)
    return found.shown(done.files[0] if done.files else None)


def test_a_preview_says_how_each_header_was_understood_and_what_is_wrong_by_remedy(
    database: Database, tmp_path: Path
) -> None:
    before = changes(database)
    shown = preview(database, table(tmp_path / "x.csv", MESSY))
    assert [(each["field"], each["recognition"], each["suggestion"]) for each in shown["columns"]] == [
        ("name", "BILINGUAL", None),
        (None, None, "funding_stage"),
        ("ask", "PART", None),
        ("founded", "NAME", None),
        (None, None, None),
    ]
    assert shown["columns"][2]["unit"] == {"multiplier": 10000, "currency": "CNY"}
    groups = {each["column"]: each for each in shown["groups"]}
    assert (groups["founded"]["count"], groups["founded"]["values"]) == (2, [{"value": "long ago", "count": 2}])
    assert groups["colour"]["file"]
    assert [len(each["problems"]) for each in shown["rows"]] == [0, 2, 1]
    assert changes(database) == before


def test_mended_by_a_mapping_and_corrections_everything_is_imported(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", MESSY)
    mapping = {"columns": {"Fundng stage": "funding_stage", "colour": "ignore"}}
    given = [(3, "founded", "2020"), (3, "融资额（万元）", "800"), (4, None, None)]
    shown = preview(database, path, mapping=mapping, corrections=Corrections.of(given))
    assert shown["groups"] == []
    assert [each["leftOut"] for each in shown["rows"]] == [False, False, True]
    assert shown["rows"][1]["corrected"] == ["founded", "融资额（万元）"]
    run(database, path, kind="projects", mapping=mapping, corrections=Corrections.of(given))
    assert names_of(database, models.Project) == {"Tidal kite", "Paper battery"}
    assert {str(each.founded) for each in every(database, models.Project)} == {"2021", "2020"}
    with pytest.raises(MappingError, match="which the file doesn't have"):
        preview(database, path, corrections=Corrections.of([(2, "size", "1")]))


def test_rows_with_problems_come_back_as_a_file_to_try_again(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", [["name", "founded"], ["Tidal kite", "2021"], ["Glass loom", "long ago"]])
    found = Preview(most_rows=None)
    done = run(database, path, kind="projects", skip_bad_rows=True, found=found)
    rows = list(rows_with_problems(done.files[0], found))
    assert rows[0] == ["name", "founded", PROBLEM_HEADER]
    assert rows[1][:2] == ["Glass loom", "long ago"]
    assert rows[1][2].startswith("founded: ")
    rows[1][1] = "2019"
    run(database, table(tmp_path / "again.csv", rows), kind="projects")
    assert names_of(database, models.Project) == {"Tidal kite", "Glass loom"}


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["name", "website"], "projects"),
        (["姓名", "邮箱", "学位"], "talents"),
        (["投资机构", "基金规模", "name"], "investors"),
        (["colour", "size"], None),
    ],
)
def test_what_a_file_holds_is_guessed_by_its_headers(tmp_path: Path, headers: list[str], kind: str | None) -> None:
    path = table(tmp_path / "x.csv", [headers, ["1"] * len(headers)])
    assert guessed_kind(path, FilePart(), {}, None) == kind
