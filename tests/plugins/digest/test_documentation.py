"""The digest's settings stand in the reference, in the same words; what docs/digest.md asks is answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugins.digest.commands import application
from plugins.digest.settings import Settings
from store.database import Database
from tests.plugins.digest.world import World

DOCS = Path(__file__).parents[3] / "docs"
OPERATIONS = (DOCS / "operations-reference.md").read_text("utf-8").split("## Digests\n")[1].split("\n## ")[0]
DIGEST = (DOCS / "digest.md").read_text("utf-8")


def shown(default: object) -> str:
    if default is None:
        return "–"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    field = Settings.model_fields[name]
    assert f"| `{name}` | {shown(field.default)} | {field.description} |" in OPERATIONS


def test_no_setting_is_documented_that_isnt_there() -> None:
    names = [line.split("`")[1] for line in OPERATIONS.splitlines() if line.startswith("| `")]
    assert names == list(Settings.model_fields)


def test_every_command_is_documented() -> None:
    for command in application(Settings()).registered_commands:
        name = command.name or command.callback.__name__  # type: ignore[union-attr]
        assert f"`{name}" in DIGEST or f"roadshow digest {name}" in DIGEST, name


def test_the_mutation_of_the_page_makes_a_subscription(sqlite_database: Database) -> None:
    """The planner completes its payload, or asking fails."""
    [document] = re.findall(r"```graphql\n(.*?)```", DIGEST, re.DOTALL)
    answer = World.make(sqlite_database).ask(document)["createDigestSubscription"]
    assert answer["userErrors"] == []
    assert answer["subscription"]["state"] == "UNCONFIRMED"
