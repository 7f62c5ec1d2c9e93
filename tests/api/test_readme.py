"""What the README links to is there; `test_end_to_end` asks its query."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_page_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
