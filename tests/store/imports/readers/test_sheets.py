"""Workbooks as people fill them in: titles, merged cells, totals, notes, escapes; and files that are traps."""

import datetime
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import models
from store.database import Database
from store.imports.readers import FileError, open_source
from store.imports.readers.merged_cells import Merge
from store.imports.readers.workbook import unescaped
from store.imports.records.passed_over import why_passed_over
from tests.store.imports.support import every, only, refused, run, table

FILES = Path(__file__).parent / "files"
Rows = list[list[Any]]


def workbook(path: Path, rows: Rows, *merged: str, more: tuple[str, ...] = ()) -> Path:
    """A workbook with these rows, merged ranges, and further sheets."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    for reference in merged:
        sheet.merge_cells(reference)
    for name in more:
        book.create_sheet(name).append(["name"])
    book.save(path)
    return path


def cells_of(path: Path, header: str) -> list[Any]:
    """A column."""
    return [row.get(header) for _, row in open_source(path).rows()]


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2))
def test_a_value_of_several_rows_holds_for_each(tmp_path_factory: Any, first: int, second: int, column: int) -> None:
    path = tmp_path_factory.mktemp("merged") / "a.xlsx"
    headers = ["a", "b", "c"]
    rows: Rows = [headers] + [[f"{header}{number}" for header in headers] for number in range(first + second)]
    letter = "ABC"[column]
    merged = [f"{letter}2:{letter}{first + 1}", f"{letter}{first + 2}:{letter}{first + second + 1}"]
    workbook(path, rows, *(one for one in merged if len(set(one.split(":"))) == 2))
    expected = [f"{headers[column]}0"] * first + [f"{headers[column]}{first}"] * second
    assert cells_of(path, headers[column]) == expected
    assert all(cells_of(path, other) == [row[i] for row in rows[1:]] for i, other in enumerate(headers) if i != column)


def test_headings_across_the_table_are_no_records(tmp_path: Path) -> None:
    rows = [["2024 list"], ["name", "industry"], ["Group one"], ["A", "AI"], ["Group two"], ["B", "Bio"]]
    path = workbook(tmp_path / "a.xlsx", rows, "A1:B1", "A3:B3", "A5:B5")
    source = open_source(path)
    assert [row["name"] for _, row in source.rows()] == ["A", "B"]
    assert any("row 3" in note for note in source.notes)


def test_cells_merged_across_columns_are_refused(sqlite_database: Database, tmp_path: Path) -> None:
    rows = [["name", "summary", "industry"], ["A", "x", None], ["B", "y", "AI"]]
    (problem,) = refused(sqlite_database, workbook(tmp_path / "projects.xlsx", rows, "B2:C2"))
    assert "has merged cells (B2:C2)" in problem.message
    with pytest.raises(FileError, match=r"merged cells in its headers \(B1:C1\)"):
        open_source(workbook(tmp_path / "b.xlsx", [["name", "stage", None], ["A", "x", "y"]], "B1:C1"))


def test_headers_of_two_rows_begin_the_table_below_both(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["name", "industry"], [None, None], ["A", "AI"]], "A1:A2", "B1:B2")
    assert cells_of(path, "name") == ["A"]


@pytest.mark.parametrize("reference", ["A2:A4", "AB10:AC12", "XFD1:XFD2"])
def test_a_range_is_written_as_it_was_read(reference: str) -> None:
    assert str(Merge.of(reference)) == reference
    assert Merge.of("A2") is None


@pytest.mark.parametrize(
    "words",
    ["合计", "总计", "小计：", "合 计", "共计", "本页小计", "平均值", "Total", "TOTAL:", "Grand total", "Sub-total",
     "Subtotals", "Sum", "Average", "Total (3 projects)", "合计（3项）", "共3个项目", "合計", "Summe",
     "Subtotal: North", "Sub-total for 2024", "小计：生物医药", "华东合计", "华南区小计"],
)  # fmt: skip
def test_a_total_is_no_record(words: str) -> None:
    assert "total" in why_passed_over({"no": words, "name": None, "ask": 8000000, "share": "100%"})
    assert "total" in why_passed_over({"no": "", "name": words, "ask": "800万元"})
    assert why_passed_over({"name": words, "summary": "It adds things up.", "ask": 1}) == ""


@pytest.mark.parametrize(
    "words", ["Total Energy", "总计科技有限公司", "Summit", "Averages and means", "合计师", "小计软件"]
)
def test_a_name_that_begins_like_a_total_is_a_record(words: str) -> None:
    assert why_passed_over({"name": words, "ask": 8000000}) == ""


@pytest.mark.parametrize("words", ["注：以上金额为估计", "备注: 无", "数据来源：某某", "Source: a register", "Note: x"])
def test_a_note_alone_in_its_row_is_no_record(words: str) -> None:
    assert "note" in why_passed_over({"name": words, "ask": None})
    assert why_passed_over({"name": words, "summary": "x"}) == ""


def test_totals_are_passed_over_with_a_note_and_nothing_is_lost(sqlite_database: Database, tmp_path: Path) -> None:
    rows: Rows = [["项目名称", "融资额（万元）"], ["甲", 5], ["小计", 5], ["乙", 3], ["合计", 8], ["注：单位为万元"]]
    report = run(sqlite_database, workbook(tmp_path / "projects.xlsx", rows))
    assert {next(iter(one.name.values())) for one in every(sqlite_database, models.Project)} == {"甲", "乙"}
    assert sum("skipped" in note for note in report.notes) == 3


@pytest.mark.parametrize(
    ("cell", "text"),
    [("a_x000D_\nb", "a\nb"), ("a_x000d_b", "a\rb"), ("_x4E2D_国", "中国"), ("_x005F_x000D_", "_x000D_"),
     ("snake_case_x", "snake_case_x"), ("_xD83D__xDE00_", "😀"), ("a_x000B_b", "a\nb")],
)  # fmt: skip
def test_the_escapes_of_workbooks(cell: str, text: str) -> None:
    assert unescaped(cell) == text


@given(st.text(max_size=20))
def test_what_a_workbook_escapes_comes_back(text: str) -> None:
    escaped = "".join(f"_x{ord(c):04X}_" if ord(c) < 0x10000 and not 0xD800 <= ord(c) < 0xE000 else c for c in text)
    assert unescaped(escaped) == text.replace("\r\n", "\n").replace("\v", "\n")


def share_texts(path: Path) -> None:
    """Move the texts of a workbook's cells into the table of shared ones, where spreadsheet programs write them."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    texts: list[str] = []

    def shared(match: re.Match[str]) -> str:
        texts.append(f"<si>{match[2]}</si>")
        return f'{match[1]} t="s"><v>{len(texts) - 1}</v></c>'

    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = re.sub(
        r'(<c r="\w+")[^>]* t="inlineStr"[^>]*><is>(.*?)</is></c>', shared, sheet, flags=re.DOTALL
    )
    assert texts
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    members["xl/sharedStrings.xml"] = f'<sst xmlns="{space}">{"".join(texts)}</sst>'
    part = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{part}"/></Types>'
    types = members["[Content_Types].xml"]
    members["[Content_Types].xml"] = types if "sharedStrings" in types else types.replace("</Types>", override)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("inline", [False, True], ids=["shared texts", "texts in cells"])
