"""What a run shows and what its options leave out: everything at once, cells rather than rows, notes."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from store import models
from store.database import Database
from store.imports.kinds import KINDS
from store.imports.planning.headers import columns_of, in_yaml
from store.imports.planning.mapping import FilePart
from store.imports.problems import NoteLog
from tests.store.imports.support import count, every, names_of, only, refused, run, table

HEADERS = ["name", "stage", "founded", "ask", "website", "location", "edition", "currency"]
BAD = ["B", "first", "soon", "a lot", "not a site", "Nowhereland", "none such", "EUR"]
GOOD = ["A", "A轮", "2024", "5m", "https://example.org", "", "", "EUR"]


def test_a_bad_cell_costs_the_cell_where_one_says_so(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [HEADERS, GOOD, BAD])
    dry = run(database, path, dry_run=True, skip_bad_cells=True)
    report = run(database, path, skip_bad_cells=True)
    assert (report.bad_cells, report.bad_rows, report.outlook.new["projects"]) == (6, 0, 2)
    assert (dry.outlook, dry.problems, dry.bad_cells) == (report.outlook, report.problems, 6)
    project = next(one for one in every(database, models.Project) if one.name["en"] == "B")
    assert (project.funding_stage, project.founded, project.ask_max, project.website) == (None, None, None, None)
    assert run(database, path, skip_bad_cells=True).outlook.unchanged["projects"] == 2


def test_what_a_record_needs_costs_the_row_all_the_same(sqlite_database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [HEADERS, GOOD, ["", *BAD[1:]]])
    problems = refused(sqlite_database, path, skip_bad_cells=True)
    assert {problem.row for problem in problems} == {3}
    report = run(sqlite_database, path, skip_bad_cells=True, skip_bad_rows=True)
    assert (report.bad_rows, report.outlook.new["projects"]) == (1, 1)


def test_without_the_option_nothing_is_written(sqlite_database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [HEADERS, GOOD, BAD])
    assert len(refused(sqlite_database, path)) == 6
    assert run(sqlite_database, path, skip_bad_rows=True).outlook.new["projects"] == 1


def test_a_parent_that_is_missing_may_be_left_out(sqlite_database: Database, tmp_path: Path) -> None:
    rows = [["id", "name", "type", "parent"], ["1", "A", "forum", "2"], ["2", "B", "forum", "none"]]
    path = table(tmp_path / "events.csv", rows)
    assert "none" in refused(sqlite_database, path)[0].value
    run(sqlite_database, path, skip_bad_cells=True)
    found = {event.name["en"]: event for event in every(sqlite_database, models.Event)}
    assert (found["A"].parent_id, found["B"].parent_id) == (found["B"].id, None)


def test_headers_and_rows_are_reported_at_once(sqlite_database: Database, tmp_path: Path) -> None:
    projects = table(tmp_path / "projects.csv", [["name", "colour", "stage"], ["A", "red", "first"], ["B", "", ""]])
    investors = tmp_path / "investors.csv"
    investors.write_bytes(b"")
    deals = table(tmp_path / "deals.csv", [["investor", "project", "amount"], ["Fund", "A", "a lot"]])
    problems = refused(sqlite_database, projects, investors, deals)
    assert {(problem.path.name, problem.column) for problem in problems} == {
        ("projects.csv", "colour"),
        ("projects.csv", "stage"),
        ("investors.csv", ""),
        ("deals.csv", "amount"),
    }


def test_a_missing_name_is_said_once(sqlite_database: Database, tmp_path: Path) -> None:
    (problem,) = refused(sqlite_database, table(tmp_path / "projects.csv", [["stage"], ["A轮"], ["B轮"]]))
    assert "is required for projects" in problem.problem


def test_a_file_that_breaks_off_does_not_hide_the_others(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "projects.csv").write_text('name\nA\n"B', encoding="utf-8")
    talents = table(tmp_path / "talents.csv", [["name", "email"], ["Ann", "nonsense"]])
    problems = refused(sqlite_database, tmp_path / "projects.csv", talents, skip_bad_rows=True)
    assert {problem.path.name for problem in problems} == {"projects.csv", "talents.csv"}


@given(st.text(min_size=1).filter(str.strip))
def test_a_suggested_line_is_yaml_and_means_the_header(header: str) -> None:
    line = f"{in_yaml(header)}: ignore"
    try:
        read = yaml.load(line, Loader=yaml.BaseLoader)
    except yaml.reader.ReaderError:
        assert any(not character.isprintable() for character in header)
        return
    assert read == {header: "ignore"}


@pytest.mark.parametrize(
    "header", ["Notes: internal", "#1 market", "- list", "yes", "a: b: c", "'x'", '"y"', "{z}", "?"]
)
def test_the_line_that_a_message_suggests_works(sqlite_database: Database, tmp_path: Path, header: str) -> None:
    path = table(tmp_path / "projects.csv", [["name", header], ["A", "x"]])
    (problem,) = refused(sqlite_database, path)
    line = problem.remedy.split("the line ", 1)[1].removesuffix(", or a field instead of ignore")
    mapping = yaml.load(f"columns:\n  {line}\n", Loader=yaml.BaseLoader)
    assert run(sqlite_database, path, mapping=mapping).outlook.new["projects"] == 1


@pytest.mark.parametrize("written", ["location", "where", "地点", "place"])
def test_a_mapping_may_name_a_field_by_any_of_its_headers(written: str) -> None:
    columns, problems = columns_of(
        KINDS["projects"], ["x", "name"], FilePart.model_validate({"columns": {"x": written}})
    )
    assert (columns[0].field, problems) == ("place", [])


def test_a_label_that_is_too_long_is_refused_and_not_cut(sqlite_database: Database, tmp_path: Path) -> None:
    for column in ("industry", "keywords", "recommender"):
        (problem,) = refused(sqlite_database, table(tmp_path / "projects.csv", [["name", column], ["A", "x" * 301]]))
        assert "301 characters" in problem.problem
    run(sqlite_database, table(tmp_path / "projects.csv", [["name", "industry"], ["A", "x" * 300]]))
    assert only(sqlite_database, models.Concept).name == {"en": "x" * 300}


def test_awards_are_kept(sqlite_database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [["项目名称", "获奖等级"], ["甲", "一等奖、最佳人气奖"], ["乙", ""]])
    for _ in range(2):
        run(sqlite_database, path)
        assert [award.title for award in every(sqlite_database, models.Award)] == [
            {"zh": "一等奖"},
            {"zh": "最佳人气奖"},
        ]
    run(sqlite_database, table(path, [["项目名称", "获奖等级"], ["甲", "一等奖；特等奖"]]))
    assert count(sqlite_database, models.Award) == 3


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<a@example.org>", "a@example.org"),
        ("mailto:b@example.org", "b@example.org"),
        ("MAILTO:b@example.org?subject=x", "b@example.org"),
        ("Ann Lee <c@example.org>", "c@example.org"),
        (" d@Example.org ", "d@example.org"),
        ("无", None),
        ("e@路演.example.org", "e@路演.example.org"),
    ],
)
def test_mail_addresses(sqlite_database: Database, tmp_path: Path, written: str, kept: str | None) -> None:
    run(sqlite_database, table(tmp_path / "talents.csv", [["name", "email"], ["A", written]]))
    assert only(sqlite_database, models.Talent).email == kept


@pytest.mark.parametrize(
    "nonsense",
    ["a@b", "a b@example.org", "a@@example.org", "@example.org", "a@example..org", "see above", "a@x.org; b@x.org",
     "<a@x.org> <b@x.org>", "a(at)example.org", "a@example.org/x", "http://example.org"],
)  # fmt: skip
def test_nonsense_in_mail_addresses_is_refused(sqlite_database: Database, tmp_path: Path, nonsense: str) -> None:
    path = table(tmp_path / "talents.csv", [["name", "email"], ["A", nonsense]])
    assert "is not an e-mail address" in refused(sqlite_database, path)[0].problem


@pytest.mark.parametrize(
    "nonsense",
    ["http://", "https://..", "https://,.,", "https://https://example.org", "localhost", "a@example.org", "www",
     "x y.org", "javascript:alert(1)", "ftp://example.org", "https://user@example.org", "https://example.org:99999",
     "见附件", "https://-.org", "example.123", "https://exa mple.org"],
)  # fmt: skip
def test_nonsense_in_websites_is_refused(sqlite_database: Database, tmp_path: Path, nonsense: str) -> None:
    path = table(tmp_path / "projects.csv", [["name", "website"], ["A", nonsense]])
    assert "is not a web address" in refused(sqlite_database, path)[0].problem


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("example.org", "https://example.org"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("https://路演.example.org/a?b=c#d", "https://路演.example.org/a?b=c#d"),
        ("EXAMPLE.org:8080/x", "https://EXAMPLE.org:8080/x"),
        ("none", None),
        ("没有", None),
    ],
)
def test_websites(sqlite_database: Database, tmp_path: Path, written: str, kept: str | None) -> None:
    run(sqlite_database, table(tmp_path / "projects.csv", [["name", "website"], ["A", written]]))
    assert only(sqlite_database, models.Project).website == kept


def test_vague_amounts_are_ranges_or_left_open(sqlite_database: Database, tmp_path: Path) -> None:
    rows = [["项目名称", "拟融资", "已融资", "轮次"]]
    rows += [
        ["甲", "数百万元", "近千万元", "Pre-A+轮"],
        ["乙", "亿元级", "千万级", "B1轮"],
        ["丙", "超亿元", "100万元", "种子+轮"],
    ]
    report = run(sqlite_database, table(tmp_path / "projects.csv", rows))
    found = {one.name["zh"]: one for one in every(sqlite_database, models.Project)}
    assert [(found[name].ask_min, found[name].ask_max, found[name].raised_amount) for name in "甲乙丙"] == [
        (10**6, 10**7, None),
        (10**8, 10**9, None),
        (10**8, None, 10**6),
    ]
    assert [found[name].funding_stage.value for name in "甲乙丙"] == ["PRE_A", "SERIES_B", "SEED"]
    assert len(report.notes) == 2


@pytest.mark.parametrize(
    ("written", "stage"),
    [("Pre-Series B", "SERIES_A"), ("pre series a+", "PRE_A"), ("Series Pre-C", "SERIES_B"), ("Series C1", "SERIES_C")],
)
def test_rounds_before_a_series_are_known(sqlite_database: Database, tmp_path: Path, written: str, stage: str) -> None:
    run(sqlite_database, table(tmp_path / "projects.csv", [["name", "stage"], ["A", written]]))
    assert only(sqlite_database, models.Project).funding_stage == stage


def test_notes_count_what_they_are_about() -> None:
    notes = NoteLog()
    for row in (2, 5, 9):
        notes.add(Path("a.csv"), "it is so", row)
    notes.add(Path("b.csv"), "it is otherwise")
    assert notes.texts() == ["a.csv: it is so (3 rows, first row 2).", "b.csv: it is otherwise."]


def test_talents_of_all_kinds_of_brackets(sqlite_database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [["name", "team"], ["A", "张三（CEO）、李四[CTO] Ann Lee (adviser)"]])
    run(sqlite_database, path)
    assert names_of(sqlite_database, models.Talent) == {"张三", "李四", "Ann Lee"}


def test_every_kind_says_what_is_wrong_with_a_field_of_the_mapping() -> None:
    for kind in KINDS.values():
        part: Any = FilePart.model_validate({"columns": {"x": "no such field"}})
        with pytest.raises(ValueError, match=rf"is not a field of {kind.name}[.?;].* It has "):
            columns_of(kind, ["x"], part)


@pytest.mark.parametrize("name", ["李四、王五", "Ann Example; Bob Example", "Ann Example\nBob Example"])
def test_several_persons_in_one_name_are_asked_about(sqlite_database: Database, tmp_path: Path, name: str) -> None:
    (problem,) = refused(sqlite_database, table(tmp_path / "talents.csv", [["name", "position"], [name, "x"]]))
    assert "may be several persons" in problem.problem
    assert "a row of its own" in problem.remedy
