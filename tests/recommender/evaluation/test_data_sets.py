"""Data sets as others have them: other types and headers, gaps, and too little of everything."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from recommender.evaluation.data_sets.data_set import DataError
from recommender.evaluation.data_sets.loading import load_labels, load_links
from recommender.evaluation.data_sets.tables import key_of, several_of
from recommender.evaluation.report import as_json, as_markdown
from recommender.evaluation.results import ROADSHOW, Result
from recommender.evaluation.running import evaluate
from tests.recommender.sample_data import WORDS, WordEncoder

Row = Mapping[str, Any]


@pytest.fixture(autouse=True)
def no_warning_from_empty_sums() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


def companies(count: int = 60) -> list[dict[str, Any]]:
    return [
        {
            "id": f"c{number:02d}",
            "name": f"Company {number}",
            "description": f"{WORDS[number % 5]} {WORDS[number % 7]} number{number}.",
            "categories": [WORDS[number % 5]],
            "city": f"City {number % 4}",
        }
        for number in range(count)
    ]


def links(count: int = 60, investors: int = 5) -> list[dict[str, Any]]:
    """Every investor funds two companies in five, one company a month."""
    month = [f"{2010 + number // 12}-{number % 12 + 1:02d}" for number in range(count)]
    return [
        {"investor_id": f"i{investor}", "company_id": f"c{number:02d}", "date": month[number]}
        for number in range(count)
        for investor in range(investors)
        if (number + investor) % 5 < 2
    ]  # fmt: skip


def written(directory: Path, own: Sequence[Row], deals: Sequence[Row], investors: Sequence[Row] | None = None) -> Path:
    """A data set; lists and numbers keep their types."""
    directory.mkdir(parents=True, exist_ok=True)
    people = investors or [{"id": each} for each in sorted({str(deal["investor_id"]) for deal in deals})]
    for name, rows in (("companies", own), ("investors", people), ("investments", deals)):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (directory / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return directory


def measured(path: Path, **options: Any) -> list[Result]:
    asked = {"least": 3, "protocols": ("cold", "reverse", "per_investor", "labels")} | options
    results = evaluate(path, [WordEncoder()], **asked)
    document = json.loads(as_json(results, ["words"], 1.0), parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert len(document["results"]) == len(results)
    return results


GAPS: Mapping[str, Any] = {
    "no texts": lambda row: {**row, "description": None},
    "the same text": lambda row: {**row, "description": "one text for all"},
    "no two with a word in common": lambda row: {**row, "description": f"x{row['id']}"},
    "a text here and there": lambda row: {**row, "description": row["description"] if row["id"] < "c03" else ""},
    "no column of texts, places or categories": lambda row: {"id": row["id"]},
    "one place and category": lambda row: {**row, "city": "A", "categories": "z"},
    "numbers for texts": lambda row: {**row, "name": 3, "city": 7, "categories": 5},
    "several languages": lambda row: {**row, "description": "太阳能电池" if row["id"] < "c30" else row["name"]},
}  # fmt: skip


@pytest.mark.parametrize("gap", GAPS)
def test_what_is_missing_leaves_figures_that_are_numbers(tmp_path: Path, gap: str) -> None:
    results = measured(
        written(tmp_path / "data", list(map(GAPS[gap], companies())), links()), protocols=("cold", "reverse")
    )
    assert [result.problem for result in results] == ["", ""]
    for result in results:
        assert all(np.isfinite(each.mean) and np.isfinite(each.error) for each in result.methods[ROADSHOW].values())


def test_an_id_is_the_same_as_number_and_as_text_and_a_link_may_name_a_company(tmp_path: Path) -> None:
    own = [{**row, "id": number} for number, row in enumerate(companies())]
    by_number = [{**deal, "company_id": float(deal["company_id"][1:])} for deal in links()]
    by_name = [{**deal, "company_id": f"Company {int(deal['company_id'][1:])}"} for deal in links()]
    for deals in (by_number, by_name):
        data = load_links(written(tmp_path / "data", own, deals))
        assert len(data.days) == len(links())
        assert not data.left_out
    assert [key_of(each) for each in (7, 7.0, "7", " 7.0 ", "7.5", "c7", None)] == ["7", "7", "7", "7", "7.5", "c7", ""]


def test_what_cannot_be_used_is_counted(tmp_path: Path) -> None:
    own, deals = companies(), links()
    odd = [
        {**deals[0], "date": None}, {**deals[0], "company_id": "nobody"}, {**deals[0], "investor_id": None}, deals[1],
    ]  # fmt: skip
    path = written(tmp_path / "data", [*own, own[0], {**own[0], "id": None}], [*deals, *odd])
    assert load_links(path).left_out == {
        "links without an investor": 1,
        "links to companies that aren't there": 1,
        "links without a date": 1,
        "links that repeat an earlier one": 1,
        "rows without an id (companies)": 1,
        "rows that repeat an id (companies)": 1,
    }
    (result,) = measured(path, protocols=("cold",))
    assert "Left out: 1 links without an investor, " in as_markdown([result], ["words"])


@pytest.mark.parametrize(
    "write",
    [
        lambda year, month: f"{year}/{month}/1",
        lambda year, month: f"{year}年{month}月",
        lambda year, month: f"{year}{month:02d}01",
        lambda year, month: f"{month}/{15 if month == 6 else 1}/{year}",
        lambda year, month: year * 10000 + month * 100 + 1,
    ],
)
def test_days_are_read_as_the_import_reads_them(tmp_path: Path, write: Any) -> None:
    deals = [{**deal, "date": write(*map(int, deal["date"].split("-")))} for deal in links()]
    found = load_links(written(tmp_path / "data", companies(), deals)).days
    wanted = load_links(written(tmp_path / "plain", companies(), links())).days
    np.testing.assert_array_equal(found.astype("datetime64[M]"), wanted.astype("datetime64[M]"))


def test_of_two_headers_for_one_column_its_own_name_is_read(tmp_path: Path) -> None:
    own = [{"简介": "other", "summary": "another", "industries": "other", **row} for row in companies()]
    data = load_links(written(tmp_path / "data", own, links()))
    plain = load_links(written(tmp_path / "plain", companies(), links()))
    assert data.projects.texts == plain.projects.texts
    assert data.taxonomies.concepts.ids == plain.taxonomies.concepts.ids


def test_lists_are_read_however_they_are_written() -> None:
    for cell in (["a b", "c"], ("a b", "c"), '["a b", "c"]', "['a b', 'c']", "a b, c", "a b；c", "a b|c,"):
        assert several_of(cell) == ["a b", "c"]
    assert several_of('["food, drinks"]') == ["food, drinks"]
    assert several_of(5) == ["5"]
    assert several_of(None) == several_of(float("nan")) == several_of("null") == several_of([]) == []


@pytest.mark.parametrize(
    ("deals", "least", "told"),
    [
        (
            [{**deal, "date": "soon"} for deal in links()],
            3,
            r"jsonl, row 1, column date: 'soon' is not a date; write 2",
        ),
        (
            [{**deal, "date": "3/4/2019"} for deal in links()],
            3,
            r"may be 2019-03-04 or 2019-04-03; write the year first",
        ),
        ([{**deal, "company_id": "x"} for deal in links()], 3, r"no link that can be used: 120 links to .*such as 'x'"),
        (links(), 50, r"no investor with 50 links before 2013-07-01, .* is 18: --least-history 18 would measure it"),
        ([{**deal, "date": "2019"} for deal in links()], 3, r"investors with links at several times are needed"),
        (links(10, 2), 3, r"data has 8 dated links, ten are the least"),
        (links(60, 1), 3, r"data has one investor, .* --protocol per_investor measures it"),
    ],
)
def test_what_cannot_be_measured_says_why_and_what_to_do(
    tmp_path: Path, deals: list[Row], least: int, told: str
) -> None:
    with pytest.raises(DataError, match=told):
        measured(written(tmp_path / "data", companies(), deals), protocols=("cold",), least=least)


def test_one_investor_is_measured_among_all_companies(tmp_path: Path) -> None:
    path = written(tmp_path / "data", companies(), links(60, 1))
    own, backwards = measured(path, protocols=("per_investor", "reverse"))
    assert own.methods[ROADSHOW]["auc"].queries == 1
    assert "±" not in as_markdown([own], ["words"]).partition("|---|")[2], "one query has no standard error"
    assert "has 1 investors with 3 links" in backwards.problem
    assert f"Not measured: {backwards.problem}." in as_markdown([own, backwards], ["words"])


def test_who_chose_everything_is_not_measured(tmp_path: Path) -> None:
    deals = [{**deal, "investor_id": f"i{each}"} for deal in links(40, 5) for each in range(5)]
    with pytest.raises(DataError, match="no investor with 3 links before"):
        measured(written(tmp_path / "data", companies(40), deals), protocols=("cold", "reverse"))


def texts(count: int, labels: Any) -> pa.Table:
    rows = [f"{WORDS[number % 4]} {WORDS[number % 5]} n{number}" for number in range(count)]
    return pa.table({"id": list(range(count)), "text": rows, "labels": [labels(number) for number in range(count)]})


def test_one_file_that_cannot_be_used_keeps_none_of_the_others(tmp_path: Path) -> None:
    parquet.write_table(texts(100, lambda number: number % 4), tmp_path / "numbers.parquet")
    parquet.write_table(texts(100, lambda number: ["one"] if number % 4 == 0 else None), tmp_path / "one.parquet")
    parquet.write_table(texts(15, lambda number: ["one"]), tmp_path / "small.parquet")
    (tmp_path / "notes.csv").write_text("who,what\na,b\n", encoding="utf-8")
    notes, numbers, one, small = measured(tmp_path)
    assert "has no column id, text, labels; it has who, what" in notes.problem
    assert "no label has 20 texts or more, and not every one of the 15" in small.problem
    assert numbers.facts["labels"] == 4
    assert one.facts["labels"] == 1
    assert "±" not in as_markdown([one], ["words"]).partition("## ")[2]
    with pytest.raises(DataError, match="no label has 500 texts"):
        load_labels(tmp_path / "one.parquet", least=500)


def test_data_sets_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        parquet.write_table(texts(60, lambda number: number % 2), tmp_path / folder / "texts.parquet")
    results = measured(tmp_path)
    assert [result.data for result in results] == ["one/texts.parquet", "two/texts.parquet"]


def test_labels_without_any_text_are_as_good_as_chance(tmp_path: Path) -> None:
    table = texts(100, lambda number: [WORDS[number % 4]])
    parquet.write_table(table.set_column(1, "text", pa.array([None] * 100, pa.string())), tmp_path / "empty.parquet")
    (result,) = measured(tmp_path)
    assert abs(result.methods[ROADSHOW]["auc"].mean - 0.5) < 0.2
