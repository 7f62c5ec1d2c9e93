"""What is committed of the schema is what the code makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import build_schema
from graphql.utilities import find_breaking_changes

from api.assembly.core_contributions import NAMES, schema_names
from api.assembly.rooms import schema_text
from api.cli.export_schema import compare

SCHEMA = Path(__file__).parents[3] / "schema.graphql"


def test_the_committed_schema_is_up_to_date() -> None:
    text = schema_text()
    committed = SCHEMA.read_text(encoding="utf-8") if SCHEMA.exists() else ""
    if committed != text:
        breaking = (
            [change.description for change in find_breaking_changes(build_schema(committed), build_schema(text))]
            if committed
            else []
        )
        pytest.fail(
            "schema.graphql is stale: make schema, then review and commit it."
            + "".join(f"\nBreaking: {change}" for change in breaking),
            pytrace=False,
        )


def test_the_names_that_core_takes_are_up_to_date() -> None:
    committed = set(NAMES.read_text(encoding="utf-8").split())
    assert committed == set(schema_names()), "make schema"


def test_a_comparison_names_breaking_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    committed = tmp_path / "schema.graphql"
    committed.write_text("type Query {a: Int b: Int}")
    assert compare(committed, "type Query {a: Int}") == 1
    said = capsys.readouterr().out
    assert "Breaking: " in said
    assert "b was removed" in said
    assert compare(committed, "type Query {a: Int b: Int}") == 0
    assert compare(tmp_path / "missing.graphql", "type Query {a: Int}") == 1