@pytest.mark.parametrize(
    ("cell", "text"),
    [("a_x000D_\nb", "a\nb"), ("_x005F_x000D_", "_x000D_"), ("a _x005F_x005F_x005F_x000D_", "a _x005F_x000D_")],
)  # fmt: skip
def test_the_escapes_of_a_workbook_are_decoded_once(
    sqlite_database: Database, tmp_path: Path, cell: str, text: str, inline: bool
) -> None:
    path = workbook(tmp_path / "projects.xlsx", [["name", "summary"], ["A", cell]])
    if not inline:
        share_texts(path)
    run(sqlite_database, path)
    assert only(sqlite_database, models.Project).summary == {"en": text}


def test_escapes_that_a_program_copied_from_a_workbook_are_decoded(sqlite_database: Database, tmp_path: Path) -> None:
    run(sqlite_database, table(tmp_path / "projects.csv", [["name", "summary"], ["A", "a_x000D_\nb"]]))
    assert only(sqlite_database, models.Project).summary == {"en": "a\nb"}


def test_a_total_is_one_whatever_column_says_so(sqlite_database: Database, tmp_path: Path) -> None:
    rows: Rows = [
        ["序号", "项目名称", "备注信息", "币种", "融资额"],
        [1, "甲", "x", "CNY", 5],
        ["合计", None, None, "CNY", 5],
    ]
    rows.append([None, "总计", None, "人民币", "5万元"])
    path = workbook(tmp_path / "projects.xlsx", rows, "A3:C3")
    report = run(sqlite_database, path, mapping={"columns": {"备注信息": "ignore"}})
    assert only(sqlite_database, models.Project).name == {"zh": "甲"}
    assert sum("skipped" in note for note in report.notes) == 2


def test_further_sheets_are_noted(sqlite_database: Database, tmp_path: Path) -> None:
    path = workbook(tmp_path / "projects.xlsx", [["name"], ["A"]], more=("2023", "2022"))
    (note,) = run(sqlite_database, path).notes
    assert "2023, 2022" in note
    assert run(sqlite_database, path, mapping={"sheet": "2023"}).notes == []


def test_a_first_sheet_of_notes_is_asked_about(sqlite_database: Database, tmp_path: Path) -> None:
    path = workbook(tmp_path / "projects.xlsx", [["填写说明"], ["请按模板填写"]], more=("项目",))
    problems = refused(sqlite_database, path)
    assert all("name the 'sheet' in the mapping file: there are 项目 too" in each.remedy for each in problems)


def test_an_archive_that_unpacks_too_far_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["name"], ["A"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"<row/>" * 20_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(FileError, match="unpacks to 120 MB from"):
        open_source(path)


def test_a_large_honest_workbook_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["name", "summary"])
    for number in range(3000):
        sheet.append([f"Project {number}", "It makes sensors for greenhouses and sells them to growers. " * 30])
    book.save(tmp_path / "a.xlsx")
    assert sum(1 for _ in open_source(tmp_path / "a.xlsx").rows()) == 3000


