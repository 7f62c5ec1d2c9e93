"""The README's first screen is true: its query gives its answer over the demo data, as `make run` serves it."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.test_end_to_end import REAL, command
from tests.api.test_processes import serving

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
CLOSE = 0.05
"""Points of a score that another processor may round differently."""


def block(language: str) -> str:
    """The first code block of a language on the page."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no {language} block"
    return found[1]


def alike(one: Any, other: Any) -> bool:
    """Whether two answers are equal, but for the last digits of a score."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < CLOSE
    return bool(one == other)


@pytest.mark.xdist_group("readme")
def test_the_query_gives_the_answer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'roadshow.sqlite'}"
    command("demo", url)
    with serving(url, REAL) as server:
        answer = httpx.post(f"{server.address}/graphql", json={"query": block("graphql")}, timeout=60).json()
    assert alike(answer, json.loads(block("json"))), json.dumps(answer, ensure_ascii=False, indent=1)


def test_every_page_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (Path(__file__).parents[2] / link).exists()] == []
