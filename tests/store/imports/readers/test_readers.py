"""Files of every kind give the same rows; what can't be read says why and what to do."""

from pathlib import Path

import openpyxl
import orjson
import pyarrow
import pyarrow.parquet
import pytest

from store.imports.readers import FileError, open_source
from store.imports.readers.source import EXTRA_CELLS

HEADERS = ["编号", "name", "note"]
ROWS = [["1", "潮汐", 'a "b", c'], ["2", "光学\n芯片", "d;e"]]


def write(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """The rows in the file that `path` names."""
    if path.suffix in (".csv", ".tsv"):
        import csv

        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([HEADERS, *ROWS])
    elif path.suffix == ".xlsx":
        workbook = openpyxl.Workbook()
        for row in [HEADERS, *ROWS]:
            workbook.active.append(row)  # type: ignore[union-attr]
        workbook.save(path)
    elif path.suffix == ".jsonl":
        path.write_bytes(b"\n".join(orjson.dumps(dict(zip(HEADERS, row, strict=True))) for row in ROWS))
    else:
        table = pyarrow.table({header: [row[i] for row in ROWS] for i, header in enumerate(HEADERS)})
        pyarrow.parquet.write_table(table, path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_files_in_every_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    source = open_source(write(tmp_path / "a.csv", encoding, delimiter))
    assert source.headers == HEADERS
    assert [list(row.values()) for _, row in source.rows()] == ROWS


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.xlsx", "a.jsonl", "a.parquet"])
def test_every_kind_of_file_gives_the_same_rows_again_and_again(tmp_path: Path, name: str) -> None:
    source = open_source(write(tmp_path / name, delimiter="\t" if name == "a.tsv" else ","))
    for _ in range(2):
        assert [list(row.values()) for _, row in source.rows()] == ROWS


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name\n\na\n,,\nb\n", encoding="utf-8")
    assert [number for number, _ in open_source(path).rows()] == [3, 5]
    workbook = openpyxl.Workbook()
    for row in ([], ["name"], ["a"], [], ["b"]):
        workbook.active.append(row)  # type: ignore[union-attr]
    workbook.save(tmp_path / "a.xlsx")
    assert [number for number, _ in open_source(tmp_path / "a.xlsx").rows()] == [3, 5]


def test_more_cells_than_headers_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,note\na,b,c\n", encoding="utf-8")
    ((_, row),) = open_source(path).rows()
    assert row[EXTRA_CELLS].startswith("has 3 cells, more than headers; put")


def test_titles_above_the_headers_are_passed_over(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["2024年项目汇总表"], [], ["单位：万元"], ["id", "name"], [1, "a"], [2]):
        sheet.append(row)  # type: ignore[union-attr]
    sheet.merge_cells("A1:B1")  # type: ignore[union-attr]
    workbook.save(tmp_path / "a.xlsx")
    (tmp_path / "a.csv").write_text("All projects,\n\nid,name\n1,a\n2,\n", encoding="utf-8")
    for name, first in (("a.xlsx", 5), ("a.csv", 4)):
        source = open_source(tmp_path / name)
        assert source.headers == ["id", "name"]
        assert [number for number, _ in source.rows()] == [first, first + 1]


def test_one_column_has_its_header_in_the_first_row_whatever_is_below(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name\nSmith, John\n", encoding="utf-8")
    assert open_source(path).headers == ["name"]


def test_a_first_line_may_name_the_delimiter_as_spreadsheets_write_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\r\nid;name\r\n1;a,b\r\n", encoding="utf-8")
    source = open_source(path)
    assert source.headers == ["id", "name"]
    assert list(source.rows()) == [(3, {"id": "1", "name": "a,b"})]


@pytest.mark.parametrize("encoding", ["latin-1", "big5"])
def test_text_that_only_happens_to_be_gb18030_is_not_taken_for_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    text = "id,name\n1,Müller\n" if encoding == "latin-1" else "編號,項目名稱\n1,氫能專案\n"
    text.encode(encoding).decode("gb18030")  # no error
    path.write_bytes(text.encode(encoding))
    with pytest.raises(FileError, match="name its 'encoding'"):
        open_source(path)
    assert [next(iter(row.values())) for _, row in open_source(path, encoding=encoding).rows()] == ["1"]


def test_formulas_that_nobody_computed_are_refused_and_not_read_as_empty(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["name", "ask"])  # type: ignore[union-attr]
    workbook.active.append(["a", "=1+1"])  # type: ignore[union-attr]
    workbook.create_sheet("other").append(["name"])
    workbook.save(tmp_path / "a.xlsx")  # a spreadsheet program would write the value beside the formula
    with pytest.raises(FileError, match="in B2; open it in a spreadsheet program"):
        open_source(tmp_path / "a.xlsx")
    assert open_source(tmp_path / "a.xlsx", sheet="other").headers == ["name"]


def test_a_sheet_by_name(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("数据").append(["name"])
    workbook.save(tmp_path / "a.xlsx")
    assert open_source(tmp_path / "a.xlsx", sheet="数据").headers == ["name"]
    with pytest.raises(FileError, match="it has Sheet, 数据"):
        open_source(tmp_path / "a.xlsx", sheet="x")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"name,name\n1,2\n", "two columns with the header 'name'"),
        ("a.csv", b"\xff\xfe\xff", "is not text in"),
        ("a.csv", b'name\n"a\n', "check the quotes"),
        ("a.xlsx", b"nothing", "save it again as .xlsx"),
        ("a.xls", b"nothing", "save it again as .xlsx"),
        ("a.json", b"[]", "an array of objects"),
        ("a.jsonl", b'{"a": 1}\n[1]\n', "line 2 is not an object"),
        ("a.jsonl", b"{", "line 1"),
        ("a.parquet", b"nothing", "is not a readable Parquet file"),
        ("a.docx", b"", "give one of .csv"),
    ],
)
def test_what_can_not_be_read_says_why(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError, match=says):
        list(open_source(path).rows())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="doesn't exist"):
        open_source(tmp_path / "a.csv")
