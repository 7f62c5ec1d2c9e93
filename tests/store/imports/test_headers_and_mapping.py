"""Headers by name in both languages, and the mapping file for the rest."""

from pathlib import Path

import pytest

from store.imports.kinds import KINDS, Kind
from store.imports.planning.headers import CONSTANT, columns_of
from store.imports.planning.mapping import FilePart, MappingError, read_mapping
from store.imports.values.amounts import Unit
from store.imports.values.folding import folded

ROOT = Path(__file__).parents[3]
PROJECTS = KINDS["projects"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_header_means_one_field_of_a_kind(kind: Kind) -> None:
    meant: dict[str, str] = {}
    for field in kind.fields:
        if field.name == "id":
            continue  # any other field's claim goes before it
        for header in (field.name, *field.headers):
            assert meant.setdefault(folded(header), field.name) == field.name, header


@pytest.mark.parametrize(
    ("header", "field", "language", "unit"),
    [
        ("项目名称", "name", None, None),
        ("Project Name *", "name", None, None),
        ("英文名称", "name", "en", None),
        ("名称（英文）", "name", "en", None),
        ("name_zh", "name", "zh", None),
        ("Description (Chinese)", "description", "zh", None),
        ("融资额（万元）", "ask", None, Unit(10_000, "CNY")),
        ("Ask [USD]", "ask", None, Unit(1, "USD")),
        ("funding_stage", "funding_stage", None, None),
        ("Founded On", "founded", None, None),
        ("项目名称 Project Name", "name", None, None),
        ("Project Name/项目名称*", "name", None, None),
        ("项目名称\nProject name", "name", None, None),
        ("轮次 Round", "funding_stage", None, None),
        ("融资额 Ask（万元）", "ask", None, Unit(10_000, "CNY")),
    ],
)
def test_headers_by_name(header: str, field: str, language: str | None, unit: Unit | None) -> None:
    (column, *_), problems = columns_of(PROJECTS, [header, "name"] if field != "name" else [header], FilePart())
    assert (column.field, column.language, column.unit) == (field, language, unit)
    assert problems == []


@pytest.mark.parametrize("header", ["AI 行业", "轮次 Industry", "行业 Sectional"])
def test_halves_of_a_header_that_do_not_agree_are_asked_about(header: str) -> None:
    _, problems = columns_of(PROJECTS, ["name", header], FilePart())
    assert [problem.header for problem in problems] == [header]


def test_an_unknown_header_is_reported_with_what_to_write() -> None:
    _, problems = columns_of(PROJECTS, ["name", "colour"], FilePart())
    (problem,) = problems
    assert problem.header == "colour"
    assert '"colour": ignore' in problem.message


def test_a_missing_or_repeated_column_is_reported() -> None:
    _, problems = columns_of(PROJECTS, ["stage", "round"], FilePart())
    assert {problem.header for problem in problems} == {"name", "round"}


def test_a_mapping_goes_before_names(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        """
namespace: somebody
currency: cny
columns:
  title: name@zh
  name: ignore
  money: {field: ask, unit: 万元}
  tags: [keywords, {field: concepts, separator: ","}]
  empty:
constants:
  country: 中国
  fictional: yes
files:
  "*.jsonl":
    kind: talents
""",
        encoding="utf-8",
    )
    read = read_mapping(mapping)
    columns, problems = columns_of(PROJECTS, ["Title", "name", "money", "tags", "empty"], read.part(Path("x.csv")))
    assert problems == []
    found = [(column.header, column.field, column.language) for column in columns]
    assert found == [
        ("Title", "name", "zh"),
        ("name", None, None),
        ("money", "ask", None),
        ("tags", "keywords", None),
        ("tags", "concepts", None),
        ("empty", None, None),
        (f"{CONSTANT}country", "country", None),
        (f"{CONSTANT}fictional", "fictional", None),
    ]
    assert columns[2].currency == "CNY"
    assert columns[2].unit == Unit(10_000, "CNY")
    assert read.part(Path("people.JSONL")).kind == "talents"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns: {a: nmae}", "did you mean name"),
        ("columns: {a: {field: name, colour: red}}", "columns.a.colour"),
        ("colums: {}", "colums"),
        ("currency: XQZ", "not an ISO 4217 currency"),
        ("language: '!'", "not a language tag"),
        ("constants: {nothing: 1}", "constants.nothing"),
        ("columns: {a: {field: ask, unit: bananas}}", "is not a unit"),
        ("- a", "must be a mapping"),
        ("a: [", "not valid YAML"),
    ],
)
def test_a_mapping_that_can_not_be_used_says_where_and_why(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError, match=says):
        columns_of(PROJECTS, ["name", "a"], read_mapping(path).part(Path("x.csv")))


def test_the_shipped_example_is_a_mapping() -> None:
    mapping = read_mapping(ROOT / "docs" / "examples" / "us-startups.yaml")
    assert mapping.part(Path("investments.parquet")).kind == "investments"