def test_arrays_of_json(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "projects.json"
    path.write_bytes(orjson.dumps([{"name": "A", "keywords": ["x", "y"]}, {"name": {"en": "B", "zh": "乙"}}]))
    run(sqlite_database, path)
    found = {one.name["en"]: one for one in every(sqlite_database, models.Project)}
    assert found["A"].keywords == ["x", "y"]
    assert found["B"].name["zh"] == "乙"


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (b'{"projects": [{"name": "A"}], "total": 1}', ["A"]),
        (b'{"name": "A"}\n{"name": "B"}\n', ["A", "B"]),
        (b'\xef\xbb\xbf[{"name": "A"}]', ["A"]),
    ],
)
def test_other_files_that_end_in_json(tmp_path: Path, content: bytes, names: list[str]) -> None:
    (tmp_path / "a.json").write_bytes(content)
    assert cells_of(tmp_path / "a.json", "name") == names


@pytest.mark.parametrize("content", [b"", b"[", b"[]", b"[1]", b'{"a": [{}], "b": [{}]}', b'"text"'])
def test_json_without_rows_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(FileError):
        open_source(tmp_path / "a.json")


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Sheet1">
<table:table-row><table:table-cell office:value-type="string"><text:p>name</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>founded</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>潮汐</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2024-07-16"><text:p>16</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def test_an_open_document_sheet(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "projects.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.replace(">\n", ">"))
        archive.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="m"/>')
    run(sqlite_database, path)
    project = only(sqlite_database, models.Project)
    assert (project.name, project.founded.text) == ({"zh": "潮汐"}, "2024-07-16")


def test_an_old_workbook(sqlite_database: Database) -> None:
    report = run(sqlite_database, FILES / "projects.xls", mapping={"columns": {"赛道": "keywords"}})
    found = {one.name["zh"]: one for one in every(sqlite_database, models.Project)}
    assert {name: one.founded.text for name, one in found.items()} == {
        "潮汐发电": "2021-03-05",
        "光学芯片": "2022-07-16",
        "水下机器人": "2020-01-09",
    }
    assert found["光学芯片"].ask_max == 8_005_000
    assert found["光学芯片"].keywords == found["潮汐发电"].keywords == ["能源"]
    assert len(report.notes) == 3  # another sheet, line numbers, a total


def test_an_xls_by_name_may_hold_an_xlsx(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", [["name", "founded"], ["A", datetime.date(2024, 7, 16)], [7.0, 2015]])
    path = (tmp_path / "a.xlsx").rename(tmp_path / "a.xls")
    assert [list(row.values()) for _, row in open_source(path).rows()] == [
        ["A", datetime.datetime(2024, 7, 16)],
        [7, 2015],
    ]


def test_titles_above_headers_of_text_files(sqlite_database: Database, tmp_path: Path) -> None:
    tops = ["Our cohort\n", "Our cohort, of 2024\n\n", "项目\n", '"Exported on 1 May, by Ann"\nNote; x\n', "\n\n"]
    for number, top in enumerate(tops):
        for delimiter in ",;\t|":
            path = tmp_path / f"projects{number}.csv"
            lines = [["name", "industry", "founded"], [f"P{number}", "AI", "2015"], ["Q", "Bio", "2016.0"]]
            path.write_text(top + "\n".join(delimiter.join(line) for line in lines), encoding="utf-8")
            report = run(sqlite_database, path, kind="projects", dry_run=True)
            assert (report.outlook.rows["projects"], report.problems) == (2, []), (top, delimiter)


def test_a_file_of_one_column_has_no_delimiter(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "projects.csv"
    path.write_text("name\nCells, batteries and more\nB\n", encoding="utf-8")
    (problem,) = refused(sqlite_database, path)
    assert "put a text that holds the delimiter in quotes" in problem.message


@pytest.mark.parametrize("midnight", [datetime.datetime(2024, 7, 16), "2024-07-16 00:00:00", "2024-07-16T00:00:00Z"])
def test_midnight_is_no_time_of_day(sqlite_database: Database, tmp_path: Path, midnight: Any) -> None:
    path = workbook(tmp_path / "events.xlsx", [["name", "type", "start"], ["A", "keynote", midnight]])
    assert run(sqlite_database, path).notes == []


def test_times_tell_events_apart_and_are_noted(sqlite_database: Database, tmp_path: Path) -> None:
    day = "2025-09-17"
    rows = [["name", "type", "start"], ["Break", "coffee break", f"{day} 10:30"], ["Break", "break", f"{day} 15:30"]]
    path = table(tmp_path / "events.csv", rows)
    (note,) = run(sqlite_database, path).notes
    assert "time of day" in note
    assert run(sqlite_database, path).outlook.unchanged["events"] == 2
    assert {event.type.value for event in every(sqlite_database, models.Event)} == {"OTHER"}
