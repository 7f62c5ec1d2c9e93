"""graphql-eslint's recommended and Relay rules find nothing wrong with the schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.conftest import Node, workspace

pytestmark = pytest.mark.node

EXCEPTIONS = {"@graphql-eslint/relay-edge-types: type AuditEntryEdge {"}
"""Rules and the lines that may break them. The Relay specification lets an edge's node be any object. An entry of the
audit log isn't a record: it has a position in the log instead of an id, never changes, and is only read there."""


def test_the_schema_meets_the_recommended_and_the_relay_rules(node: Node, schema_file: Path, tmp_path: Path) -> None:
    folder = workspace("lint", schema_file, tmp_path)
    # One at a time: within a process graphql-eslint holds every file against the schema of the file it met first.
    ours, wrong = (
        json.loads(node.run("eslint", "--format", "json", f"{name}.graphql", cwd=folder).stdout)[0]["messages"]
        for name in ("schema", "wrong")
    )
    found = [f"{each['line']}: {each['ruleId']}: {each['message']}" for each in ours]
    lines = schema_file.read_text(encoding="utf-8").splitlines()
    broken = {f"{each['ruleId']}: {lines[each['line'] - 1]}" for each in ours}
    assert broken == EXCEPTIONS, found
    rules = {each["ruleId"].removeprefix("@graphql-eslint/") for each in wrong}
    assert rules >= {"naming-convention", "no-typename-prefix", "strict-id-in-types"}
    assert rules >= {"relay-arguments", "relay-connection-types", "relay-edge-types"}
