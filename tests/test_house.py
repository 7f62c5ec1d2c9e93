"""The layout stays easy to enter: small files, short folders, documentation that matches the code."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import pytest

from docs.tools import rooms
from tests.support.scheduling import TOGETHER, together
from tests.test_layers import TOPS

ROOT = Path(__file__).parent.parent
WRITTEN = {".py", ".js", ".css"}
MOST_LINES = 300
MOST_FILES = 16
"""An ``__init__.py`` and fifteen files."""
FLAT = {
    "schema/types",  # one file for each kind of GraphQL type
    "store/models",  # one file for each table's noun, as the table of contents of the data model
}
MOST_UNTYPED = {"Any": 495, "type: ignore": 36}
"""Each only goes down; lower the number with it."""
INSTEAD = {
    "Any": "a type variable where a value comes back as it went in, a Protocol or TypedDict for what is read of it, "
    "RowsSelect or ColumnElement[bool] for SQL, object for what is only passed on or asked by isinstance",
    "type: ignore": "a declared type at the place where the value comes from, or a helper such as table_of",
}
LINK = re.compile(r"\]\(([^)#\s]+?)(#[^)]*)?\)")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def sources(tops: Collection[str] = TOPS) -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix in WRITTEN and path.relative_to(ROOT).parts[0] in tops and "migrations" not in path.parts
    ]


def test_no_file_is_long() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8").count("\n") for path in sources()}
    assert len(lengths) > 400
    assert {Path(name).suffix for name in lengths} == WRITTEN
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_LINES}


def test_no_folder_is_long() -> None:
    counts = Counter(
        path.parent.relative_to(ROOT).as_posix() for path in sources({*TOPS, "tests", "benchmarks", "docs"})
    )
    assert counts["tests/store"], "tests are counted too"
    assert not {name: files for name, files in counts.items() if files > MOST_FILES and name not in FLAT}


@pytest.mark.parametrize("word", MOST_UNTYPED)
def test_what_turns_type_checks_off_grows_no_more(word: str) -> None:
    found = Counter(
        {
            path.relative_to(ROOT).as_posix(): len(re.findall(rf"\b{word}\b", path.read_text("utf-8")))
            for path in tracked()
            if path.relative_to(ROOT).parts[0] in TOPS and path.suffix in {".py", ".js", ".html", ".pyi"}
        }
    )
    allowed = MOST_UNTYPED[word]
    assert found.total() <= allowed, (
        f"'{word}' stands {found.total()} times in the sources, {allowed} are allowed. Use instead: {INSTEAD[word]}. "
        f"Most are in {found.most_common(3)}."
    )


def test_the_page_of_rooms_is_what_the_code_says() -> None:
    page = rooms.PAGE.read_text("utf-8")
    assert rooms.written(page) == page, "write it anew: python -m docs.tools.rooms"


def pages() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md" and path.is_relative_to(ROOT / "docs")]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    relative = [match[1] for match in LINK.finditer(text) if "://" not in match[1]]
    assert not [link for link in relative if not (page.parent / link).exists()]


def test_each_walk_of_a_newcomer_leads_by_at_most_four_places_that_are_there() -> None:
    text = (ROOT / "docs" / "README.md").read_text("utf-8")
    walks = text.partition("## Five walks")[2].partition("\n## ")[0].split("\n\n**")[1:]
    assert len(walks) == 5
    for walk in walks:
        places = re.findall(r"`([a-z]+/[\w/.]+)`", walk)
        assert 2 <= len(places) <= 4, walk
        assert not [place for place in places if not (ROOT / place).exists()], walk


def test_migrations_follow_each_other() -> None:
    """Two that were written at the same time would leave every database between them."""
    files = sorted((ROOT / "store" / "migrations" / "versions").glob("0*.py"))
    stated = [
        re.findall(r'^(?:down_)?revision = (?:"(\d+)"|None)', path.read_text("utf-8"), re.MULTILINE) for path in files
    ]
    numbers = [path.name[:4] for path in files]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)], "renumber the later one"
    assert stated == [[number, before] for number, before in zip(numbers, ["", *numbers], strict=False)]


def test_what_make_test_runs_together_is_there() -> None:
    """A folder or module that was renamed would lose its place without a word."""
    assert [each for each in TOGETHER if not (ROOT / each).exists()] == []
    assert together("tests/pages/views/test_jobs.py::test_a[en]") == "tests/pages/"
    assert together("tests/store/test_changes.py::test_a") == "tests/store/test_changes.py"
