"""The house stays one that can be entered: small files, short folders, pages that are true."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from docs.tools import rooms
from tests.test_layers import TOPS

ROOT = Path(__file__).parent.parent
MOST_LINES = 300
MOST_FILES = 16
"""An ``__init__.py`` and fifteen files."""
FLAT = {
    "schema/types",  # one file for each kind of GraphQL type
    "store/models",  # one file for each table's noun, as the table of contents of the data model
}
LINK = re.compile(r"\]\(([^)#\s]+?)(#[^)]*)?\)")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def sources() -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix in {".py", ".js"} and path.relative_to(ROOT).parts[0] in TOPS and "migrations" not in path.parts
    ]


def test_no_file_is_long() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8").count("\n") for path in sources()}
    assert len(lengths) > 400
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_LINES and name.endswith(".py")}


def test_no_folder_is_long() -> None:
    counts = Counter(path.parent.relative_to(ROOT).as_posix() for path in sources() if path.suffix == ".py")
    assert not {name: files for name, files in counts.items() if files > MOST_FILES and name not in FLAT}


def test_the_page_of_rooms_is_what_the_code_says() -> None:
    page = rooms.PAGE.read_text("utf-8")
    assert rooms.written(page) == page, "write it anew: python -m docs.tools.rooms"


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
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
