"""What the pages show works as it stands there."""

import re
from pathlib import Path

import yaml

from store.documents.drafts import Drafter
from store.documents.problems import Problem
from store.documents.reading import read_records
from store.imports.kinds import KINDS
from store.imports.planning.headers import columns_of
from store.imports.planning.mapping import read_mapping
from store.imports.values.amounts import parse_amount
from store.imports.values.dates import parse_date

DOCS = Path(__file__).parents[3] / "docs"


def blocks(page: str) -> list[str]:
    """The YAML blocks of a page."""
    return re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_mapping_of_the_page_is_a_mapping(tmp_path: Path) -> None:
    (block,) = blocks("import.md")
    path = tmp_path / "mapping.yaml"
    path.write_text(block, encoding="utf-8")
    mapping = read_mapping(path)
    headers = list(yaml.load(block, Loader=yaml.BaseLoader)["columns"])
    columns, problems = columns_of(KINDS["projects"], headers, mapping.part(Path("projects.csv")))
    assert problems == []
    assert {column.field for column in columns} >= {"name", "ask", "keywords", "concepts", "founded", "funding_stage"}
    assert mapping.part(Path("deals.xlsx")).sheet == "2024"


def test_the_amounts_and_dates_of_the_page_are_read() -> None:
    page = (DOCS / "import.md").read_text(encoding="utf-8")
    amounts = next(line for line in page.splitlines() if line.startswith("| amount |"))
    for text in re.findall(r"`([^`]*)`", amounts.split("; the currency")[0]):
        assert parse_amount(text).currency in (None, "CNY", "USD", "EUR", "INR")
    dates = next(line for line in page.splitlines() if line.startswith("| date |"))
    for text in re.findall(r"`([^`]*)`", dates.split(", a spreadsheet's")[0]):
        assert parse_date(text).text


def test_the_records_of_the_page_are_records(tmp_path: Path) -> None:
    for block in blocks("data-documents.md"):
        problems: list[Problem] = []
        drafter = Drafter("demo", problems)
        records = list(read_records(tmp_path / "page.yaml", block.encode(), problems))
        assert records
        assert sum(len(list(drafter.drafts(record))) for record in records) >= len(records)
        assert problems == []
