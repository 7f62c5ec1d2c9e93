"""The tutorial of docs/plugins/guide.md, followed to the letter in a fresh environment."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.plugins.environments import Environment, make_environment
from tests.support.answering import planned_alone

ROOT = Path(__file__).parents[2]


@dataclass
class Block:
    """A block of code of the document."""

    language: str
    file: str | None
    text: str


def blocks(heading: str) -> Iterator[Block]:
    """The blocks of code under a heading of the second level."""
    document = (ROOT / "docs" / "plugins" / "guide.md").read_text("utf-8")
    section = re.search(rf"^## {heading}$(.*?)(?=^## )", document, re.MULTILINE | re.DOTALL)
    assert section
    for match in re.finditer(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL):
        yield Block(match[1], match[2], match[3])


@pytest.fixture
def fresh(tmp_path: Path) -> Environment:
    return make_environment(tmp_path / "environment")


@pytest.mark.nightly
def test_the_tutorial_leads_to_its_answer(fresh: Environment) -> None:
    shown = ""
    serve = False
    query = ""
    answered = False
    for block in blocks("Tutorial"):
        if block.file is not None:
            (fresh.work / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "toml":
            assert block.text in (fresh.work / "roadshow-reading-time" / "pyproject.toml").read_text("utf-8")
        elif block.language == "bash":
            for line in block.text.splitlines():
                if line == "roadshow serve":
                    serve = True  # it runs while the rest is read
                else:
                    fresh, output = follow(fresh, line)
                    shown += output
        elif block.language == "graphql":
            query = block.text
        elif block.language == "json":
            assert serve
            with fresh.serving() as server:
                assert server.ask(query) == json.loads(block.text)
                assert planned_alone(lambda: server.get("/metrics").text, {})
                schema = server.get("/schema.graphql").text
            assert "Minutes that its summary takes to read, rounded up. Null if it has none." in schema
            answered = True
    assert answered, "the tutorial ends with an answer"
    assert "2 passed" in shown
    assert re.search(r"reading_time\s+0\.1\.0\s+ACTIVE", shown), shown
    assert "ROADSHOW_PLUGINS__READING_TIME__WORDS_PER_MINUTE" in shown


def follow(environment: Environment, line: str) -> tuple[Environment, str]:
    """Type a line; the environment afterwards, and what was shown."""
    words = shlex.split(line)
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        return dataclasses.replace(environment, variables={**environment.variables, name: value}), ""
    return environment, environment.run("sh", "-c", line).stdout


def test_every_line_of_the_tutorial_is_one_that_the_test_follows() -> None:
    """A block in another language would be passed over."""
    assert {block.language for block in blocks("Tutorial")} <= {"bash", "toml", "python", "yaml", "graphql", "json"}
    assert all(block.file for block in blocks("Tutorial") if block.language in ("python", "yaml"))
