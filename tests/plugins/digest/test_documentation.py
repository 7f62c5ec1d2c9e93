"""What docs/digest.md names is there, and what it asks is answered."""

from __future__ import annotations

import re
from pathlib import Path

from plugins.digest.commands import application
from plugins.digest.settings import Settings
from store.database import Database
from tests.plugins.digest.samples import SampleRecords

DOCS = Path(__file__).parents[3] / "docs"
DIGEST = (DOCS / "digest.md").read_text("utf-8")


def test_the_settings_that_the_page_names_are_there() -> None:
    """`roadshow plugins info digest` describes all of them."""
    named = re.findall(r"ROADSHOW_PLUGINS__DIGEST__(\w+)", DIGEST)
    assert {name.lower() for name in named} <= set(Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())


def test_every_command_is_documented() -> None:
    for command in application(Settings()).registered_commands:
        name = command.name or command.callback.__name__  # type: ignore[union-attr]
        assert f"`{name}" in DIGEST or f"roadshow digest {name}" in DIGEST, name


def test_the_mutation_of_the_page_makes_a_subscription(sqlite_database: Database) -> None:
    """The planner completes its payload, or asking fails."""
    [document] = re.findall(r"```graphql\n(.*?)```", DIGEST, re.DOTALL)
    answer = SampleRecords.make(sqlite_database).ask(document)["createDigestSubscription"]
    assert answer["userErrors"] == []
    assert answer["subscription"]["state"] == "UNCONFIRMED"
